"""What is told of days and months, from charges to records."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from alerting.anomaly import Anomaly
from alerting.spend import SpendRecord
from detectors.errors import StateError
from stream.detect import records
from stream.detect.core import DetectCore
from stream.detect.news import News
from stream.detect.outlook import SeriesOutlook
from stream.ledger import Ledger
from tests.stream.detect.batches import Row, batch, end, rules

HOUR, DAY = 3600, 86_400
BEFORE = records.ModelRecord.__struct_fields__.index("outlook")  # fields of an older record
OCTOBER = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())  # a Thursday


class Feed:
    """A source partition: rows in, news out, with a restart before each chunk if asked for."""

    def __init__(self, *, restarts: bool = False) -> None:
        self.core = DetectCore(rules(horizon="35d"))
        self.at = 0
        self.restarts = restarts
        self.states: dict[bytes, bytes] = {}
        self.spend: list[SpendRecord] = []
        self.anomalies: list[Anomaly] = []

    def take(self, rows: list[Row], *, last: bool = False) -> News:
        if self.restarts:
            self.core = DetectCore(rules(horizon="35d"))
            self.core.load(self.states)
        news = News()
        batches = [batch(rows, self.at), *([end(self.at + len(rows))] if last else [])]
        for outcome in self.core.outcomes(batches):
            for key, value in outcome.states.items():
                if value is None:
                    self.states.pop(key, None)
                else:
                    self.states[key] = value
            news.spend += outcome.news.spend
            news.anomalies += outcome.news.anomalies
        self.at += len(rows)
        self.spend += news.spend
        self.anomalies += news.anomalies
        return news

    def told(self, team: str = "search") -> list[SpendRecord]:
        return [one for one in self.spend if one.outlook is not None and one.team == team]


def hours(days: Iterable[int], cost: str = "1.10", team: str = "search") -> list[Row]:
    """Each hour of days of October (from 0 on)."""
    return [
        Row(OCTOBER + day * DAY + hour * HOUR, Decimal(cost), team)
        for day in days
        for hour in range(24)
    ]


def test_a_day_ends_with_an_outlook() -> None:
    """The record of its last bucket has one, and no other does."""
    feed = Feed()
    feed.take(hours(range(10)))
    assert [one.bucket_start.hour for one in feed.told()] == [23] * 9
    outlook = feed.told()[-1].outlook
    assert outlook is not None
    assert outlook.as_of == datetime(2026, 10, 10, tzinfo=UTC)
    assert outlook.month_to_date == Decimal("237.60")  # to the cent: nine days of 26.40
    assert float(outlook.next_day.expected) == pytest.approx(26.4, rel=0.01)
    assert float(outlook.month.expected) == pytest.approx(31 * 26.4, rel=0.01)
    assert float(outlook.next_month.expected) == pytest.approx(30 * 26.4, rel=0.01)
    assert outlook.month.lower < outlook.month.expected < outlook.month.upper
    assert outlook.day is not None
    assert outlook.day_accuracy is not None
    assert outlook.day_accuracy.judged == 8
    assert outlook.bucket_accuracy is not None
    assert outlook.week_accuracy is not None


def test_a_month_ends_and_the_next_begins() -> None:
    """At its end the month is what it cost; the next one counts from nothing."""
    feed = Feed()
    feed.take(hours(range(34)))
    last, first = (one.outlook for one in feed.told()[30:32])
    assert last is not None
    assert first is not None
    assert last.month_to_date == last.month.expected == last.month.lower == Decimal("818.40")
    assert first.month_to_date == Decimal("26.40")
    assert first.counted_from == datetime(2026, 11, 1, tzinfo=UTC)
    assert float(first.month.expected) == pytest.approx(30 * 26.4, rel=0.01)


def test_late_charges_change_the_month() -> None:
    """Within the horizon and beyond it, but not those of the month before."""
    feed = Feed()
    feed.take(hours(range(33)))
    feed.take([Row(OCTOBER + 31 * DAY, Decimal("0.07")), Row(OCTOBER + 5 * DAY, Decimal(5))])
    feed.take(hours([33]), last=True)
    outlook = feed.told()[-1].outlook
    assert outlook is not None
    assert outlook.month_to_date == 3 * Decimal("26.40") + Decimal("0.07")
    ledger = Ledger(since=datetime(2026, 11, 1, tzinfo=UTC))
    for record in feed.spend:
        ledger.add(record)
    assert [outlook.month_to_date] == [line.cost for line in ledger.totals(())]


@pytest.mark.parametrize("late_by", [1, 30])
@pytest.mark.parametrize("restarts", [False, True])
def test_a_series_may_begin_with_late_charges(late_by: int, *, restarts: bool) -> None:
    """They are of its month, although no bucket of it had closed when they came, but not of the one after."""
    feed = Feed(restarts=restarts)
    begun = OCTOBER + 29 * DAY + 5 * HOUR
    feed.take([*hours(range(29), team="ads"), Row(begun, Decimal(3), "ads")])
    feed.take([Row(begun - late_by * HOUR, Decimal("0.07"))])
    rows = [*hours([29])[5:], *hours(range(30, 33))]
    feed.take([*rows, *hours([33], team="ads")], last=True)
    last_of_october, of_november = (one.outlook for one in feed.told()[1:3])
    assert last_of_october is not None
    assert last_of_october.month_to_date == 43 * Decimal("1.10") + Decimal("0.07")
    assert last_of_october.counted_from == datetime(2026, 10, 30, 5, tzinfo=UTC)
    assert of_november is not None
    assert of_november.month_to_date == Decimal("26.40")


def test_a_restated_bucket_keeps_its_outlook() -> None:
    """Only the newest revision of an entry is kept, and it says what was forecast then."""
    feed = Feed()
    feed.take(hours(range(10)))
    told = feed.told()[-1]
    (restated,) = feed.take([Row(int(told.bucket_start.timestamp()), Decimal(1))]).spend
    assert restated.revision == 2
    assert restated.outlook == told.outlook


@pytest.mark.parametrize("kind", ["usage", "recurring"])
def test_a_restart_changes_nothing(kind: str) -> None:
    """Whoever takes the state over tells the same."""
    rows = [row._replace(kind=kind) for row in hours(range(40))]
    rows[500] = rows[500]._replace(cost=Decimal(90))
    whole, parts = Feed(), Feed(restarts=True)
    whole.take(rows)
    for at in range(0, len(rows), 173):
        parts.take(rows[at : at + 173])
    assert parts.told() == whole.told()
    assert parts.anomalies == whole.anomalies


def test_state_from_before_is_read() -> None:
    """A model without an outlook begins to count, and says from when on."""
    feed = Feed()
    feed.take(hours(range(12)))
    for key in [key for key in feed.states if key.startswith(records.MODEL)]:
        parts = msgspec.msgpack.decode(feed.states[key])
        feed.states[key] = msgspec.msgpack.encode(parts[:BEFORE])
    feed.restarts = True
    feed.take(hours(range(12, 15)))
    assert not feed.core.unreadable
    outlook = feed.told()[-1].outlook
    assert outlook is not None
    assert outlook.counted_from == datetime(2026, 10, 12, 23, tzinfo=UTC)
    assert outlook.month_to_date == 49 * Decimal("1.10")
    assert float(outlook.next_day.expected) == pytest.approx(26.4, rel=0.01)


def test_unreadable_state_is_learned_again() -> None:
    """Neither other bytes nor another version is guessed at."""
    outlook = SeriesOutlook("usage", HOUR)
    parts = msgspec.msgpack.decode(outlook.to_bytes())
    core = DetectCore(rules())
    for data in (b"\xc1", msgspec.msgpack.encode([99, *parts[1:]])):
        with pytest.raises(StateError):
            outlook.restore(
                data, core.memory.series_of(Row(0, Decimal(1)).key).model.judge.detector
            )


def test_a_quiet_last_hour_tells_the_month_of_a_daily_job() -> None:
    """A series that spends for an hour a day has an outlook each day, though its last bucket is empty."""
    job = [Row(OCTOBER + day * DAY + 3 * HOUR, Decimal(24), "ads") for day in range(20)]
    rows = sorted([*job, *hours(range(20))], key=lambda row: row.time)
    feed = Feed()
    feed.take(rows)
    outlooks = [one.outlook for one in feed.told("ads")]
    assert len(outlooks) == 19
    newest = outlooks[-1]
    assert newest is not None
    assert newest.month_to_date == 19 * 24
    assert float(newest.month.expected) == pytest.approx(31 * 24, rel=0.2)


def test_fees_to_come_are_in_the_month() -> None:
    """On the 1st the fee of the 15th is forecast, and no more once it came."""
    days = {0: "145", 14: "60", 31: "145", 45: "61"}
    fees = [
        Row(OCTOBER + day * DAY + 5 * HOUR, Decimal(cost), "ads", "recurring")
        for day, cost in days.items()
    ]
    feed = Feed()
    feed.take(sorted([*fees, *hours(range(50))], key=lambda row: row.time))
    outlooks = [one.outlook for one in feed.told("ads")]
    assert [float(one.month.expected) for one in outlooks if one] == [145, 205, 205, 206]
    assert [float(one.month_to_date) for one in outlooks if one] == [145, 205, 145, 206]
    assert [float(one.next_month.expected) for one in outlooks if one] == [145, 205, 205, 206]


def test_a_late_fee_counts_in_its_own_month() -> None:
    """October's correction is no part of November, and the fee that it corrects comes as corrected."""
    feed = Feed()
    fee = Row(OCTOBER + 14 * DAY, Decimal(60), "ads", "recurring")
    other = Row(OCTOBER + 31 * DAY, Decimal(7), "ads", "recurring")
    feed.take(sorted([fee, other, *hours(range(35))], key=lambda row: row.time))
    feed.take([fee._replace(cost=Decimal(20)), other._replace(cost=Decimal(1))])
    last = Row(OCTOBER + 35 * DAY, Decimal(2), "ads", "recurring")
    feed.take([last, *hours(range(35, 37))])
    outlook = feed.told("ads")[-1].outlook
    assert outlook is not None
    assert outlook.month_to_date == 10
    assert outlook.month.expected == 90


