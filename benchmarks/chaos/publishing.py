"""How the load comes to Kafka: at an even pace from here, or as files through ``spendwatch publish``."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, Literal, Protocol

from confluent_kafka import Consumer, TopicPartition
from kafka_server import tied_to_this_process

from benchmarks.chaos.load import MINUTES, Event, Load
from benchmarks.chaos.revisions import PRESENT
from benchmarks.chaos.workers import Workers
from stream.kafka.topics import Topics
from stream.publish.publisher import Publisher

_SLICE: Final = 0.25  # seconds; every partition gets some of each slice
_LOOK_EVERY: Final = 0.05
Delivery = Literal["append", "snapshot"]


@dataclass(frozen=True)
class Target:
    """Where the load goes.

    Args:
        brokers: their addresses, past the proxies.
        topics: of the deployment.
        partitions: of each source topic.
        workers: whose environment the product's own commands get.
        folder: takes the files that are published.
    """

    brokers: str
    topics: Topics
    partitions: int
    workers: Workers
    folder: Path

    def topic(self, source: str) -> str:
        """The topic of a source."""
        return {"billing": self.topics.billing, "usage": self.topics.usage}[source]


class Publishing(Protocol):
    """A way to publish a load within about so many seconds.

    ``between`` is called often meanwhile. What is a fault of the publishing itself is counted in ``made``;
    what was not yet acknowledged when this returns is in Kafka all the same.
    """

    def __call__(
        self,
        load: Load,
        seconds: float,
        target: Target,
        between: Callable[[], None],
        made: Counter[str],
    ) -> None:
        """Publish the load."""


def steadily(
    load: Load,
    seconds: float,
    target: Target,
    between: Callable[[], None],
    made: Counter[str],  # noqa: ARG001 - it has no faults of its own
) -> None:
    """Publish slices of the load at an even pace, from this process."""
    count = max(1, int(seconds / _SLICE))
    began = time.monotonic()
    names = [target.topic("billing"), target.topic("usage")]
    sent: Counter[str] = Counter()
    with Publisher(tuple(target.brokers.split(",")), names, linger_ms=5) as publisher:
        for number, events in enumerate(load.slices(count), 1):
            for event in events:
                partition = sent[event.source] % target.partitions
                sent[event.source] += 1
                publisher.send(target.topic(event.source), event.value, partition=partition)
            while time.monotonic() < began + number * _SLICE:
                between()
                time.sleep(_LOOK_EVERY)


@dataclass(frozen=True)
class Exports:
    """Files of some days each, one after the other, each published by ``spendwatch publish``, twice.

    Args:
        count: number of exports.
        killed: whether the first publisher of a file is killed half way; else it comes to its end, and all
            of the file is a repeat.
        delivery: of bills. As ``append`` an export is what is new since the one before, and its rows have
            ids; as ``snapshot`` it is all since the first, and needs none.
        seed: of the places at which publishers are killed.
    """

    count: int
    killed: bool
    delivery: Delivery = "append"
    seed: int = 1

    def __call__(
        self,
        load: Load,
        seconds: float,
        target: Target,
        between: Callable[[], None],
        made: Counter[str],
    ) -> None:
        """Publish the load as so many exports."""
        random = Random(self.seed)  # noqa: S311 - repeatable places
        speed = f"{MINUTES * 60 / seconds:.0f}x"
        bill: list[Event] = []
        for number, events in enumerate(load.slices(self.count)):
            new = [event for event in events if event.source == "billing"]
            bill = [*bill, *new] if self.delivery == "snapshot" else new
            usage = [event for event in events if event.source == "usage"]
            files = [
                _written(target.folder / f"bill-{number}.jsonl", "billing", bill),
                _written(target.folder / f"usage-{number}.jsonl", "usage", usage),
            ]
            until = random.uniform(0.3, 0.7) if self.killed else None
            self._publish(files, target, between, speed, until)
            made["publisher-kill" if self.killed else "repeat"] += 1
            self._publish(files, target, between, speed if self.killed else None)

    def _publish(
        self,
        files: Sequence["_File"],
        target: Target,
        between: Callable[[], None],
        speed: str | None = None,
        until: float | None = None,
    ) -> None:
        """Run the publishers side by side, to their ends or until so much of each file is in Kafka."""
        ends = _Ends(target)
        goals = {one.source: ends.of(one.source) + int(one.events * (until or 1)) for one in files}
        running = {one.source: self._start(one, target, speed) for one in files}
        while running:
            between()
            time.sleep(_LOOK_EVERY)
            for source, publisher in list(running.items()):
                if until is not None and ends.of(source) >= goals[source]:
                    publisher.kill()
                code = publisher.poll()
                if code is None:
                    continue
                del running[source]
                if code and until is None:
                    raise RuntimeError(f"spendwatch publish ended with {code}: see publish.log")

    def _start(self, file: "_File", target: Target, speed: str | None) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "stream", "publish", str(file.path)]
        command += [] if speed is None else ["--speed", speed]
        if file.source == "billing" and self.delivery != "append":
            command += ["--delivery", self.delivery]
        environment = {
            **target.workers.environment,
            "SPENDWATCH_KAFKA_BROKERS": target.brokers,
            "PYTHONPATH": str(PRESENT),
        }
        with (target.folder / "publish.log").open("ab") as log:
            return subprocess.Popen(
                [*tied_to_this_process(), *command], env=environment, stdout=log, stderr=log
            )


@dataclass(frozen=True)
class _File:
    source: str
    path: Path
    events: int


def _written(path: Path, source: str, events: Sequence[Event]) -> _File:
    path.write_bytes(b"".join(event.value + b"\n" for event in events))
    return _File(source, path.absolute(), len(events))


class _Ends:
    """How many messages the source topics have."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._consumer = Consumer(
            {"bootstrap.servers": target.brokers, "group.id": "chaos-ends", "log_level": 0}
        )

    def of(self, source: str) -> int:
        """Of one source, all partitions together."""
        topic = self._target.topic(source)
        places = [TopicPartition(topic, number) for number in range(self._target.partitions)]
        return sum(self._consumer.get_watermark_offsets(place, timeout=10)[1] for place in places)
