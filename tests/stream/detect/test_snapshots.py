"""Snapshots: the newest complete one of each scope counts, whatever came when and how."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.series import SeriesKey
from stream.detect import snapshot_records as records
from stream.detect import snapshots as module
from stream.detect.bucket import Totals
from stream.detect.counted import DAY
from stream.detect.snapshot_records import SnapshotStateError
from stream.detect.snapshots import Snapshots, period_start
from stream.detect.takeover import plus
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
    partition: int
    partitions: int
    lines_from: int


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
            yield Part(part, ["region=eu"], partition, len(self.logs), applied)

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
            self.totals[key, start] = plus(self.totals[key, start], delta.totals)
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


def test_a_snapshot_counts_when_every_partition_has_ended_it() -> None:
    """Not before: half a bill looks like a drop."""
    topic, reader = Topic(), Reader()
    topic.publish("a", 1, rows("1", "2", "4"))
    reader.stage(*topic.parts(0, 0, 99, 0), *topic.parts(1, 0, 2, 0))
    assert not reader.snapshots.pending
    assert not reader.step()
    reader.stage(*topic.parts(1, 2, 99, 2))
    assert reader.snapshots.pending
    reader.drain()
    assert reader.costs() == expected([rows("1", "2", "4")])
    assert reader.snapshots.max_time == START + 2 * HOUR


def test_a_bill_published_again_changes_nothing() -> None:
    """No difference is told, not even one of zero."""
    reader = published(rows("1", "2"), rows("1.00", "2"))
    assert reader.costs() == expected([rows("1", "2")])
    assert counts(reader) == 2


def test_corrected_added_and_vanished_rows_count_as_in_the_newest() -> None:
    """The differences are negative where there is less."""
    before, after = rows("1", "2", "4"), [*rows("1", "2.5"), *rows("7", team="ads")]
    reader = published(before, after)
    assert reader.costs() == expected([after])
    assert counts(reader) == 3


def test_the_difference_is_spread_over_the_new_contributors() -> None:
    """In proportion: the old ones are not kept."""
    snapshots = published(rows("1")).snapshots
    part = SnapshotCharges("b", 9, True, START, [SCOPE], [], 100)
    lines = [ChargeLine(101, START, Decimal(cost), at) for at, cost in enumerate(("3", "1"))]
    part.series = [ScopedCharges(SCOPE, rows("1")[0].key, lines)]
    snapshots.stage(part, ["region=eu", "region=us"], 0, 1, 100)
    part = SnapshotCharges("b", 9, True, START, [], [], 100)
    snapshots.stage(part, [], 1, 2, 100)
    told = snapshots.next_slice(10)
    assert told is not None
    (difference,) = told.differences
    assert difference.delta.totals.cost == Decimal(3)
    assert difference.delta.contributors == {"region=eu": 2.25, "region=us": 0.75}


def test_a_takeover_goes_on_in_order_of_time() -> None:
    """So that the watermark can move with it: what is ahead begins at ``until``, all before it was told."""
    topic, reader = Topic(), Reader(limit=1)
    export = [*rows(*["1"] * 60), *rows(*["2"] * 60, team="ads")]
    Random(1).shuffle(export)
    topic.publish("a", 1, export)
    reader.stage(*topic.all())
    told: list[int] = []
    while (ahead := reader.snapshots.ahead()) and (part := reader.snapshots.next_slice(1)):
        told += [] if ahead.until is None else [ahead.until]
        assert all(start >= told[-1] for _, start, _ in part.differences)
    hours = [(until - START) // HOUR for until in told]
    assert hours == [0, 0, 24, 24, 48, 48]


def test_a_later_snapshot_that_is_complete_first_stays() -> None:
    """The earlier one, which ends behind it, is of an older export."""
    topic, reader = Topic(1), Reader()
    topic.publish("old", 1, rows("1", "2"), ends=False)
    topic.publish("new", 2, rows("5"))
    topic.logs[0].append(("old", 1, "end"))
    reader.stage(*topic.all())
    reader.drain()
    assert reader.costs() == expected([rows("5")])


def test_half_a_snapshot_changes_nothing_and_is_given_up() -> None:
    """A publisher was killed; the next run counts, and what was staged of the first is let go."""
    topic, reader = Topic(1), Reader()
    topic.publish("a", 1, rows("1", "2"))
    topic.publish("half", 2, rows("9", "9", "9"), ends=False)
    topic.publish("c", 3, rows("1", "3"))
    reader.stage(*topic.all())
    reader.drain()
    assert reader.costs() == expected([rows("1", "3")])
    assert not any(key.startswith(records.CHUNK) for key in reader.states)


def test_other_scopes_stay_as_they_are() -> None:
    """A snapshot replaces the bills that it has rows of, and no others."""
    other = rows("8", scope="AWS|2|2025-04-01", team="ads")
    reader = published([*rows("1"), *other], rows("2"))
    assert reader.costs() == expected([other, rows("2")])


def test_what_comes_without_its_begin_mark_is_passed_over() -> None:
    """Its rows before it are lost, for example by retention: a part of a bill must not count as the bill."""
    topic, reader = Topic(1), Reader()
    topic.publish("a", 1, rows("1", "2", "4"))
    reader.stage(*topic.parts(0, 2, 99, 2))
    assert not reader.snapshots.pending


def test_more_unfinished_snapshots_than_are_kept_are_given_up_with_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The oldest ones; their end comes to nothing."""
    monkeypatch.setattr(module, "MAX_UNFINISHED", 3)
    topic, reader = Topic(1), Reader()
    for number in range(5):
        topic.publish(f"s{number}", number, rows("1", scope=f"AWS|{number}|2025-04-01"), ends=False)
    for number in range(5):
        topic.logs[0].append((f"s{number}", number, "end"))
    for offset in range(len(topic.logs[0])):
        reader.stage(*topic.parts(0, offset, offset + 1, offset))
    reader.drain()
    assert counts(reader) == 3
    assert [text.split()[1] for text in reader.snapshots.warnings] == ["s0", "s1"]


