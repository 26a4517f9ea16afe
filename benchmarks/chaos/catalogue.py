"""The scenarios by name, and what each is run with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.chaos import kinds
from benchmarks.chaos.faults import Kind
from benchmarks.chaos.load import Load, rules
from benchmarks.chaos.publishing import Delivery, Exports, steadily
from benchmarks.chaos.revisions import PRESENT
from benchmarks.chaos.scenario import Plan

_EXPORT_SECONDS: Final = 6.0  # for which an export is published, at its pace
_CALM_SECONDS: Final = 60.0
PATIENT: Final = "20s"  # idle_after where publishers are held up


@dataclass(frozen=True)
class Scenario:
    """One row of the table.

    Args:
        says: what happens, for the list.
        kinds: of faults, made in turn.
        brokers: 1 or 3.
        workers: at the start.
        reference: the scenario without faults that it is compared with; None for such a one itself.
        exports: whether bills and usage come as files, and what happens to their publishers.
        is_upgrade: whether workers start from an older revision, whose detector may differ.
    """

    says: str
    kinds: tuple[Kind, ...] = ()
    brokers: int = 1
    workers: int = 2
    reference: str | None = "undisturbed"
    exports: str | None = None
    is_upgrade: bool = False


_MIXED: Final = (kinds.SIGKILL, kinds.SIGSTOP, kinds.SIGTERM, kinds.JOIN_LEAVE, kinds.KILL_POINT)
SCENARIOS: Final[Mapping[str, Scenario]] = {
    "undisturbed": Scenario("no faults: what the others are compared with", reference=None),
    "sigkill": Scenario(
        "a worker is killed; back at once, or after it was given up", (kinds.SIGKILL,)
    ),
    "sigterm": Scenario("a worker ends in good order and is back", (kinds.SIGTERM,)),
    "sigstop": Scenario("a worker stands still for longer than its session", (kinds.SIGSTOP,)),
    "join-leave": Scenario("another worker comes and goes", (kinds.JOIN_LEAVE,)),
    "kill-points": Scenario(
        "a worker dies at an exact point: before and after sends, in and after transactions",
        (kinds.KILL_POINT,),
    ),
    "broker-kill": Scenario("the only broker is killed and started again", (kinds.BROKER_KILL,)),
    "cut": Scenario("nothing gets through between workers and Kafka for a while", (kinds.CUT,)),
    "rolling": Scenario(
        "workers of an older state that is still read are replaced one by one, with kills in between",
        (kinds.UPGRADE, kinds.SIGKILL),
        workers=3,
        is_upgrade=True,
    ),
    "publisher-kill": Scenario(
        "each export's publisher is killed half way and started again", exports="killed"
    ),
    "twice": Scenario("each export is published twice", exports="twice"),
    "mixed": Scenario("all that can be done to workers", _MIXED, workers=3),
    "undisturbed-3": Scenario("no faults, on a cluster of three", brokers=3, workers=3),
    "leader-kill": Scenario(
        "the leader of most partitions is killed and started again",
        (kinds.LEADER_KILL,),
        brokers=3,
        workers=3,
    ),
    "cut-3": Scenario(
        "nothing gets through between workers and the cluster", (kinds.CUT,), brokers=3, workers=3
    ),
    "mixed-3": Scenario(
        "all that can be done to workers, and leaders killed",
        (*_MIXED, kinds.LEADER_KILL),
        brokers=3,
        workers=3,
    ),
}


@dataclass(frozen=True)
class Sizes:
    """How large and long scenarios are.

    Args:
        events: of each.
        faults: of each that has any.
        minutes: of load and faults; None for as many as the faults need.
        partitions: of each topic.
        workers: instead of a scenario's own number, if given.
        seed: of load and faults.
        cut_seconds: how long Kafka is cut off.
        delivery: how exports of bills are published.
    """

    events: int
    faults: int
    minutes: float | None
    partitions: int
    workers: int | None
    seed: int
    cut_seconds: float
    delivery: Delivery


def plan(name: str, sizes: Sizes, tree: Path = PRESENT) -> Plan:
    """The plan of a scenario; ``tree`` is where its first workers run from, if it is an upgrade."""
    scenario = SCENARIOS[name]
    exports = None
    if scenario.exports is not None:
        killed = scenario.exports == "killed"
        exports = Exports(sizes.faults, killed, sizes.delivery, sizes.seed)
    named = scenario.exports is not None and sizes.delivery == "append"
    return Plan(
        name=name,
        load=Load(sizes.events, sizes.seed, named=named),
        kinds=scenario.kinds,
        faults=_attempts(scenario, sizes.faults),
        seconds=_seconds(scenario, sizes),
        workers=sizes.workers or scenario.workers,
        partitions=sizes.partitions,
        publishing=steadily if exports is None else exports,
        rules=_rules(scenario),
        behind_proxies=kinds.CUT in scenario.kinds,
        obedient=kinds.KILL_POINT in scenario.kinds,
        tree=tree,
        cut_seconds=sizes.cut_seconds,
        seed=sizes.seed,
    )


def _rules(scenario: Scenario) -> str:
    """A publisher that starts, or that has lost its broker, must be back before a partition counts as idle.

    Else its buckets are closed without what it still has, and restated afterwards: rightly, but not so in
    the run without faults.
    """
    if scenario.exports is not None:
        return rules(PATIENT, remember_ids="12d")
    is_held_up = {kinds.BROKER_KILL, kinds.LEADER_KILL} & {*scenario.kinds}
    return rules(PATIENT) if is_held_up else rules()


def _attempts(scenario: Scenario, faults: int) -> int:
    """Not every worker comes to each point in time, and an upgrade is to end: some need more than asked."""
    if scenario.is_upgrade:
        return max(faults, len(scenario.kinds) * scenario.workers)
    return faults + (faults + 1) // 2 if kinds.KILL_POINT in scenario.kinds else faults


def _seconds(scenario: Scenario, sizes: Sizes) -> float:
    if sizes.minutes is not None:
        return sizes.minutes * 60
    if scenario.exports is not None:
        return sizes.faults * _EXPORT_SECONDS
    if not scenario.kinds:
        return _CALM_SECONDS
    each = [
        kind.every + (max(sizes.cut_seconds - 30, -30) if kind is kinds.CUT else 0)
        for kind in scenario.kinds
    ]
    return _attempts(scenario, sizes.faults) * sum(each) / len(each)
