"""One deployment under load and faults: topics, workers, reader; then what was counted and told, beside the truth."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.chaos.brokers import Brokers
from benchmarks.chaos.faults import Faults, Kind
from benchmarks.chaos.load import Load, Truth, rules
from benchmarks.chaos.publishing import Publishing, Target, steadily
from benchmarks.chaos.reader import Reader
from benchmarks.chaos.revisions import PRESENT
from benchmarks.chaos.workers import Workers
from stream.kafka.topics import Topics

_QUIET: Final = 5.0  # seconds without a new message after which all is told


@dataclass(frozen=True)
class Plan:
    """What is to be run."""

    name: str
    load: Load
    kinds: Sequence[Kind] = ()
    faults: int = 0
    seconds: float = 60.0  # how long the load is published
    workers: int = 2
    partitions: int = 12
    publishing: Publishing = steadily
    rules: str = rules()
    behind_proxies: bool = False
    obedient: bool = False
    tree: Path = PRESENT  # from which workers are first started
    cut_seconds: float = 30.0
    patience: float = 180.0  # seconds after its end within which all must be counted
    seed: int = 1


@dataclass(frozen=True)
class Outcome:
    """What a scenario showed. Lost and doubled are charges; ``wrong`` names services whose cost differs."""

    name: str
    brokers: int
    workers: int
    faults: Counter[str]
    points: Counter[str]
    events: int
    lost: int
    doubled: int
    wrong: list[str]
    repeated: list[str]
    anomalies: frozenset[str]
    told: Counter[str]
    exits: Counter[int]
    own_accord: Counter[int]
    stopping: list[float]
    stall: float
    seconds: float


def run(plan: Plan, brokers: Brokers, folder: Path) -> Outcome:
    """Run a scenario on a running Kafka; ``folder`` takes the logs."""
    with deployed(plan, brokers, folder) as deployment:
        return deployment.go_on(plan.load)


@contextmanager
def deployed(plan: Plan, brokers: Brokers, folder: Path) -> Iterator["Deployment"]:
    """Topics of their own, running workers and the reader; workers end with the block."""
    folder.mkdir(parents=True)
    prefix = f"{plan.name}-{int(time.time())}."
    workers = _workers(plan, brokers, prefix, folder)
    try:
        workers.command("topics", "create")
        reached = brokers.proxies if plan.behind_proxies else brokers.addresses
        workers.environment["SPENDWATCH_KAFKA_BROKERS"] = reached
        for number in range(plan.workers):
            workers.start(f"worker-{number}")
        with Reader(brokers.addresses, prefix) as reader:
            yield Deployment(plan, brokers, workers, reader, Topics(prefix), folder)
    finally:
        workers.stop()


def _workers(plan: Plan, brokers: Brokers, prefix: str, folder: Path) -> Workers:
    written = folder / "rules.yaml"
    written.write_text(plan.rules)
    environment = {
        "SPENDWATCH_KAFKA_BROKERS": brokers.addresses,
        "SPENDWATCH_TOPIC_PREFIX": prefix,
        "SPENDWATCH_PARTITIONS": str(plan.partitions),
        "SPENDWATCH_REPLICATION_FACTOR": str(len(brokers.addresses.split(","))),
        "SPENDWATCH_RULES": str(written.absolute()),
        "SPENDWATCH_LOG_LEVEL": "info",
    }
    return Workers(environment, folder, plan.tree, obedient=plan.obedient)


class Deployment:
    """Workers that go on from load to load."""

    def __init__(
        self,
        plan: Plan,
        brokers: Brokers,
        workers: Workers,
        reader: Reader,
        topics: Topics,
        folder: Path,
    ) -> None:
        self._plan = plan
        self._brokers = brokers
        self._workers = workers
        self._reader = reader
        self._topics = topics
        self._folder = folder
        self._truth = Truth()
        self._events = 0
        self._made: Counter[str] = Counter()
        self._began = time.monotonic()
        self._random = Random(plan.seed)  # noqa: S311 - repeatable faults

    def go_on(self, load: Load, *, is_last: bool = True) -> Outcome:
        """Publish a load under the plan's faults, wait until it is counted and told, and compare.

        If it ``is_last``, the workers are ended in good order, which may write what they still have.
        """
        self._truth.include(load.truth)
        self._events += len(load.events)
        self._publish(load)
        self._wait_until_counted()
        self._reader.rest()
        self._wait_until_told()
        for name in self._workers.names() if is_last else ():
            self._workers.terminate(name)
        self._reader.read(1.0)
        self._reader.rest()
        return self._outcome()

    def _publish(self, load: Load) -> None:
        """Publish, with faults in between; both end together."""
        plan = self._plan
        target = Target(
            self._brokers.addresses, self._topics, plan.partitions, self._workers, self._folder
        )
        faults = Faults(
            plan.kinds,
            plan.faults,
            plan.seconds,
            self._workers,
            self._brokers,
            self._topics.charges,
            self._random,
            plan.cut_seconds,
        )

        def between() -> None:
            faults.step(time.monotonic())
            self._workers.revive()
            self._reader.read(0.0)

        try:
            plan.publishing(load, plan.seconds, target, between, self._made)
        finally:
            faults.undo_all()
        self._made += faults.made

    def _wait_until_counted(self) -> None:
        """Until as much is counted as was published, or patience is over: the outcome says what is missing."""
        deadline = time.monotonic() + self._plan.patience
        expected = self._truth.charges.total()
        while self._reader.charges().total() < expected and time.monotonic() < deadline:
            self._reader.read(0.5)
            self._workers.revive()

    def _wait_until_told(self) -> None:
        """Until nothing new was told or written for a while: the last buckets' anomalies come at the end."""
        quiet, known = time.monotonic(), self._workers.messages()
        while time.monotonic() - quiet < _QUIET or set(known) < set(self._reader.anomalies):
            came = self._reader.read(0.5)
            self._workers.revive()
            told = self._workers.messages()
            if came or told != known:
                quiet, known = time.monotonic(), told
            if time.monotonic() - quiet > 10 * _QUIET:
                return

    def _outcome(self) -> Outcome:
        workers, reader = self._workers, self._reader
        reader.write(self._folder / "spend.tsv")
        lost, doubled = _differences(self._truth, reader.charges())
        costs, truth = reader.costs(), self._truth.cost
        made = self._made.copy()
        if self._plan.obedient:  # an order is no fault until it is obeyed
            made["kill-point"] = workers.obeyed.total()
        return Outcome(
            self._plan.name,
            len(self._brokers.addresses.split(",")),
            self._plan.workers,
            made,
            workers.obeyed.copy(),
            self._events,
            lost,
            doubled,
            sorted(name for name in {*truth, *costs} if truth.get(name) != costs.get(name)),
            reader.repeated,
            frozenset(reader.anomalies),
            workers.messages(),
            workers.exits.copy(),
            workers.own_accord.copy(),
            workers.stopping,
            reader.stall,
            time.monotonic() - self._began,
        )


def _differences(truth: Truth, counted: Counter[str]) -> tuple[int, int]:
    lost = sum((truth.charges - counted).values())
    return lost, sum((counted - truth.charges).values())