def test_known_fees_of_older_state_are_to_come() -> None:
    """What the detector of fees remembers is where an older worker's memory begins."""
    fee = Row(OCTOBER + 14 * DAY, Decimal(60), "ads", "recurring")
    feed = Feed()
    feed.take(sorted([fee, *hours(range(20))], key=lambda row: row.time))
    for key in [key for key in feed.states if key.startswith(records.MODEL)]:
        parts = msgspec.msgpack.decode(feed.states[key])
        feed.states[key] = msgspec.msgpack.encode(parts[:BEFORE])
    feed.restarts = True
    first = Row(OCTOBER + 32 * DAY, Decimal(9), "ads", "recurring")
    feed.take(sorted([first, *hours(range(20, 40))], key=lambda row: row.time))
    outlook = feed.told("ads")[-1].outlook
    assert outlook is not None
    assert outlook.month.expected == 69


def test_an_open_anomaly_says_where_it_leads() -> None:
    """Impact so far and the pace for the rest of the day and month; the month's forecast is without it."""
    feed = Feed()
    feed.take(hours(range(10)))
    storm = [Row(OCTOBER + 10 * DAY + hour * HOUR, Decimal(11)) for hour in range(8)]
    feed.take(storm)
    opened = next(one for one in feed.anomalies if one.state == "open")
    assert opened.outlook is not None
    hours_passed = opened.updated_at.hour
    day_end, month_end = opened.outlook.impact_by_day_end, opened.outlook.impact_by_month_end
    pace = opened.impact_per_day / 24
    assert day_end is not None
    assert float(day_end) == pytest.approx(float(opened.impact + pace * (24 - hours_passed)))
    assert month_end is not None
    rest = 20 * 24 + 24 - hours_passed
    assert float(month_end) == pytest.approx(float(opened.impact + pace * rest))
    assert opened.outlook.month_to_date == Decimal(264) + 11 * hours_passed
    usual = 264 + 11 * hours_passed + 1.1 * rest
    assert float(opened.outlook.month.expected) == pytest.approx(usual, rel=0.05)
    assert opened.outlook.day.lower <= opened.outlook.day.expected <= opened.outlook.day.upper


def test_a_fall_goes_no_deeper_than_to_nothing() -> None:
    """What a stopped service saves is what it would have cost, not its pace for ever."""
    feed = Feed()
    feed.take([*hours(range(10)), *hours(range(10), team="ads")])
    quiet = hours([10, 11], team="ads")
    feed.take(quiet)
    down = [one for one in feed.anomalies if one.direction == "down" and one.state == "open"]
    assert down
    for one in down:
        assert one.outlook is not None
        assert one.outlook.impact_by_month_end is not None
        assert 0 > one.outlook.impact_by_month_end > Decimal(-22 * 27)


def test_a_resolved_anomaly_leads_nowhere() -> None:
    """Only while it is open there is something to act on."""
    feed = Feed()
    feed.take(hours(range(10)))
    feed.take([Row(OCTOBER + 10 * DAY + hour * HOUR, Decimal(11)) for hour in range(3)])
    feed.take(hours(range(11, 14)))
    over = [one for one in feed.anomalies if one.state == "resolved"]
    assert over
    assert [one.outlook for one in over] == [None] * len(over)
