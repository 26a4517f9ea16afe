"""One scenario: topics, workers, load and faults; then what was counted and told, beside the truth."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.chaos.faults import Broker, Faults
from benchmarks.chaos.load import RULES, Load, Truth
from benchmarks.chaos.reader import Reader
from benchmarks.chaos.workers import Workers
from stream.publisher import Publisher
from stream.topics import Topics

_SLICE: Final = 0.25  # seconds; every partition gets some of each slice
_QUIET: Final = 5.0  # seconds without a new message after which all is told


class NotCountedError(Exception):
    """Not everything was counted in time; the text says what was."""


@dataclass(frozen=True)
class Plan:
    """What is to be run."""

    name: str
    faults: Sequence[str]
    workers: int
    partitions: int
    load: Load
    seconds: float  # how long the load is published
    patience: float = 180.0  # seconds after its end within which all must be counted
    seed: int = 1
    pause: tuple[float, float] = (3.0, 8.0)


@dataclass(frozen=True)
class Outcome:
    """What a scenario showed. Lost and doubled are charges; ``wrong`` names services whose cost differs."""

    name: str
    faults: Counter[str]
    events: int
    lost: int
    doubled: int
    wrong: list[str]
    repeated: list[str]
    anomalies: frozenset[str]
    told: Counter[str]
    exits: Counter[int]
    stopping: list[float]
    seconds: float


def run(plan: Plan, brokers: str, members: Sequence[Broker], folder: Path) -> Outcome:
    """Run a scenario on a running Kafka; ``folder`` takes the logs.

    Raises:
        NotCountedError: if not everything is counted within the plan's patience.
    """
    began = time.monotonic()
    folder.mkdir(parents=True)
    prefix = f"{plan.name}-{int(time.time())}."
    workers = _workers(plan, brokers, prefix, folder)
    faults = Faults(plan.faults, workers, members, Random(plan.seed), plan.pause)  # noqa: S311 - repeatable faults
    try:
        workers.command("topics", "create")
        for number in range(plan.workers):
            workers.start(f"worker-{number}")
        with Reader(brokers, prefix) as reader:
            _publish(plan, brokers, prefix, faults)
            _wait_until_counted(plan, reader, workers)
            _wait_until_told(reader, workers)
            for name in workers.names():
                workers.terminate(name)
            reader.read(1.0)
            return _outcome(plan, reader, workers, faults, time.monotonic() - began)
    finally:
        workers.stop()


def _workers(plan: Plan, brokers: str, prefix: str, folder: Path) -> Workers:
    rules = folder / "rules.yaml"
    rules.write_text(RULES)
    environment = {
        "SPENDWATCH_KAFKA_BROKERS": brokers,
        "SPENDWATCH_TOPIC_PREFIX": prefix,
        "SPENDWATCH_PARTITIONS": str(plan.partitions),
        "SPENDWATCH_REPLICATION_FACTOR": str(len(brokers.split(","))),
        "SPENDWATCH_RULES": str(rules),
        "SPENDWATCH_LOG_LEVEL": "info",
    }
    return Workers(environment, folder)


def _publish(plan: Plan, brokers: str, prefix: str, faults: Faults) -> None:
    """Publish the slices at an even pace, with faults in between; both end together."""
    topics = Topics(prefix)
    names = {"billing": topics.billing, "usage": topics.usage}
    count = max(1, int(plan.seconds / _SLICE))
    began = time.monotonic()
    with Publisher(tuple(brokers.split(",")), list(names.values()), linger_ms=5) as publisher:
        for number, events in enumerate(plan.load.slices(count), 1):
            for index, event in enumerate(events):
                publisher.send(names[event.source], event.value, partition=index % plan.partitions)
            while True:
                faults.step()
                faults.workers.revive()
                left = began + number * _SLICE - time.monotonic()
                if left <= 0:
                    break
                time.sleep(min(left, 0.05))
        faults.undo_all()  # before the publisher waits for its last acknowledgements


def _wait_until_counted(plan: Plan, reader: Reader, workers: Workers) -> None:
    deadline = time.monotonic() + plan.patience
    expected = plan.load.truth.charges
    while True:
        reader.read(0.5)
        workers.revive()
        if reader.charges().total() >= expected.total():
            return
        if time.monotonic() > deadline:
            counted = reader.charges()
            missing = {
                name: n - counted[name] for name, n in expected.items() if n != counted[name]
            }
            raise NotCountedError(
                f"{plan.name}: after {plan.patience:.0f} s not counted: {missing}"
            )


def _wait_until_told(reader: Reader, workers: Workers) -> None:
    """Until nothing new was told or written for a while: the last buckets' anomalies come at the end."""
    quiet, known = time.monotonic(), workers.messages()
    while time.monotonic() - quiet < _QUIET or set(workers.messages()) < set(reader.anomalies):
        came = reader.read(0.5)
        workers.revive()
        told = workers.messages()
        if came or told != known:
            quiet, known = time.monotonic(), told
        if time.monotonic() - quiet > 10 * _QUIET:
            return


def _outcome(
    plan: Plan, reader: Reader, workers: Workers, faults: Faults, seconds: float
) -> Outcome:
    lost, doubled = _differences(plan.load.truth, reader.charges())
    costs = reader.costs()
    truth = plan.load.truth.cost
    return Outcome(
        plan.name,
        faults.made,
        len(plan.load.events),
        lost,
        doubled,
        sorted(name for name in {*truth, *costs} if truth.get(name) != costs.get(name)),
        reader.repeated,
        frozenset(reader.anomalies),
        workers.messages(),
        workers.exits,
        workers.stopping,
        seconds,
    )


def _differences(truth: Truth, counted: Counter[str]) -> tuple[int, int]:
    lost = sum((truth.charges - counted).values())
    return lost, sum((counted - truth.charges).values())
