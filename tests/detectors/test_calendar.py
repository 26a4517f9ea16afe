"""Holidays, and summer time."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import DAY, WEEK, Point, alerts, company

from detectors.calendar import UTC_WEEK, Calendar
from detectors.engine import Detector

HOUR, FIVE = 3600, 300
EPOCH = date(1970, 1, 1)
BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS = ["2024-12-24", "2024-12-25", "2024-12-26", "2024-12-27", "2024-12-30", "2024-12-31", "2025-01-01"]  # fmt: skip
MONDAY_OFF = ["2024-10-07"]
CLOSED = [str(date.fromordinal(date(2024, 12, 21).toordinal() + more)) for more in range(16)]


def _day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def _calendar(days: Collection[str]) -> Calendar:
    return Calendar(holidays={_day(text) for text in days})


def _closed(points: list[Point], days: Collection[str], share: float) -> list[Point]:
    """The points, those of working days among ``days`` at a share."""
    off = {_day(text) for text in days if not UTC_WEEK.is_quiet(_day(text))}
    return [(time_, value * share if time_ // DAY in off else value) for time_, value in points]


def _told(points: list[Point], calendar: Calendar, step: int, since: str) -> list[str]:
    """The days, from one on, on which something alerts."""
    places = alerts(Detector(step, calendar), points)
    days = sorted({points[place][0] // DAY for place in places})
    return [str(date.fromordinal(EPOCH.toordinal() + day)) for day in days if day >= _day(since)]


def _year(seed: int, step: int, share: float, since: str, until: str) -> list[Point]:
    points = company(seed, weeks=36, step=step, noise=0.06, weekend=share)
    return [point for point in points if _day(since) <= point[0] // DAY <= _day(until)]


@pytest.mark.parametrize(
    ("step", "since"), [(HOUR, "2024-09-01"), (DAY, "2024-06-03"), (FIVE, "2024-11-11")]
)
@pytest.mark.parametrize("share", [0.45, 0.3])
@pytest.mark.parametrize(
    ("days", "until"), [(CHRISTMAS, "2025-01-12"), (CLOSED, "2025-01-12")], ids=["week", "closed"]
)
def test_christmas_is_quiet_and_so_is_the_return(
    step: int, since: str, share: float, days: list[str], until: str
) -> None:
    """Neither the fall to the weekend's level nor the first working day is told, which without a calendar are."""
    points = _closed(_year(1, step, share, since, until), days, share)
    assert _told(points, _calendar(days), step, "2024-12-15") == []
    assert _told(points, UTC_WEEK, step, "2024-12-15") != []


@pytest.mark.parametrize("step", [HOUR, DAY])
@pytest.mark.parametrize("seed", range(3))
def test_a_monday_off_is_no_drop_and_tuesday_no_rise(step: int, seed: int) -> None:
    """A long weekend is three days of weekend."""
    points = _closed(_year(seed, step, 0.3, "2024-06-03", "2024-10-20"), MONDAY_OFF, 0.3)
    assert _told(points, _calendar(MONDAY_OFF), step, "2024-10-05") == []


@pytest.mark.parametrize("step", [HOUR, DAY])
def test_work_on_a_holiday_is_a_rise(step: int) -> None:
    """Spend as on a working day alerts on a holiday as it would on a Sunday, but not on a day that is worked."""
    (off,) = MONDAY_OFF
    points = _year(1, step, 0.2, "2024-06-03", "2024-10-08")
    assert _told(points, _calendar(MONDAY_OFF), step, "2024-10-05")[:1] == [off]
    worked = Calendar(holidays={_day(off)}, working={_day(off)})
    assert _told(points, worked, step, "2024-10-05") == []


