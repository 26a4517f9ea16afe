"""Forecasts of days, by series of known shape."""

import math
import random
from collections.abc import Callable

import pytest
from shapes import DAY, MONDAY, company

from detectors.ahead import NOTHING
from detectors.calendar import Calendar
from detectors.engine import Detector

HOUR = 3600
NOON = 43_200


def _learned(amount: Callable[[int], float], days: int, step: int = HOUR) -> Detector:
    """A detector that knows ``days`` of a series, from a Monday on."""
    detector = Detector(step)
    for time in range(MONDAY, MONDAY + days * DAY, step):
        detector.learn(time, amount(time))
    return detector


def _is_weekend(time: int) -> bool:
    return (time - MONDAY) // DAY % 7 >= 5


@pytest.mark.parametrize("step", [300, HOUR, 6 * HOUR, DAY])
def test_a_constant_goes_on(step: int) -> None:
    """Each day costs what each day cost, whatever the buckets' length."""
    ahead = _learned(lambda _: 10.0, 21, step).ahead(MONDAY + 21 * DAY)
    a_day = 10.0 * DAY / step
    assert ahead.today == pytest.approx(a_day)
    assert ahead.days(0, 30) == pytest.approx(30 * a_day)


@pytest.mark.parametrize("step", [600, HOUR, 3 * HOUR])
def test_the_rest_of_a_day_is_what_its_hours_cost(step: int) -> None:
    """At noon only the second half of a day profile is left."""
    detector = _learned(lambda time: 30.0 if time % DAY >= NOON else 10.0, 21, step)
    half_a_day = NOON / step
    midnight = MONDAY + 21 * DAY
    assert detector.ahead(midnight).today == pytest.approx(40.0 * half_a_day, rel=0.03)
    assert detector.ahead(midnight + NOON).today == pytest.approx(30.0 * half_a_day, rel=0.03)
    evening = detector.ahead(midnight + 18 * HOUR).today
    assert evening == pytest.approx(15.0 * half_a_day, rel=0.03)


@pytest.mark.parametrize("step", [600, HOUR])
def test_hours_keep_their_place(step: int) -> None:
    """A series that began at seven in the morning has its evening in the evening."""
    detector = Detector(step)
    midnight = MONDAY + 21 * DAY
    for time in range(MONDAY + 7 * HOUR, midnight + 18 * HOUR, step):
        detector.learn(time, 30.0 if time % DAY >= 18 * HOUR else 10.0)
    evening = detector.ahead(midnight + 18 * HOUR).today
    assert evening == pytest.approx(6 * 30.0 * HOUR / step, rel=0.1)


@pytest.mark.parametrize("step", [HOUR, DAY])
def test_weekends_have_an_amount_of_their_own(step: int) -> None:
    """A month is its working days and its weekend days."""
    ahead = _learned(lambda time: 2.0 if _is_weekend(time) else 10.0, 42, step).ahead(
        MONDAY + 42 * DAY
    )
    buckets = DAY // step
    assert ahead.weekdays[0] == pytest.approx(10.0 * buckets, rel=0.1)
    assert ahead.weekdays[6] == pytest.approx(2.0 * buckets, rel=0.25)


@pytest.mark.parametrize("step", [HOUR, DAY])
def test_a_holiday_costs_what_a_weekend_day_does(step: int) -> None:
    """A week ahead with two of them has three working days, and a holiday that is under way is quiet."""
    first = MONDAY // DAY + 42
    detector = Detector(step, Calendar(holidays={first, first + 3}))
    for time in range(MONDAY, MONDAY + 42 * DAY, step):
        detector.learn(time, 2.0 if _is_weekend(time) else 10.0)
    ahead, plain = (
        detector.ahead(first * DAY),
        Detector.from_bytes(detector.to_bytes()).ahead(first * DAY),
    )
    working, quiet = plain.weekdays[0], plain.weekdays[6]
    assert ahead.days(first, first + 7) == pytest.approx(3 * working + 4 * quiet)
    assert plain.days(first, first + 7) == pytest.approx(5 * working + 2 * quiet)
    assert ahead.today < 0.5 * plain.today


def test_a_new_level_stays() -> None:
    """Once a shift was accepted, the month ahead is at the new level, though the profiles are not."""
    shifted = MONDAY + 20 * DAY
    ahead = _learned(lambda time: 30.0 if time >= shifted else 10.0, 23).ahead(MONDAY + 23 * DAY)
    assert ahead.today == pytest.approx(24 * 30.0, rel=0.1)
    assert ahead.days(0, 28) == pytest.approx(28 * 24 * 30.0, rel=0.12)


def test_nothing_is_forecast_of_nothing() -> None:
    """Neither a series without points nor one of zeros has an amount ahead."""
    assert Detector(HOUR).ahead(MONDAY) is NOTHING
    assert _learned(lambda _: 0.0, 10).ahead(MONDAY + 10 * DAY).days(0, 30) == 0.0


def test_a_young_series_goes_on_at_its_level() -> None:
    """After three hours a day is 24 hours of what came."""
    detector = Detector(HOUR)
    for hour in range(3):
        detector.learn(MONDAY + hour * HOUR, 5.0)
    ahead = detector.ahead(MONDAY + 3 * HOUR)
    assert ahead.today == pytest.approx(21 * 5.0, rel=0.01)
    assert ahead.weekdays == pytest.approx([120.0] * 7, rel=0.01)


def test_credits_are_below_zero() -> None:
    """Only a series that had amounts below zero is forecast there."""
    ahead = _learned(lambda _: -4.0, 10).ahead(MONDAY + 10 * DAY)
    assert ahead.signed
    assert ahead.today == pytest.approx(-96.0, rel=0.01)
    assert not _learned(lambda _: 4.0, 3).ahead(MONDAY + 3 * DAY).signed


def test_a_forecast_is_a_mean_and_no_median() -> None:
    """Roots are forecast, and the mean of squares is more than the square of the mean."""
    shares = []
    for seed in range(5):
        chance = random.Random(seed)
        values: dict[int, float] = {}

        def amount(
            time: int, chance: random.Random = chance, values: dict[int, float] = values
        ) -> float:
            return values.setdefault(time, 10 * math.exp(chance.gauss(0, 0.9)))

        week = sum(_learned(amount, 42).ahead(MONDAY + 42 * DAY).weekdays)
        shares.append(week / 7 / 24 / (sum(values.values()) / len(values)))
    assert sum(shares) / len(shares) == pytest.approx(1.0, abs=0.1)


def test_a_company_is_forecast_within_a_few_percent() -> None:
    """Day, weekend and noise: the sum of two further weeks is met."""
    points = company(3, weeks=8, step=HOUR, noise=0.1)
    known, to_come = points[: 6 * 168], points[6 * 168 :]
    detector = Detector(HOUR)
    for time, value in known:
        detector.learn(time, value)
    now = to_come[0][0]
    forecast = detector.ahead(now).days(now // DAY, now // DAY + 14)
    assert forecast == pytest.approx(sum(value for _, value in to_come), rel=0.08)


def test_asking_changes_nothing() -> None:
    """A forecast of a day leaves the detector as it was."""
    detector = _learned(lambda time: 1.0 + time % 7, 9)
    before = detector.to_bytes()
    detector.ahead(MONDAY + 9 * DAY + NOON)
    assert detector.to_bytes() == before
