"""What people say of an anomaly, from the message to what its series makes of it."""

import logging
from decimal import Decimal
from types import SimpleNamespace
from typing import Literal

import msgspec
import pytest
from alerting_examples import anomaly as example
from hypothesis import given, settings
from hypothesis import strategies as st
from life_of_anomalies import assert_lives_are_sound

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act, ActKind, Actor
from alerting.freshness import CHANNEL
from alerting.inbox import AnomalyHeard, decode
from alerting.series import SeriesKey
from detectors.feedback import Mark
from stream.detect import hearing
from stream.detect.core import DetectCore
from stream.detect.hearing import SeriesAct, home_of, mark_of, outputs
from stream.detect.limits import overflow_key
from stream.detect.stage import DetectStageCore
from stream.ingest import batch as wire
from stream.ingest.batch import ChargeBatch
from stream.ingest.home import partition_of
from stream.kafka.topics import Topics
from tests.stream.detect.batches import HOUR, START, Row, batch, rules

TOPICS = Topics("t-")
MINA = Actor("U1", "Mina", "slack")
DAY = 24
QUIET = 20 * DAY  # hours before the event


def act(kind: ActKind, act_id: str = "act-1", until: int | None = None) -> Act:
    return Act(act_id=act_id, anomaly_id="A-1", kind=kind, by=MINA, at=0, until=until)


def usual(hour: int) -> float:
    return 50.0 + hour % 7 + 10 * (hour % 24 > 12)


def rows(first: int, count: int, factor: float = 1.0) -> list[Row]:
    return [
        Row(START + HOUR * hour, Decimal(str(round(factor * usual(hour), 2))))
        for hour in range(first, first + count)
    ]


class Story:
    """A series whose spend and whose people are told hour by hour, with a restart whenever it is asked for."""

    def __init__(self) -> None:
        self.core, self.states, self.told = (
            DetectCore(rules()),
            dict[bytes, bytes](),
            list[Anomaly](),
        )
        self.warnings: list[str] = []
        self.hour = 0

    def apply(self, *batches: ChargeBatch | SeriesAct) -> None:
        for outcome in self.core.outcomes(batches):
            for key, value in outcome.states.items():
                if value is None:
                    self.states.pop(key, None)
                else:
                    self.states[key] = value
            self.told += outcome.news.anomalies
            self.warnings += outcome.warnings

    def spend(self, hours: int, factor: float = 1.0) -> "Story":
        self.apply(batch(rows(self.hour, hours, factor), self.hour))
        self.hour += hours
        return self

    def restart(self) -> None:
        self.core = DetectCore(rules())
        self.core.load(self.states)

    def said(self, kind: ActKind, act_id: str = "act-1", until: int | None = None) -> SeriesAct:
        """What the series is to hear of its newest anomaly."""
        (output,) = outputs(TOPICS, 1, act(kind, act_id, until), self.told[-1])
        assert output.value is not None
        return hearing.decode(output.value)

    @property
    def marks(self) -> tuple[Mark, ...]:
        (series,) = self.core.series.values()
        return series.model.judge.feedback.marks


def storm() -> Story:
    """Three weeks, the last three hours of which cost three times the usual."""
    return Story().spend(QUIET).spend(4, factor=3.0)


