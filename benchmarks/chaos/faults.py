"""What is done to workers and brokers while the load runs. Each fault is a function of a few lines."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, Protocol

from benchmarks.chaos.workers import Workers

_REST: Final = {"broker-kill": 12.0}  # seconds on top: a killed broker is back after some 6
SESSION: Final = 6.0  # seconds without a heartbeat after which the group gives a worker up


class Broker(Protocol):
    """What a fault does to a broker."""

    def kill(self) -> None:
        """End it as a power cut would."""

    def launch(self) -> None:
        """Start it again, without waiting for it."""


@dataclass
class Faults:
    """Makes faults of the given kinds at random times, and undoes each when its time has come.

    Args:
        kinds: names out of `KINDS`.
        workers: whom they are done to.
        brokers: whom a broker-kill is done to.
        random: seeded: the same kinds, victims and pauses again.
        pause: least and most seconds from one fault to the next.
    """

    kinds: Sequence[str]
    workers: Workers
    brokers: Sequence[Broker]
    random: Random
    pause: tuple[float, float] = (3.0, 8.0)
    made: Counter[str] = field(default_factory=Counter)
    _held: dict[str, tuple[float, Callable[[], None]]] = field(default_factory=dict)
    _next: float = 0.0

    def step(self) -> None:
        """Undo what is over, and make a fault if it is time for one."""
        now = time.monotonic()
        for name in [name for name, (until, _) in self._held.items() if until <= now]:
            self._held.pop(name)[1]()
        if not self._next:
            self._next = now + self.random.uniform(*self.pause)
        elif self.kinds and now >= self._next:
            kind = self.kinds[self.made.total() % len(self.kinds)]
            self._next = now + self.random.uniform(*self.pause) + _REST.get(kind, 0.0)
            if _MAKE[kind](self):
                self.made[kind] += 1

    def undo_all(self) -> None:
        """Undo now what is still to be undone."""
        for _, undo in self._held.values():
            undo()
        self._held.clear()

    def victim(self) -> str | None:
        """A running worker that no other fault holds; None if there is none."""
        names = [name for name in self.workers.names() if name not in self._held]
        return self.random.choice(names) if names else None

    def hold(self, name: str, seconds: float, undo: Callable[[], None]) -> None:
        """Keep other faults away from a worker or ``"broker"``, and undo this one after so many seconds."""
        self._held[name] = (time.monotonic() + seconds, undo)

    def is_held(self, name: str) -> bool:
        """Whether a fault is being done to it."""
        return name in self._held


def _sigkill(faults: Faults) -> bool:
    name = faults.victim()
    if name is None:
        return False
    faults.workers.kill(name)
    gone = faults.random.choice((0.0, 1.0, SESSION + 2))  # back before or after it is given up
    faults.hold(name, gone, lambda: faults.workers.start(name))
    return True


def _sigterm(faults: Faults) -> bool:
    name = faults.victim()
    if name is None:
        return False
    faults.workers.terminate(name)
    gone = faults.random.choice((0.0, SESSION + 2))
    faults.hold(name, gone, lambda: faults.workers.start(name))
    return True


def _sigstop(faults: Faults) -> bool:
    name = faults.victim()
    if name is None:
        return False
    faults.workers.signal(name, signal.SIGSTOP)
    for_long = SESSION + faults.random.uniform(1, 4)
    faults.hold(name, for_long, lambda: faults.workers.signal(name, signal.SIGCONT))
    return True


def _join_leave(faults: Faults) -> bool:
    name = f"guest-{faults.made['join-leave']}"
    faults.workers.start(name)
    faults.hold(name, faults.random.uniform(4, 9), lambda: faults.workers.terminate(name))
    return True


def _broker_kill(faults: Faults) -> bool:
    if faults.is_held("broker"):
        return False
    broker = faults.random.choice(faults.brokers)
    broker.kill()
    faults.hold("broker", faults.random.uniform(0, 3), broker.launch)
    return True


_MAKE: Final[dict[str, Callable[[Faults], bool]]] = {
    "sigkill": _sigkill,
    "sigterm": _sigterm,
    "sigstop": _sigstop,
    "join-leave": _join_leave,
    "broker-kill": _broker_kill,
}
KINDS: Final = tuple(_MAKE)
