"""Snapshots: the newest complete one of each scope counts, whatever came when and how."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.detect import packed
from stream.detect.packed import RecordError
from stream.detect.snapshots import records
from stream.detect.snapshots.snapshots import DAY, Snapshots
from stream.detect.snapshots.staged import Origin
from stream.ingest.batch import ChargeLine, ScopedCharges, SnapshotCharges
from tests.stream.detect.snapshots.exports import (
    HOUR,
    SCOPE,
    START,
    Reader,
    Row,
    Topic,
    counts,
    expected,
    newest,
    published,
    rows,
)


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
    snapshots.stage(part, ["region=eu", "region=us"], Origin(0, 1, 100))
    part = SnapshotCharges("b", 9, True, START, [], [], 100)
    snapshots.stage(part, [], Origin(1, 2, 100))
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


def test_other_scopes_stay_as_they_are() -> None:
    """A snapshot replaces the bills that it has rows of, and no others."""
    other = rows("8", scope="AWS|2|2025-04-01", team="ads")
    reader = published([*rows("1"), *other], rows("2"))
    assert reader.costs() == expected([other, rows("2")])


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
        for value in (b"", b"\x00", packed.encode([9])):
            with pytest.raises(RecordError):
                Snapshots(HOUR).load(key, value)
    with pytest.raises(RecordError):
        Snapshots(HOUR).load(b"s|?", b"")


def test_what_older_versions_wrote_of_the_time_is_read() -> None:
    """They wrote how far all snapshots had come as well."""
    forgotten = START - 131 * DAY
    snapshots = Snapshots(HOUR)
    snapshots.load(records.REACH, packed.encode([1, START + HOUR, forgotten]))
    assert snapshots.watermark == START


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