class TestMessage:
    """The record on `charges`."""

    @pytest.mark.parametrize(
        ("kind", "until", "teaches"),
        [
            ("wrong", None, False),
            ("right", None, False),
            ("reopen", None, False),
            ("expected", None, True),
            ("expected", 2_000_000_000, False),  # a planned event keeps it quiet, nothing is taught
        ],
    )
    def test_goes_where_the_series_is(
        self, kind: ActKind, until: int | None, *, teaches: bool
    ) -> None:
        """To the partition of its kin, without a key, and read back as it was said."""
        one = example()
        (output,) = outputs(TOPICS, 7, act(kind, until=until), one)

        assert (output.topic, output.key) == ("t-charges", None)
        assert output.partition == partition_of(SeriesKey.parse(one.series), 7)
        assert output.value is not None
        heard = hearing.decode(output.value)
        assert (heard.kind, heard.act_id, heard.teaches) == (kind, "act-1", teaches)
        assert (heard.anomaly_id, heard.series) == (one.anomaly_id, one.series)

    @pytest.mark.parametrize("kind", ["acknowledge", "snooze"])
    def test_what_does_not_concern_the_series_is_not_told(self, kind: ActKind) -> None:
        """That somebody is on it says nothing of the alert."""
        assert outputs(TOPICS, 7, act(kind), example()) == []

    def test_a_source_that_stopped_is_no_series(self) -> None:
        """Nobody can teach it."""
        assert outputs(TOPICS, 7, act("wrong"), example(channel=CHANNEL)) == []

    @pytest.mark.parametrize("partition", [0, 5])
    def test_what_is_beyond_the_limits_lives_where_its_name_says(self, partition: int) -> None:
        """The series that takes what is too much is not where its kin would be."""
        key = SeriesKey("usage", "search", "OpenAI", "", "usage", "USD")
        assert home_of(overflow_key(key, partition), 7) == partition
        assert home_of(key, 7) == partition_of(key, 7)

    def test_a_version_that_does_not_know_it_goes_on(self) -> None:
        """It is no batch of a newer version, at which a worker stops."""
        (output,) = outputs(TOPICS, 7, act("wrong"), example())
        assert output.value is not None
        with pytest.raises(wire.BatchError) as refused:
            wire.decode(output.value)
        assert type(refused.value) is wire.BatchError

    def test_the_mark_is_known_outside(self) -> None:
        """A list of feedback can say what each word does."""
        one = example()
        mark = mark_of(act("wrong"), one)
        assert mark is not None
        assert (mark.right, mark.direction, mark.at) == (False, "up", one.updated_at.timestamp())
        assert mark_of(act("expected"), one) is None


class TestMarks:
    """Wrong, right and reopen."""

    @pytest.mark.parametrize(("kind", "right"), [("wrong", False), ("right", True)])
    def test_move_the_bar_at_event_time(
        self, kind: Literal["wrong", "right"], *, right: bool
    ) -> None:
        """A mark is of the moment up to which the series is closed."""
        story = storm()
        story.apply(story.said(kind))

        started = START + QUIET * HOUR
        now = START + (QUIET + 3) * HOUR  # the last hour is open
        assert story.marks == (Mark(started, "up", right, now),)

    def test_are_heard_by_series_that_were_not_read_yet(self) -> None:
        """Who takes over reads what it needs, and what is said is kept."""
        story = storm()
        story.restart()
        story.apply(story.said("wrong"))
        story.restart()

        assert len(story.marks) == 1

    def test_are_taken_back(self) -> None:
        """A reopened anomaly has no mark, nor has one that is called expected."""
        for taken_back in ("reopen", "expected"):
            story = storm()
            story.apply(story.said("wrong"), story.said(taken_back, "act-2"))
            assert story.marks == ()

    def test_find_an_anomaly_whose_start_moved(self) -> None:
        """Late charges may have moved the start of which its id is made."""
        story = storm()
        said = story.said("wrong")
        moved = msgspec.structs.replace(said, started=said.started - HOUR)
        story.apply(moved, msgspec.structs.replace(moved, act_id="act-2", kind="reopen"))
        assert story.marks == ()


