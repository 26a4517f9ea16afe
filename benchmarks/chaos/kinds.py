"""What is done to workers and brokers. Each kind of fault is a function of a few lines."""

import signal
from collections.abc import Callable
from typing import Final

from benchmarks.chaos.brokers import Member
from benchmarks.chaos.faults import Faults, Kind
from benchmarks.chaos.points import POINTS

SESSION: Final = 6.0  # seconds without a heartbeat after which the group gives a worker up
_BACK: Final = 9.0  # seconds after which a killed broker serves again
_OBEY_WITHIN: Final = 6.0  # seconds; a worker that does not come to its point by then is let off
_AWAKE: Final = 4.0  # seconds; one that is told to end while it joins anew is cut off after 20 s, which is no fault
BROKERS: Final = "brokers"


def _to_worker(do: Callable[[Faults, str], None]) -> Callable[[Faults], bool]:
    """What is done to a running worker; it cannot be while other faults hold all of them."""

    def make(faults: Faults) -> bool:
        name = faults.victim()
        if name is not None:
            do(faults, name)
        return name is not None

    return make


def _sigkill(faults: Faults, name: str) -> None:
    faults.workers.kill(name)
    gone = faults.random.choice((0.0, 1.0, SESSION + 2))  # back before or after it is given up
    faults.hold(name, gone, lambda: faults.workers.start(name))


def _sigterm(faults: Faults, name: str) -> None:
    faults.workers.terminate(name)
    gone = faults.random.choice((0.0, SESSION + 2))
    faults.hold(name, gone, lambda: faults.workers.start(name))


def _sigstop(faults: Faults, name: str) -> None:
    faults.workers.signal(name, signal.SIGSTOP)
    for_long = SESSION + faults.random.uniform(1, 4)

    def wake() -> None:
        faults.workers.signal(name, signal.SIGCONT)
        faults.hold(name, _AWAKE, _nothing)

    faults.hold(name, for_long, wake)


def _kill_point(faults: Faults, name: str) -> None:
    """Orders go through the points in turn, so that each is come to."""
    faults.workers.order(name, POINTS[faults.made["kill-point"] % len(POINTS)])
    faults.hold(name, _OBEY_WITHIN, lambda: faults.workers.countermand(name))


def _join_leave(faults: Faults) -> bool:
    name = f"guest-{faults.made['join-leave']}"
    faults.workers.start(name)
    faults.hold(name, faults.random.uniform(4, 9), lambda: faults.workers.terminate(name))
    return True


def _upgrade(faults: Faults) -> bool:
    """End a worker in good order and start it from the present tree; once all are, again in turn."""
    old = faults.workers.outdated()
    name = faults.victim(old or None)
    if name is None:
        return False
    faults.workers.terminate(name)
    faults.workers.upgrade(name)
    faults.workers.start(name)
    return True


def _broker_kill(faults: Faults) -> bool:
    return _kill(faults, faults.random.choice(faults.brokers.members))


def _leader_kill(faults: Faults) -> bool:
    return _kill(faults, faults.brokers.leader_of(faults.topic))


def _kill(faults: Faults, broker: Member | None) -> bool:
    """One broker at a time: it counts as down until it can serve again."""
    if broker is None or faults.is_held(BROKERS):
        return False
    broker.kill()

    def launch() -> None:
        broker.launch()
        faults.hold(BROKERS, _BACK, _nothing)

    faults.hold(BROKERS, faults.random.uniform(0, 3), launch)
    return True


def _nothing() -> None:
    """Nothing is to be undone: only the time had to pass."""


def _cut(faults: Faults) -> bool:
    if faults.is_held(BROKERS):
        return False
    proxies = [member.proxy for member in faults.brokers.members]
    for proxy in proxies:
        proxy.cut()

    def mend() -> None:
        for proxy in proxies:
            proxy.mend()

    faults.hold(BROKERS, faults.cut_seconds, mend)
    return True


SIGKILL: Final = Kind("sigkill", 6, _to_worker(_sigkill))
SIGTERM: Final = Kind("sigterm", 6, _to_worker(_sigterm))
SIGSTOP: Final = Kind("sigstop", 9, _to_worker(_sigstop))
JOIN_LEAVE: Final = Kind("join-leave", 7, _join_leave)
KILL_POINT: Final = Kind("kill-point", 5, _to_worker(_kill_point))
UPGRADE: Final = Kind("upgrade", 8, _upgrade)
BROKER_KILL: Final = Kind("broker-kill", 16, _broker_kill)
LEADER_KILL: Final = Kind("leader-kill", 16, _leader_kill)
CUT: Final = Kind("cut", 45, _cut)
