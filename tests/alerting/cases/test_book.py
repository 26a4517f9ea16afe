"""Silences and planned events: what they match, when, and within what."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from alerting_examples import NOON, recent
from cases_examples import ANN, HOUR, LABELS, T0, act, case, event, moment, revised, silence

from alerting.anomaly import RecentBucket
from alerting.cases.book import Book, id_of
from alerting.cases.planned import planned_of, series_labels

WEEK = 7 * 86_400


def book(*said: Any) -> Book:
    one = Book()
    for each in said:
        one.put(each) if hasattr(each, "silence_id") else one.plan(each)
    return one


@pytest.mark.parametrize(
    ("matchers", "is_quiet"),
    [
        (("team=search",), True),
        (("team=ads",), False),
        (("team=search", "service=OpenAI"), True),
        (("team=search", "service=Bedrock"), False),
        (("environment!=dev",), True),
        (("service=~Open.*",), True),
        (("service=~Open",), False),
        (("service!~Open.*|GPT.*",), False),
        (('team="search"',), True),
        (("region=",), True),
    ],
)
def test_a_silence_matches_by_all_its_matchers(matchers: tuple[str, ...], is_quiet: bool) -> None:  # noqa: FBT001 - a column of the table
    """As in Alertmanager: regular expressions fit the whole value, and a label that is missing is empty."""
    assert is_quiet == (book(silence(*matchers)).silenced(LABELS, T0) is not None)


@pytest.mark.parametrize(
    ("after", "is_quiet"), [(-1, False), (0, True), (2 * HOUR - 1, True), (2 * HOUR, False)]
)
def test_a_silence_has_a_begin_and_an_end(after: int, is_quiet: bool) -> None:  # noqa: FBT001 - a column of the table
    """Its end is not part of it."""
    assert is_quiet == (book(silence()).silenced(LABELS, T0 + after) is not None)


def test_put_again_replaces() -> None:
    """A silence is expired, or prolonged, under its id."""
    assert book(silence(), silence(ends_at=T0)).silenced(LABELS, T0) is None
    assert book(silence(ends_at=T0), silence()).silenced(LABELS, T0) == silence()


def test_of_several_the_last_to_end_is_named() -> None:
    """That is when it is loud again."""
    longer = silence(silence_id="S-0", ends_at=T0 + 9 * HOUR)

    assert longer == book(silence(), longer, silence(silence_id="S-2")).silenced(LABELS, T0)


@pytest.mark.parametrize("matchers", [(), ("nonsense",), ("service=~(",)])
def test_what_cannot_be_read_is_refused(matchers: tuple[str, ...]) -> None:
    """The book stays as it was."""
    one = book(silence(), event())
    for put, bad in (
        (one.put, msgspec.structs.replace(silence(), matchers=matchers)),
        (one.plan, msgspec.structs.replace(event(), matchers=matchers)),
    ):
        with pytest.raises(ValueError, match=r"matcher|regular"):
            put(bad)  # type: ignore[operator]  # each takes its own

    assert (silence(), event()) == (one.silenced(LABELS, T0), one.planned(revised(), LABELS, T0))


def beyond(hours: int) -> dict[str, Any]:
    """An anomaly of which as many hours came after the two of the event."""
    shifted = tuple(
        msgspec.structs.replace(one, start=one.start + timedelta(hours=hours - 1))
        for one in recent()
    )
    return {"recent": shifted, "updated_at": NOON + timedelta(hours=2 + hours)}


@pytest.mark.parametrize(
    ("planned", "anomaly", "is_covered"),
    [
        ({}, {}, True),
        # when it began, by event time
        ({}, {"started_at": moment(-1)}, False),
        ({}, {"started_at": moment(2 * HOUR)}, False),
        ({}, {"started_at": moment(2 * HOUR - 1)}, True),
        # three times as much as expected, in all and in its newest bucket
        ({"factor": 3.0}, {}, True),
        ({"factor": 2.9}, {}, False),
        ({"factor": 3.0}, {"actual_current": Decimal("30.01")}, False),
        ({"factor": 3.0}, {"actual": Decimal("90.01")}, False),
        ({"factor": 3.0}, {"expected": Decimal(0)}, False),
        ({"factor": 3.0}, {"direction": "down"}, True),
        ({"factor": 3.1}, {"direction": "down"}, False),
        # 480 a day
        ({"amount_per_day": Decimal(480)}, {}, True),
        ({"amount_per_day": Decimal(479)}, {}, False),
        ({"amount_per_day": Decimal(0)}, {}, False),
        ({"amount_per_day": Decimal(480)}, {"impact_per_day": Decimal(-480)}, True),
        ({"amount_per_day": Decimal(480), "factor": 2.0}, {}, False),
        # whether it goes on after the end
        ({}, beyond(1), True),
        ({}, beyond(2), False),
        ({}, {**beyond(2), "recovered_at": moment(3 * HOUR)}, True),
        ({}, {**beyond(2), "recovered_at": moment(3 * HOUR + 1)}, False),
        ({}, {"state": "resolved", "ended_at": moment(3 * HOUR)}, True),
        ({}, {"state": "resolved", "ended_at": moment(4 * HOUR)}, False),
    ],
)
def test_what_a_planned_event_covers(
    planned: dict[str, Any],
    anomaly: dict[str, Any],
    is_covered: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """What began in its time, is within what was said of it, and does not last beyond it."""
    one = msgspec.structs.replace(revised(), **anomaly)

    assert is_covered == (book(event(**planned)).planned(one, LABELS, T0 + WEEK) is not None)


@pytest.mark.parametrize(("minutes", "is_covered"), [(15, True), (20, True), (25, False)])
def test_what_is_torn_down_has_a_quarter_of_an_hour(minutes: int, is_covered: bool) -> None:  # noqa: FBT001 - a column of the table
    """With short buckets, those of the first minutes after the event's end do not count."""
    buckets = tuple(
        RecentBucket(
            start=moment(2 * HOUR + 300 * at), actual=30.0, expected=10.0, lower=8.0, upper=12.0
        )
        for at in range(minutes // 5)
    )
    one = msgspec.structs.replace(revised(), bucket_seconds=300, recent=buckets)

    assert is_covered == (book(event()).planned(one, LABELS, T0) is not None)


@pytest.mark.parametrize(("seconds", "is_covered"), [(900, True), (901, False)])
def test_an_end_has_it_too(seconds: int, is_covered: bool) -> None:  # noqa: FBT001 - a column of the table
    """It is over, or back to normal, soon enough after the event."""
    end = moment(2 * HOUR + seconds)
    over = {"state": "resolved", "ended_at": end}
    for changes in (over, {"recovered_at": end}):
        one = msgspec.structs.replace(revised(), bucket_seconds=300, **changes)

        assert is_covered == (book(event()).planned(one, LABELS, T0) is not None)


def test_a_planned_event_matches_labels() -> None:
    """Another team's load test covers nothing."""
    assert book(event("team=ads")).planned(revised(), LABELS, T0) is None


def test_expected_until_is_a_planned_event() -> None:
    """Of the same series, from the anomaly's start until what was said; a later word replaces it."""
    odd = revised(service='Azure "v2" \\ x, y', team="a=b")
    done = act("expected", until=T0 + 3 * HOUR, note="migration", anomaly_id=odd.anomaly_id)

    planned = planned_of(done, case(odd))

    assert planned is not None
    assert (T0, T0 + 3 * HOUR, ANN, "migration", odd.anomaly_id) == (
        planned.starts_at,
        planned.ends_at,
        planned.by,
        planned.comment,
        planned.anomaly_id,
    )
    assert book(planned).planned(odd, series_labels(odd), T0) == planned
    for label in series_labels(odd):
        others = {**series_labels(odd), label: "other"}
        assert book(planned).planned(odd, others, T0) is None
    longer = planned_of(act("expected", 99, until=T0 + 4 * HOUR), case(odd))
    assert longer is not None
    assert planned.planned_id == longer.planned_id


@pytest.mark.parametrize(
    "done", [act("expected"), act("snooze", until=T0), act("expected", until=T0, anomaly_id="A-1")]
)
def test_no_other_act_is_a_planned_event(done: Any) -> None:
    """What is expected for good is learned, and a snooze is about one anomaly."""
    assert planned_of(done, case()) is None


def test_a_judgement_is_taken_back() -> None:
    """Its event covers nothing any more, and is there to be kept as ended; once."""
    planned = planned_of(act("expected", until=T0 + HOUR), case())
    assert planned is not None
    one = book(planned, event("team=ads"))

    ended = one.take_back(planned.anomaly_id, T0 + 60)

    assert ended is not None
    assert ended.ends_at == T0 + 60
    assert one.planned(revised(), LABELS, T0 + 60) is None
    assert one.take_back(planned.anomaly_id, T0 + 61) is None
    assert one.take_back("A-OTHER", T0) is None


def test_what_is_active() -> None:
    """Silences and events that hold now, the first to end first."""
    soon = event(ends_at=T0 + HOUR)
    later = silence(silence_id="S-2", starts_at=T0 + 1)

    one = book(silence(), soon, later)

    assert (soon, silence()) == one.active(T0)
    assert [id_of(each) for each in one.active(T0 + 1)] == ["P-1", "S-1", "S-2"]
    assert one.active(T0 - 1) == ()


def test_what_ended_a_week_ago_is_forgotten() -> None:
    """Its ids are given back, so that what is kept can be deleted."""
    one = book(silence(), event(ends_at=T0 + HOUR), silence(silence_id="S-2", ends_at=T0 + WEEK))

    assert one.forget(T0 + HOUR + WEEK - 1) == ()
    assert one.forget(T0 + HOUR + WEEK) == ("P-1",)
    assert one.forget(T0 + 2 * HOUR + WEEK) == ("S-1",)
    assert one.forget(T0 + 2 * HOUR + WEEK) == ()
