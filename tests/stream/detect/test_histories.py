"""Long random histories: bills and single charges, late, corrected, moved, silent for months, in any mixture.

Whatever comes: spend is the plain sum of what counts, no entry and no anomaly is told twice under one revision,
and a worker that dies before each transaction tells what one tells that never dies.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import NamedTuple

import pytest

from alerting.series import SeriesKey
from stream.detect import closing, replacing
from stream.detect.records import parse_snapshot_key
from stream.detect.snapshots.records import OWNER, PREFIX
from stream.ingest.batch import ChargeBatch, ChargeLine, ScopedCharges, SnapshotCharges
from tests.life_of_anomalies import assert_lives_are_sound
from tests.stream.detect import mortal
from tests.stream.detect.batches import HOUR, START, Row, batch, end, rules

Sums = dict[tuple[str, int], Decimal]
TEAMS = ("ads", "ml", "search")


class Worker(mortal.Worker):
    """Tells what it counted."""

    def sums(self) -> Sums:
        """What is told, and what of open buckets is not, by series and bucket."""
        newest = {record.entry: record for record in self.spend}
        sums: Sums = defaultdict(Decimal)
        for record in newest.values():
            sums[record.series, int(record.bucket_start.timestamp())] += record.cost
        for series in self.core.series.values():
            for start, bucket in series.open.items():
                sums[series.text, start] += bucket.change
        return {key: cost for key, cost in sums.items() if cost}

    def scopes(self) -> set[str]:
        """Scopes that a snapshot owns; those that were forgotten are refused."""
        keys = (parse_snapshot_key(key)[1] for key in self.states if key.startswith(PREFIX))
        return {key[len(OWNER) :].decode() for key in keys if key.startswith(OWNER)}

    def assert_each_revision_follows(self) -> None:
        told: dict[str, tuple[int, Decimal]] = {}
        for record in self.spend:
            revision, cost = told.get(record.entry, (0, Decimal(0)))
            told[record.entry] = (revision + 1, cost + record.delta)
            assert (record.revision, record.cost) == told[record.entry]


class Billed(NamedTuple):
    """A row of a bill."""

    scope: str
    row: Row


class History:
    """What happens to a source of two partitions, by a seed."""

    def __init__(self, seed: int, workers: list[Worker]) -> None:
        self.random, self.workers = Random(seed), workers
        self.hour = 0
        self.offsets = [0, 0]
        self.appended: Sums = defaultdict(Decimal)
        self.billed: dict[str, list[Billed]] = {}  # what counts of each scope
        self.bills: dict[str, list[Row]] = {"AWS|1": [], "Azure|7": []}
        self.taken = 0

    def run(self, steps: int) -> None:
        kinds: tuple[Callable[[], None], ...] = (
            self.append,
            self.publish,
            self.rest,
            self.pass_time,
        )
        for kind in self.random.choices(kinds, (12, 6, 1, 1), k=steps):
            kind()
        self.rest()

    def cost(self) -> Decimal:
        usual = self.random.choice([50, 51, 52, 50, 51, 52, 50, 400, -30])
        return usual + Decimal(self.random.randrange(100)) / 100

    def append(self) -> None:
        """Some hours of single charges, and some that are late, by up to half a year."""
        for _ in range(self.random.choice([1, 5, 20])):
            self.hour += 1
            for partition in (0, 1):
                rows = [Row(self._at(self.hour), self.cost(), team) for team in TEAMS]
                for _ in range(self.random.choice([0, 0, 2])):
                    back = self.random.randrange(self.random.choice([5, 60, 5000]))
                    kind = self.random.choice(["usage", "recurring"])
                    rows.append(Row(self._at(self.hour - back), self.cost(), "ml", kind))
                for row in rows:
                    self.appended[row.key.text(), row.time] += row.cost
                self._apply(
                    [batch(rows, self.offsets[partition], partition=partition, partitions=2)]
                )

    def publish(self) -> None:
        """The next export of a bill: more hours, corrections, rows that go or move; some break off."""
        self.hour += self.random.choice([1, 24, 24])
        account = self.random.choice(list(self.bills))
        rows = self.bills[account]
        for hour in range(self.hour - 30, self.hour):
            rows.append(Row(self._at(hour), self.cost(), self.random.choice(TEAMS)))
        rows.append(Row(self._at(self.hour - 2), Decimal(300), "ads", "recurring"))
        for _ in range(3):
            at = self.random.randrange(len(rows))
            back = self.random.choice([0, 0, 60, 3000])
            rows[at] = Row(rows[at].time - HOUR * back, self.cost(), self.random.choice(TEAMS))
        del rows[self.random.randrange(len(rows))]
        every = [Billed(self._scope(account, row), row) for row in rows]
        newest = sorted({each.scope for each in every})[-2:]
        self._export([each for each in every if each.scope in newest])

    def rest(self) -> None:
        for _ in range(2):
            for partition in (0, 1):
                self._apply([end(self.offsets[partition], partition=partition, partitions=2)])

    def pass_time(self) -> None:
        self.hour += self.random.choice([7, 50, 24 * 20, 24 * 140])

    def sums(self) -> Sums:
        """The plain sum."""
        sums = defaultdict(Decimal, self.appended)
        for rows in self.billed.values():
            for _, row in rows:
                sums[row.key.text(), row.time] += row.cost
        return {key: cost for key, cost in sums.items() if cost}

    def _at(self, hour: int) -> int:
        return START + HOUR * hour

    def _scope(self, account: str, row: Row) -> str:
        return f"{account}|{datetime.fromtimestamp(row.time, UTC):%Y-%m-01}"

    def _export(self, rows: list[Billed]) -> None:
        self.random.shuffle(rows)
        self.taken += 1
        parts = [rows[at : at + 50] for at in range(0, len(rows), 50)]
        batches = [self._part(0, [], begins=True), self._part(1, [], begins=True)]
        batches += [self._part(number % 2, part) for number, part in enumerate(parts)]
        if self.random.random() < 0.15:
            self._apply(batches)
            return
        self._apply([*batches, self._part(0, [], ends=True), self._part(1, [], ends=True)])
        for scope in {each.scope for each in rows} & self.workers[0].scopes():
            self.billed[scope] = [each for each in rows if each.scope == scope]

    def _part(
        self, partition: int, rows: list[Billed], *, begins: bool = False, ends: bool = False
    ) -> ChargeBatch:
        start = self.offsets[partition]
        made = end(start, partition=partition, partitions=2)
        made.idle, made.following = False, start + max(len(rows), 1)
        self.offsets[partition] = made.following
        groups: dict[tuple[str, SeriesKey], list[ChargeLine]] = defaultdict(list)
        for offset, (scope, row) in enumerate(rows, start):
            groups[scope, row.key].append(ChargeLine(offset, row.time, row.cost, 0))
        made.snapshots = [
            SnapshotCharges(
                f"export-{self.taken}",
                self.taken,
                ended=ends,
                max_time=max((row.time for _, row in rows), default=None),
                scopes=sorted({scope for scope, _ in rows}),
                series=[ScopedCharges(*named, lines) for named, lines in groups.items()],
                begun=start if begins else None,
            )
        ]
        return made

    def _apply(self, batches: list[ChargeBatch]) -> None:
        for made in batches:
            self.offsets[made.partition] = max(self.offsets[made.partition], made.following)
        for worker in self.workers:
            worker.apply(batches)


@pytest.mark.parametrize("horizon", ["6h", "2d", "40d"])
@pytest.mark.parametrize("seed", [1, 2, 17])
def test_any_history_adds_up(monkeypatch: pytest.MonkeyPatch, seed: int, horizon: str) -> None:
    """To the last digit, bucket by bucket, and the same whether the worker dies or not."""
    monkeypatch.setattr(closing, "CLOSED", 40)
    monkeypatch.setattr(replacing, "SLICE", 30)
    known = rules(lateness="2h", horizon=horizon, new_after="1d")
    steady, dying = Worker(known, dies=False), Worker(known, dies=True)
    history = History(seed, [steady, dying])
    history.run(25)
    for worker in (steady, dying):
        assert worker.sums() == history.sums()
        worker.assert_each_revision_follows()
    assert_lives_are_sound(steady.anomalies)
    assert set(dying.spend) == set(steady.spend)
    assert dying.anomalies == steady.anomalies