def test_a_saturday_that_is_worked_is_no_rise() -> None:
    """It is like a Friday."""
    points = _year(1, HOUR, 0.2, "2024-08-01", "2024-10-13")
    worked = _day("2024-10-12")
    points = [(at, value / 0.2 if at // DAY == worked else value) for at, value in points]
    assert _told(points, Calendar(working={worked}), HOUR, "2024-10-05") == []
    assert _told(points, UTC_WEEK, HOUR, "2024-10-05")[0] == "2024-10-12"


def test_a_fall_on_a_holiday_is_still_told() -> None:
    """Nothing at all for a whole day is a drop, compared with the last weekend."""
    points = _closed(_year(1, HOUR, 0.45, "2024-08-01", "2024-10-07"), MONDAY_OFF, 0.0)
    assert _told(points, _calendar(MONDAY_OFF), HOUR, "2024-10-05") == MONDAY_OFF


@pytest.mark.parametrize("step", [FIVE, HOUR, DAY])
def test_the_forecast_of_coming_days_knows_the_calendar(step: int) -> None:
    """A Wednesday that will be off is forecast as a weekend day, the days beside it are not."""
    points = _year(1, step, 0.3, "2024-08-01" if step != FIVE else "2024-09-09", "2024-10-04")
    detector = Detector(step, _calendar(["2024-10-09"]))
    for at, value in points:
        detector.learn(at, value)
    tuesday, off, thursday = (detector.forecast((_day("2024-10-08") + n) * DAY + 12 * HOUR * (step < DAY)) for n in range(3))  # fmt: skip
    assert off < 0.6 * min(tuesday, thursday)


def test_holidays_leave_the_profile_of_working_days_alone() -> None:
    """After a week of holidays in the middle of the year a working day is forecast as before."""
    days = [f"2024-10-{day:02}" for day in range(7, 12)]
    points = _closed(_year(1, HOUR, 0.3, "2024-08-01", "2024-10-13"), days, 0.3)
    knowing, not_knowing = Detector(HOUR, _calendar(days)), Detector(HOUR)
    for at, value in points:
        knowing.learn(at, value)
        not_knowing.learn(at, value)
    noon = _day("2024-10-14") * DAY + 12 * HOUR
    usual = 20 * (1 + 0.6 * 0.8)
    assert knowing.forecast(noon) == pytest.approx(usual, rel=0.2)
    assert not_knowing.forecast(noon) < 0.7 * usual


def _office(begin: date, weeks: int, step: int) -> list[Point]:
    """Spend that opens at 9 and closes at 17 by the clock of Berlin, on working days."""
    first = int(datetime.combine(begin, time(), UTC).timestamp())
    points = []
    for at in range(first, first + weeks * WEEK, step):
        local = datetime.fromtimestamp(at, BERLIN)
        is_open = 9 <= local.hour < 17 and local.weekday() < 5
        points.append((at, (60.0 if is_open else 4.0) + at // step % 3))
    return points


@pytest.mark.parametrize("begin", [date(2024, 2, 19), date(2024, 9, 16)], ids=["spring", "autumn"])
@pytest.mark.parametrize("step", [FIVE, HOUR])
def test_summer_time_moves_working_hours(begin: date, step: int) -> None:
    """The hour that opens earlier or later in UTC is no alert with the time zone. Without it it is, of hourly buckets."""
    points = _office(begin, 8, step)
    since = str(date.fromordinal(begin.toordinal() + 28))
    assert _told(points, Calendar(BERLIN), step, since) == []
    assert step == FIVE or _told(points, UTC_WEEK, step, since) != []


@given(
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe", "Europe/Dublin", "Africa/Casablanca"]),
    st.integers(min_value=-(10**9), max_value=10**9),
)  # fmt: skip
def test_hours_have_a_local_day_anywhere(zone: str, hour: int) -> None:
    """Whatever the zone and the time, the clock is UTC's or later by summer time, and the local hour within a day of it."""
    here = Calendar(ZoneInfo(zone)).hour(hour)
    assert 0 <= here.clock - hour <= 2  # Newfoundland once had two hours of summer time
    assert abs(here.local - hour) <= 15
    if 0 < hour < 10**6:
        local = datetime.fromtimestamp(hour * HOUR, ZoneInfo(zone))
        assert here.local == (local.date() - EPOCH).days * 24 + local.hour


def test_the_calendar_is_no_part_of_what_is_learned() -> None:
    """A state is read with any calendar; in winter that of Berlin and that of UTC are the same state."""
    points = _year(1, HOUR, 0.3, "2024-11-01", "2024-12-20")
    utc, berlin = Detector(HOUR), Detector(HOUR, Calendar(BERLIN, weekend=()))
    for at, value in points:
        utc.learn(at, value)
    taken_over = Detector.from_bytes(utc.to_bytes(), Calendar(BERLIN))
    assert taken_over.to_bytes() == utc.to_bytes()
    later = points[-1][0] + 60 * HOUR
    assert taken_over.forecast(later) == utc.forecast(later)
    assert berlin.to_bytes() != utc.to_bytes()


@pytest.mark.parametrize(
    ("weekend", "day", "like"),
    [
        ((5, 6), "2024-10-09", "2024-10-06"),  # a Wednesday off, as Sunday
        ((4, 5), "2024-10-09", "2024-10-05"),  # in Cairo, as Saturday
        ((), "2024-10-09", "2024-10-09"),  # where no day is quiet, as itself
        ((5, 6), "2024-10-12", "2024-10-12"),  # a Saturday off is a Saturday
    ],
)
def test_a_holiday_is_like_the_last_day_of_a_weekend(
    weekend: tuple[int, ...], day: str, like: str
) -> None:
    """So that daily buckets compare it with that day of the week."""
    assert Calendar(weekend=weekend, holidays={_day(day)}).like(_day(day)) == _day(like)


def test_after_a_week_of_holidays_working_days_are_found_further_back() -> None:
    """The same hours of a fortnight have some; on other days the last seven days are enough."""
    calendar = _calendar([f"2024-10-{day:02}" for day in range(7, 12)])
    assert calendar.further(_day("2024-10-14") * 24) == (10, 11, 12, 13)
    assert calendar.further(_day("2024-10-15") * 24) == ()
    assert calendar.further(_day("2024-10-07") * 24) == ()
    only_off = Calendar(weekend=(), holidays={_day("2024-10-07")})
    assert only_off.further(_day("2024-10-07") * 24) == ()


@given(st.integers(0, 40_000), st.integers(0, 70))
def test_weekdays_are_counted_as_by_hand(first: int, days: int) -> None:
    """Each day of a span counts under its weekday, Monday first."""
    by_hand = [0] * 7
    for day in range(first, first + days):
        by_hand[date.fromordinal(EPOCH.toordinal() + day).weekday()] += 1
    assert UTC_WEEK.weekdays(first, first + days) == tuple(by_hand)


def test_a_holiday_is_counted_as_a_day_of_the_weekend() -> None:
    """A week with a Monday off has four working days and two Sundays."""
    monday = _day(MONDAY_OFF[0])
    assert _calendar(MONDAY_OFF).weekdays(monday, monday + 7) == (0, 1, 1, 1, 1, 1, 2)