class TestExpected:
    """The level is taught."""

    def test_ends_the_anomaly_and_nothing_alerts_any_more(self) -> None:
        """The record says resolved, not retracted, and a fortnight at the new level tells nothing."""
        story = storm()
        opened = story.told[-1]
        story.apply(story.said("expected"))

        ended = story.told[-1]
        assert (ended.anomaly_id, ended.state) == (opened.anomaly_id, "resolved")
        assert ended.impact > 0
        before = len(story.told)
        story.restart()
        story.spend(14 * DAY, factor=3.0)
        assert story.told[before:] == []
        assert_lives_are_sound(story.told)

    def test_a_further_rise_is_news(self) -> None:
        """What is expected is this level and no more."""
        story = storm()
        story.apply(story.said("expected"))
        story.spend(2 * DAY, factor=3.0)
        before = len(story.told)
        story.spend(5, factor=9.0)
        assert [one.state for one in story.told[before:]][:1] == ["open"]

    def test_until_a_moment_teaches_nothing(self) -> None:
        """What is meant for a while is for a planned event to keep quiet."""
        story = storm()
        before = len(story.told)
        story.apply(story.said("expected", until=2_000_000_000))
        assert story.told[before:] == []
        story.spend(3, factor=3.0)
        assert story.told[before:] != []

    def test_what_is_back_teaches_nothing(self) -> None:
        """A storm that is over is closed, and the next one alerts as this one did."""
        story = storm()
        story.spend(6)
        (series,) = story.core.series.values()
        learned = series.model.judge.detector.to_bytes()
        story.apply(story.said("expected"))
        assert story.told[-1].state == "resolved"
        assert series.model.judge.detector.to_bytes() == learned

    def test_another_anomaly_than_the_one_under_way_teaches_nothing(self) -> None:
        """An old message that is answered late does not end what is open now."""
        story = storm()
        said = msgspec.structs.replace(story.said("expected"), anomaly_id="A-OTHER")
        before = len(story.told)
        story.apply(said)
        assert story.told[before:] == []


@settings(max_examples=60, deadline=None)
@given(
    kinds=st.lists(
        st.sampled_from(["wrong", "right", "expected", "reopen"]), min_size=1, max_size=6
    ),
    again=st.lists(st.integers(0, 5), max_size=10),
    restarts=st.booleans(),
)
def test_what_was_heard_counts_once(
    *, kinds: list[ActKind], again: list[int], restarts: bool
) -> None:
    """Given again in any order, and by another worker, it changes nothing."""
    once = _said(kinds, [], restarts=False)
    twice = _said(kinds, again, restarts=restarts)
    assert once.marks == twice.marks
    assert [one.state for one in once.told] == [one.state for one in twice.told]
    assert once.states == twice.states


def _said(kinds: list[ActKind], again: list[int], *, restarts: bool) -> Story:
    story = Story()
    story.states |= _STORM.states
    story.told += _STORM.told
    story.restart()
    said = [_STORM.said(kind, f"act-{number}") for number, kind in enumerate(kinds)]
    story.apply(*said)
    if restarts:
        story.restart()
    story.apply(*(said[number] for number in again if number < len(said)))
    return story


_STORM = storm()


class TestStage:
    """Messages among batches."""

    def test_are_read_among_batches(self) -> None:
        """What the core of alerts writes, detection hears, and tells the end on both topics."""
        stage = DetectStageCore(rules(), TOPICS, 0)
        spent = [*rows(0, QUIET), *rows(QUIET, 4, factor=3.0)]
        changes = stage.apply([_message(0, wire.encode(batch(spent, 0)))])
        opened = [out for out in changes.outputs if out.topic == "t-alerts"][-1].value
        assert opened is not None
        heard = decode(opened)
        assert isinstance(heard, AnomalyHeard)
        (output,) = outputs(TOPICS, 1, act("expected"), heard.anomaly)

        told = stage.apply([_message(1, output.value)]).outputs

        assert [out.topic for out in told] == ["t-anomalies", "t-alerts"]
        assert stage.apply([_message(1, output.value)]).outputs == []

    @pytest.mark.parametrize("series", ["billing|a|b||usage|USD", "nonsense", ""])
    def test_an_unknown_series_is_noted(
        self, series: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """It may have ended since; nothing stops."""
        stage = DetectStageCore(rules(), TOPICS, 0)
        one = msgspec.structs.replace(_STORM.said("wrong"), series=series)
        with caplog.at_level(logging.WARNING):
            changes = stage.apply([_message(0, msgspec.msgpack.encode(one))])
        assert (changes.outputs, changes.states) == ([], {})
        assert f"wrong was said of {one.anomaly_id}" in caplog.text


def _message(offset: int, value: bytes | None) -> SimpleNamespace:
    return SimpleNamespace(offset=offset, value=value)
