"""Exports on a source topic, as ingest hands them on, and a reader that adds up what snapshots tell of them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

import pytest

from alerting.series import SeriesKey
from stream.detect.bucket import Totals
from stream.detect.snapshots import records
from stream.detect.snapshots.snapshots import Snapshots
from stream.detect.snapshots.staged import Origin
from stream.ingest.batch import ChargeLine, ScopedCharges, SnapshotCharges

HOUR = 3600
START = 1_743_465_600  # 2025-04-01
SCOPE = "AWS|1|2025-04-01"


class Row(NamedTuple):
    """A row of an export."""

    scope: str
    team: str
    hour: int
    cost: Decimal

    @property
    def key(self) -> SeriesKey:
        return SeriesKey("billing", self.team, "compute", "production", "usage", "USD")


class Part(NamedTuple):
    """What `Snapshots.stage` takes."""

    charges: SnapshotCharges
    contributors: list[str]
    origin: Origin


def rows(*costs: str, team: str = "search", scope: str = SCOPE, first: int = 0) -> list[Row]:
    return [Row(scope, team, first + at, Decimal(cost)) for at, cost in enumerate(costs)]


class Topic:
    """A source topic with the offsets of its partitions; `publish` says what its messages are."""

    def __init__(self, partitions: int = 2) -> None:
        self.logs: list[list[Any]] = [[] for _ in range(partitions)]

    def publish(
        self, name: str, taken_at: int, export: Sequence[Row], *, ends: bool = True
    ) -> None:
        for log in self.logs:
            log.append((name, taken_at, "begin"))
        for at, row in enumerate(export):
            self.logs[at % len(self.logs)].append((name, taken_at, row))
        if ends:
            for log in self.logs:
                log.append((name, taken_at, "end"))

    def parts(self, partition: int, start: int, following: int, applied: int) -> Iterator[Part]:
        """What ingest makes of a chunk of a partition."""
        made: dict[str, SnapshotCharges] = {}
        for offset, (name, taken_at, what) in enumerate(
            self.logs[partition][start:following], start
        ):
            part = made.setdefault(name, SnapshotCharges(name, taken_at, False, None, [], []))
            if what == "begin":
                part.begun = offset
            elif what == "end":
                part.ended = True
            else:
                time = START + what.hour * HOUR
                part.max_time = max(time, part.max_time or 0)
                if what.scope not in part.scopes:
                    part.scopes.append(what.scope)
                part.series.append(
                    ScopedCharges(what.scope, what.key, [ChargeLine(offset, time, what.cost, 0)])
                )
        for part in made.values():
            yield Part(part, ["region=eu"], Origin(partition, len(self.logs), applied))

    def all(self) -> Iterator[Part]:
        for partition, log in enumerate(self.logs):
            yield from self.parts(partition, 0, len(log), 0)


class Reader:
    """Adds up what `Snapshots` tells, keeps its state records, and can begin anew from them."""

    def __init__(self, limit: int = 1000, **options: int) -> None:
        self.options = options
        self.limit = limit
        self.snapshots = Snapshots(HOUR, **options)
        self.states: dict[bytes, bytes] = {}
        self.totals: dict[tuple[SeriesKey, int], Totals] = defaultdict(Totals)

    def stage(self, *parts: Part) -> None:
        for part in parts:
            self.snapshots.stage(*part)

    def step(self) -> bool:
        """One slice; whether there was one."""
        part = self.snapshots.next_slice(self.limit)
        if part is None:
            return False
        for key, start, delta in part.differences:
            self.totals[key, start] = self.totals[key, start].plus(delta.totals)
            assert sum(delta.contributors.values()) == pytest.approx(float(delta.totals.cost))
        return True

    def drain(self) -> None:
        while self.step():
            self.save()

    def save(self) -> None:
        """What the transaction writes."""
        for key, value in self.snapshots.changes():
            assert key.startswith(records.PREFIX)
            if value is None:
                self.states.pop(key, None)
            else:
                self.states[key] = value

    def crash(self, seed: int = 0) -> None:
        """Begin anew from the state records, in any order."""
        self.snapshots = Snapshots(HOUR, **self.options)
        loaded = list(self.states.items())
        Random(seed).shuffle(loaded)
        for key, value in loaded:
            self.snapshots.load(key, value)

    def costs(self) -> dict[tuple[str, int], Decimal]:
        return {
            (key.team, (start - START) // HOUR): totals.cost
            for (key, start), totals in self.totals.items()
            if totals != Totals()
        }


def newest(exports: Sequence[Sequence[Row]]) -> list[Row]:
    """The rows of the newest of each scope, in the order in which they were taken."""
    scoped: dict[str, list[Row]] = {}
    for export in exports:
        scopes = {row.scope for row in export}
        scoped |= {scope: [row for row in export if row.scope == scope] for scope in scopes}
    return [row for rows_of in scoped.values() for row in rows_of]


def expected(exports: Sequence[Sequence[Row]]) -> dict[tuple[str, int], Decimal]:
    sums: dict[tuple[str, int], Decimal] = {}
    for row in newest(exports):
        sums[row.team, row.hour] = sums.get((row.team, row.hour), Decimal(0)) + row.cost
    return sums


def counts(reader: Reader) -> int:
    return sum(totals.charges for totals in reader.totals.values())


def published(*exports: Sequence[Row], **options: int) -> Reader:
    """All of them, one after the other."""
    reader, topic, applied = Reader(**options), Topic(), [0, 0]
    for number, export in enumerate(exports):
        topic.publish(f"s{number}", number, export)
        for partition, log in enumerate(topic.logs):
            reader.stage(*topic.parts(partition, applied[partition], len(log), applied[partition]))
            applied[partition] = len(log)
        reader.drain()
    return reader
