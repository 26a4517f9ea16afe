"""Jobs by the week and by the month, in usage."""

from array import array
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from shapes import DAY, Point, alerts, company

from detectors import occasions
from detectors.calendar import UTC_WEEK, Calendar
from detectors.dates import date_of, earlier, working_days
from detectors.engine import Detector
from detectors.occasions import COLUMNS, MOST_NUMBERS

HOUR, FIVE = 3600, 300
EPOCH = date(1970, 1, 1)


def _day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def _last(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _last_working(year: int, month: int) -> date:
    day = _last(year, month)
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _first_working(year: int, month: int) -> date:
    day = date(year, month, 1)
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


MONTHLY: dict[str, Callable[[int, int], date]] = {
    "15th": lambda year, month: date(year, month, 15),
    "last day": _last,
    "two days before the last": lambda year, month: _last(year, month) - timedelta(days=2),
    "first working day": _first_working,
    "last working day": _last_working,
}


def _with_job(
    points: Iterable[Point], days: Iterable[date], hour: int, length: int, height: float
) -> list[Point]:
    """The points, those of the days' hours higher by ``height`` times the usual 20."""
    begin = [(day - EPOCH).days * DAY + hour * HOUR for day in days]
    raised = {start + more * HOUR for start in begin for more in range(length)}
    return [
        (time, value + 20 * height if time // HOUR * HOUR in raised else value)
        for time, value in points
    ]


def _months_told(points: list[Point], step: int, calendar: Calendar = UTC_WEEK) -> list[int]:
    """Numbers of the months, from 0 on, in which a rise or fall alerted; the first month is none of them."""
    detector = Detector(step, calendar)
    first = datetime.fromtimestamp(points[0][0], UTC)
    told = set()
    for place in alerts(detector, points):
        moment = datetime.fromtimestamp(points[place][0], UTC)
        told.add((moment.year - first.year) * 12 + moment.month - first.month)
    return sorted(told - {0})


def _months(points: list[Point]) -> list[tuple[int, int]]:
    dates = [datetime.fromtimestamp(time, UTC) for time, _ in points]
    return sorted({(moment.year, moment.month) for moment in dates})


@pytest.mark.parametrize("kind", MONTHLY)
def test_a_monthly_job_in_usage_is_silent_from_its_third_time(kind: str) -> None:
    """Four hours at ten times the spend, each month: told twice, and never again."""
    points = company(3, weeks=30, step=HOUR, noise=0.05)
    months = _months(points)[1:]
    job = _with_job(points, (MONTHLY[kind](*month) for month in months), 2, 4, 10.0)
    told = _months_told(job, HOUR)
    assert set(told) <= {1, 2}
    assert told


def test_one_that_is_a_quarter_higher_than_ever_alerts() -> None:
    """After four months of a job, its fifth time is told if it costs half as much again, and not if it is as before."""
    points = company(3, weeks=26, step=HOUR, noise=0.05)
    days = [_last(*month) for month in _months(points)[:5]]
    known = _with_job(points, days[:-1], 2, 4, 10.0)
    for height, is_told in ((10.0, False), (15.0, True)):
        told = _months_told(_with_job(known, days[-1:], 2, 4, height), HOUR)
        assert (4 in told) is is_told


def test_a_quarterly_job_is_silent_from_its_third_time() -> None:
    """Thirteen months are remembered."""
    points = company(3, weeks=56, step=HOUR, noise=0.05)
    days = [date(2024, month, 30) for month in (6, 9, 12)] + [date(2025, 3, 30), date(2025, 6, 30)]
    told = _months_told(_with_job(points, days, 5, 3, 10.0), HOUR)
    assert 3 in told
    assert not {6, 9, 12} & set(told)


@pytest.mark.parametrize("step", [FIVE, HOUR])
def test_a_weekly_job_in_usage_is_silent_from_its_third_time(step: int) -> None:
    """Three hours on Tuesdays at eight times the spend: told twice, then silent; in no other week."""
    points = company(4, weeks=7, step=step, noise=0.05)
    tuesdays = [date(2024, 6, 4) + timedelta(weeks=week) for week in range(2, 7)]
    job = _with_job(points, tuesdays, 3, 3, 8.0)
    weeks = {place * step // (7 * DAY) for place in alerts(Detector(step), job)}
    assert 2 in weeks
    assert weeks <= {2, 3}


def test_a_monthly_job_at_the_hour_of_a_nightly_one_is_known() -> None:
    """Nightly ones, which the memory of a fortnight has, push nothing out of that of months."""
    points = company(3, weeks=30, step=HOUR, noise=0.05)
    months = _months(points)[1:]
    days = sorted({date.fromordinal(EPOCH.toordinal() + time // DAY) for time, _ in points})
    nightly = _with_job(points, days, 3, 1, 5.0)
    told = _months_told(_with_job(nightly, (_last(*month) for month in months), 3, 2, 20.0), HOUR)
    assert set(told) <= {1, 2}
    assert told


@pytest.mark.parametrize("noise", [0.05, 0.1])
def test_daily_buckets_know_months(noise: float) -> None:
    """A day at four times the spend at each month's end is silent from its third time."""
    points = company(3, weeks=52, step=DAY, noise=noise)
    days = [_last(*month) for month in _months(points)[1:]]
    job = _with_job(points, days, 0, 1, 4.0)
    told = _months_told(job, DAY)
    assert told
    assert max(told) <= 3


def test_summer_time_moves_a_job_with_the_clock() -> None:
    """A job at 6 in Berlin comes an hour earlier in UTC from the end of March on, and stays known."""
    berlin = Calendar(ZoneInfo("Europe/Berlin"))
    for day in ("2024-03-28", "2024-04-02"):
        time = datetime.fromisoformat(f"{day}T06:00").replace(tzinfo=ZoneInfo("Europe/Berlin"))
        assert berlin.hour(int(time.timestamp()) // HOUR).local == _day(day) * 24 + 6


@pytest.mark.parametrize(
    ("day", "place", "before"),
    [
        ("2024-03-31", "DATE", ["2024-01-31", "2023-12-31"]),
        ("2024-03-31", "END", ["2024-02-29", "2024-01-31"]),
        ("2024-02-29", "END", ["2024-01-31", "2023-12-31"]),
        ("2024-02-29", "DATE", ["2024-01-29", "2023-12-29"]),
        ("2023-02-26", "END", ["2023-01-29", "2022-12-29"]),
        ("2024-06-03", "FIRST_WORKING", ["2024-05-01", "2024-04-01"]),
        ("2024-06-28", "LAST_WORKING", ["2024-05-31", "2024-04-30"]),
        ("2024-06-04", "FIRST_WORKING", []),
        ("2024-06-04", "WEEK", ["2024-05-28", "2024-05-21"]),
    ],
)
def test_days_have_a_place_in_their_month(day: str, place: str, before: list[str]) -> None:
    """By date, from the end, first or last working day; in months that have such a day."""
    from detectors import dates  # noqa: PLC0415 (its constants by name)

    alike = earlier(UTC_WEEK, _day(day))
    found = [other for other, places in alike.items() if getattr(dates, place) in places]
    said = [str(date_of(other)) for other in sorted(found, reverse=True)]
    assert said[:2] == before


def test_holidays_move_working_days() -> None:
    """1 January is no working day where it is a holiday."""
    calendar = Calendar(holidays={_day("2024-01-01")})
    first, last = working_days(calendar, 2024, 1)
    assert (str(date_of(first)), str(date_of(last))) == ("2024-01-02", "2024-01-31")


def test_beyond_the_years_of_dates_only_weeks_are_known() -> None:
    """A time of the far future is no error."""
    assert len(earlier(UTC_WEEK, 10**7)) == 4


def test_those_that_matter_most_are_kept() -> None:
    """Of a hundred small excursions and a large one the large one stays for 13 months."""
    kept = array("f")
    occasions.learn(kept, 0, 500.0, 40.0, [])
    for day in range(1, 100):
        occasions.learn(kept, day * 3 * DAY, 30.0, 3.5, [])
    assert len(kept) == MOST_NUMBERS
    assert kept[3] == 500.0
    occasions.learn(kept, 401 * DAY, 30.0, 3.5, [])
    assert 500.0 not in kept


def test_points_up_to_six_hours_apart_are_one_occasion() -> None:
    """Of which extreme and largest deviation are remembered."""
    kept = array("f")
    occasions.learn(kept, 0, 40.0, 5.0, [])
    occasions.learn(kept, 6 * HOUR, 30.0, 4.0, [])
    assert kept.tolist() == [1.0, 0.0, 6.0, 40.0, 5.0, 1.0]
    occasions.learn(kept, 13 * HOUR, 30.0, 4.0, [])
    assert len(kept) == 2 * COLUMNS


@pytest.mark.parametrize("hour", range(6))
def test_the_band_holds_the_job(hour: int) -> None:
    """Where the job is known, as where it is not, an amount alerts if it lies outside of the band."""
    points = company(3, weeks=22, step=HOUR, noise=0.05)
    months = _months(points)
    job = _with_job(points, (_last(*month) for month in months[:4]), 2, 3, 10.0)
    detector = Detector(HOUR)
    time = (_last(*months[4]) - EPOCH).days * DAY + hour * HOUR
    for at, amount in job:
        if at < time:
            detector.learn(at, amount)
    for value in (0.0, 20.0, 60.0, 90.0, 110.0, 130.0, 160.0, 400.0, 1e6):
        verdict = detector.score(time, value)
        assert (verdict.score >= 1) is not (verdict.lower < value < verdict.upper)
        assert (verdict.upper > 60) is (1 <= hour <= 5)
