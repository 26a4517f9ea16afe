"""Calendars of the rules, from charges to anomalies."""

import random
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from alerting.series import SeriesKey
from config.rules import Rules
from detectors.calendar import UTC_WEEK
from stream.detect.calendars import CalendarBook, calendar_of
from stream.detect.core import DetectCore
from tests.stream.detect.batches import HOUR, START, Row, batch, end, rules

DAYS = 43  # from 14 November 2023 to 26 December
GERMANY = {"name": "germany", "match": {"team": "search"}, "holidays": ["DE"]}


def with_calendars(*calendars: dict[str, object]) -> Rules:
    plain = rules().model_dump(mode="json")
    return Rules.model_validate({**plain, "calendars": calendars})


def charges(first: int, last: int) -> list[Row]:
    """Two teams' hours of the days from ``first`` to before ``last``, as quiet as on Sunday at Christmas."""
    chance = random.Random(1)
    rows = []
    for hour in range(DAYS * 24):
        time = START + HOUR * hour
        moment = datetime.fromtimestamp(time, UTC)
        is_quiet = moment.weekday() >= 5 or (moment.month, moment.day) in {(12, 25), (12, 26)}
        for team in ("search", "checkout"):
            cost = (6 if is_quiet else 30) * chance.uniform(0.95, 1.05)
            if first <= hour // 24 < last:
                rows.append(Row(time, Decimal(f"{cost:.2f}"), team))
    return rows


def told(core: DetectCore, rows: list[Row], start: int) -> set[tuple[str, str]]:
    """The teams with an anomaly, and the days on which it began."""
    return {
        (news.team, str(news.started_at.date()))
        for outcome in core.outcomes([batch(rows, start), end(start + len(rows))])
        for news in outcome.news.anomalies
    }


def test_a_holiday_is_no_anomaly_of_the_team_that_has_it() -> None:
    """The other team's fall on the same day is one."""
    found = told(DetectCore(with_calendars(GERMANY)), charges(0, DAYS), 0)
    december = {(team, day) for team, day in found if day >= "2023-12"}
    assert december == {("checkout", "2023-12-25")}


@pytest.mark.parametrize("calendars", [[], [GERMANY]], ids=["none", "germany"])
def test_a_calendar_may_come_over_state_that_is_there(calendars: list[dict[str, object]]) -> None:
    """What was learned without one goes on with one."""
    before, core = DetectCore(rules()), DetectCore(with_calendars(*calendars))
    rows = charges(0, 40)
    states = {}
    for outcome in before.outcomes([batch(rows, 0)]):
        states |= {key: value for key, value in outcome.states.items() if value is not None}
    core.load(states)
    assert core.unreadable == []
    found = told(core, charges(40, DAYS), len(rows))
    assert (("search", "2023-12-25") in found) is not bool(calendars)
    assert ("checkout", "2023-12-25") in found


def test_series_of_one_calendar_share_it() -> None:
    """Also those of another partition, so that hours are looked up once."""
    key = SeriesKey("usage", "search", "gpt-5", "", "usage", "USD")
    first, second = (CalendarBook(with_calendars(GERMANY)) for _ in range(2))
    assert first.of(key) is second.of(key)
    assert CalendarBook(rules()).of(key) is UTC_WEEK


def test_a_calendar_is_what_its_rule_says() -> None:
    """Public holidays and own days, days that are worked, weekend and time zone."""
    days = [{"date": "2023-12-27"}, {"date": "2023-12-26", "kind": "working"}]
    rule = {"name": "a", "weekend": ["friday"], "timezone": "Asia/Tokyo", "days": days}
    made = calendar_of(with_calendars({**rule, "holidays": ["DE"]}).calendars[0])
    monday = 19_716  # 25 December 2023
    assert [made.is_quiet(monday + day) for day in range(5)] == [True, False, True, False, True]
    assert made.hour(monday * 24).local == monday * 24 + 9
