"""Snapshots on their way: half of one never counts, and what is unfinished stays within bounds."""

import pytest

from stream.detect.snapshots import records, staging
from tests.stream.detect.snapshots.exports import Reader, Topic, counts, expected, published, rows


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
    monkeypatch.setattr(staging, "MAX_UNFINISHED", 3)
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
        tight.setattr(staging, "MAX_STAGED", 0)
        reader.stage(*topic.parts(0, 0, 3, 0))
    reader.stage(*topic.parts(0, 0, 99, 3))
    assert not reader.snapshots.pending
    reader.drain()
    assert reader.states == {}


def test_a_begin_mark_that_was_applied_before_begins_no_second_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Given up, and begun again in one partition: what comes again in the other is only a rest."""
    topic, reader = Topic(2), Reader()
    topic.publish("a", 1, rows("1", "2", "4", "8"))
    with monkeypatch.context() as tight:
        tight.setattr(staging, "MAX_STAGED", 0)
        reader.stage(*topic.parts(0, 0, 2, 0))
    reader.stage(*topic.parts(1, 0, 99, 0), *topic.parts(0, 0, 99, 2))
    assert not reader.snapshots.pending


def test_too_much_that_is_staged_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded; the log says what to do."""
    monkeypatch.setattr(staging, "MAX_STAGED", 1000)
    reader = published(rows(*["1"] * 200))
    assert reader.costs() == {}
    assert "publish it again, in smaller parts" in reader.snapshots.warnings[0]