def test_a_message_that_comes_again_does_not_revive_what_was_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its begin mark was applied before: the rows behind it are gone, and the end must not let the rest count."""
    topic, reader = Topic(1), Reader()
    topic.publish("a", 1, rows("1", "2", "4", "8"))
    with monkeypatch.context() as tight:
        tight.setattr(module, "MAX_STAGED", 0)
        reader.stage(*topic.parts(0, 0, 3, 0))
    reader.stage(*topic.parts(0, 0, 99, 3))
    assert not reader.snapshots.pending
    reader.drain()
    assert reader.states == {}
    assert not reader.snapshots._staged


def test_a_begin_mark_that_was_applied_before_begins_no_second_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Given up, and begun again in one partition: what comes again in the other is only a rest."""
    topic, reader = Topic(2), Reader()
    topic.publish("a", 1, rows("1", "2", "4", "8"))
    with monkeypatch.context() as tight:
        tight.setattr(module, "MAX_STAGED", 0)
        reader.stage(*topic.parts(0, 0, 2, 0))
    reader.stage(*topic.parts(1, 0, 99, 0), *topic.parts(0, 0, 99, 2))
    assert not reader.snapshots.pending


def test_too_much_that_is_staged_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded; the log says what to do."""
    monkeypatch.setattr(module, "MAX_STAGED", 1000)
    reader = published(rows(*["1"] * 200))
    assert reader.costs() == {}
    assert "publish it again, in smaller parts" in reader.snapshots.warnings[0]


def test_a_scope_that_shrinks_by_more_than_half_is_told() -> None:
    """It counts all the same; but files of days, not of whole periods, would do this each day."""
    reader = published(rows(*["1"] * 40), rows(*["1"] * 19))
    assert counts(reader) == 19
    (text,) = reader.snapshots.warnings
    assert "such as AWS|1|2025-04-01 (19 of 40 charges)" in text
    assert "`delivery: append`" in text


def test_a_forgotten_scope_is_refused() -> None:
    """What was counted of it is not known any more, and it must not count twice."""
    reader = published(rows("1"))
    late = START + 140 * DAY
    reader.snapshots.forget(late)
    reader.save()
    assert not any(key.startswith((records.OWNER, records.COUNTED)) for key in reader.states)
    reader.crash()
    topic = Topic(1)
    topic.publish("again", 5, [*rows("1"), *rows("3", scope="AWS|1|2025-08-01", team="ads")])
    reader.stage(*topic.all())
    reader.drain()
    assert reader.costs() == {("search", 0): Decimal(1), ("ads", 0): Decimal(3)}
    assert reader.snapshots.refused == 1
    assert "refused, since they may have been counted before" in reader.snapshots.warnings[0]


def test_a_scope_is_kept_as_long_as_exports_hold_it() -> None:
    """A whole year that is published each day stays correctable as a whole."""
    reader = published([*rows("1"), *rows("2", scope="AWS|1|2025-08-01", first=24 * 130)])
    reader.snapshots.forget(START + 140 * DAY)
    reader.save()
    assert sum(key.startswith(records.OWNER) for key in reader.states) == 2


def test_series_beyond_the_limit_are_added_up() -> None:
    """A flood of tags costs no memory, and its money counts; also when it comes and goes."""
    flood = [Row(SCOPE, f"team-{number}", 0, Decimal(number)) for number in range(50)]
    reader = published(flood, flood[:30], [*flood[25:], *rows("4", "2")], max_series=5)
    assert sum(reader.costs().values()) == sum(range(25, 50)) + 6
    assert counts(reader) == 27


def test_state_that_cannot_be_read_raises() -> None:
    """Never skipped: money would be counted twice or be lost."""
    reader = published(rows("1"))
    for key in reader.states:
        for value in (b"", b"\x00", records.encode([9])):
            with pytest.raises(SnapshotStateError):
                Snapshots(HOUR).load(key, value)
    with pytest.raises(SnapshotStateError):
        Snapshots(HOUR).load(b"s|?", b"")


@pytest.mark.parametrize(
    ("scope", "start"), [(SCOPE, START), ("a|b|c|2025-04-01", START), ("", 0), ("a|b|soon", 0)]
)
def test_a_scope_tells_when_its_period_begins(scope: str, start: int) -> None:
    """Its last part is the day."""
    assert period_start(scope) == start


SCOPES = ("AWS|1|2025-04-01", "AWS|2|2025-04-01", "GCP|1|2025-04-01")
ROW = st.builds(
    Row,
    st.sampled_from(SCOPES),
    st.sampled_from(("search", "ads", "ml")),
    st.integers(0, 80),
    st.decimals(-100, 100, places=6),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Topic, list[list[Row]]]:
    """Runs of publishers, some of them at the same time, some killed; and what the complete ones exported."""
    topic = Topic(draw(st.integers(1, 3)))
    runs = []
    for number in range(draw(st.integers(1, 4))):
        own = Topic(len(topic.logs))
        export = draw(st.lists(ROW, max_size=8))
        ends = draw(st.booleans())
        own.publish(f"s{number}", number, export, ends=ends)
        runs.append((own, export if ends else []))
    for partition, log in enumerate(topic.logs):
        waiting = [list(own.logs[partition]) for own, _ in runs]
        while any(waiting):
            run = draw(st.sampled_from([each for each in waiting if each]))
            log += [run.pop(0) for _ in range(draw(st.integers(1, len(run))))]
    return topic, [export for _, export in runs]


@given(history=histories(), data=st.data())
@settings(deadline=None, max_examples=150)
def test_the_newest_complete_snapshot_of_each_scope_counts(
    history: tuple[Topic, list[list[Row]]], data: st.DataObject
) -> None:
    """Whatever the interleaving, the chunks, the redeliveries, and wherever the worker crashes."""
    topic, exports = history
    reader = Reader(limit=data.draw(st.integers(1, 5)))
    applied = [0] * len(topic.logs)
    while any(at < len(log) for at, log in zip(applied, topic.logs, strict=True)):
        partition = data.draw(
            st.sampled_from([p for p, at in enumerate(applied) if at < len(topic.logs[p])])
        )
        at, length = applied[partition], len(topic.logs[partition])
        start = data.draw(st.integers(0, at))
        following = data.draw(st.integers(at + 1, length))
        reader.stage(*topic.parts(partition, start, following, at))
        applied[partition] = following
        for _ in range(data.draw(st.integers(0, 2))):
            reader.step()
        reader.save()
        if data.draw(st.booleans()):
            reader.crash(following)
    reader.drain()
    found = {at: cost for at, cost in reader.costs().items() if cost}
    assert found == {at: cost for at, cost in expected(exports).items() if cost}
    assert counts(reader) == len(newest(exports))
