"""The memories of a series: a fortnight, the same hours, a month."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from river.stats import EWMean, EWVar
from shapes import DAY, MONDAY, company

from detectors import absence, fortnight
from detectors.fortnight import HOURS, Fortnight
from detectors.learned import Learned, nothing
from detectors.month import Month, deviation_of
from detectors.places import KNOWN, LEARNED, MEAN, Vector
from detectors.ramp import Ramp

HOUR, FIVE = 3600, 300


class _Memory(NamedTuple):
    """A fortnight with what it learned."""

    fortnight: Fortnight
    learned: Learned

    @property
    def numbers(self) -> Vector:
        return self.learned.numbers

    def learn(self, time: int, value: float) -> None:
        self.fortnight.learn(self.learned.numbers, self.learned.hours, time, value)

    def least(self, time: int) -> tuple[float, int]:
        hour = self.fortnight.hour(time)
        same = self.fortnight.same_hours(self.learned.numbers, self.learned.hours, hour)
        assert same.hour == hour
        return same.least, same.known

    def absence(self, time: int, learned: Vector) -> Ramp | None:
        least, known = self.least(time)
        return absence.ramp(learned, least, known, 0.0, 1.0)


def strength(ramp: Ramp, amount: float) -> float:
    """Of the evidence of an amount: 1.0 is an alert."""
    start, reach = ramp
    return (amount - start) / (reach - start)


def _fortnight(step: int, days: int = 14) -> _Memory:
    """Each hour costs its place in the day, 1 to 24, in as many buckets as there are."""
    memory = _Memory(Fortnight(step), nothing())
    for time in range(MONDAY, MONDAY + days * DAY + HOUR, step):
        memory.learn(time, 1.0 + time % DAY // HOUR)
    return memory


@pytest.mark.parametrize("step", [FIVE, HOUR])
def test_the_same_hours_are_those_of_the_clock(step: int) -> None:
    """At 10:00 the least of a week is the hour beside it, at 9:00; 21 hours are compared."""
    assert _fortnight(step).least(MONDAY + 14 * DAY + 10 * HOUR) == (10.0, 21)


def test_a_young_series_has_the_hours_that_came() -> None:
    """After two days and an hour the 49th hour is under way; of those at 10:00 two days are known, and no more."""
    memory = _fortnight(HOUR, days=2)
    assert (len(memory.learned.hours), memory.numbers[KNOWN]) == (48, 48)
    assert memory.least(MONDAY + 2 * DAY + 10 * HOUR) == (10.0, 6)
    assert memory.least(MONDAY + 2 * DAY) == (1.0, 5)


def test_after_a_gap_the_hours_stand_where_they_were() -> None:
    """Three weeks without a point forget neither an hour nor its place in the day."""
    memory = _fortnight(HOUR)
    later = MONDAY + 35 * DAY + 10 * HOUR
    memory.learn(later, 11.0)
    assert memory.numbers[KNOWN] == HOURS
    assert memory.least(later) == (10.0, 21)


def test_hours_of_a_gap_are_not_known() -> None:
    """A series that pauses after a day has nothing to compare with in the hours of its pause."""
    memory = _fortnight(HOUR, days=1)
    for day in (3, 4):
        memory.learn(MONDAY + day * DAY, 1.0)
    assert memory.numbers[KNOWN] == 26
    assert memory.least(MONDAY + 4 * DAY + 10 * HOUR) == (10.0, 3)


def test_a_daily_peak_is_no_peak() -> None:
    """What comes each day lies within reach, twice as much does not; a fall below all hours alerts."""
    numbers = _fortnight(HOUR).numbers
    peak, low = fortnight.ramps(numbers, deviation=7.0, quantum=0.0, bar=1.0)
    assert strength(peak, 24.0) < 1 < strength(peak, 48.0)
    assert strength(low, 1.0) < 1 < strength(low, -30.0)


def test_an_hour_of_nothing_is_an_absence_and_one_bucket_is_not() -> None:
    """Five-minute buckets of nothing alert when they fill most of an hour."""
    memory = _fortnight(FIVE)
    strengths = []
    for bucket in range(24):
        ramp = memory.absence(MONDAY + 14 * DAY + 10 * HOUR, memory.numbers)
        amount = 11.0 if bucket < 12 else 0.0
        assert ramp is not None
        strengths.append(strength(ramp, amount))
        absence.learn(memory.numbers, amount, absence.points_kept(FIVE))
    assert strengths[12] < 1 < strengths[23]


def test_a_series_that_is_sometimes_nothing_is_never_absent() -> None:
    """Where one of the same hours was zero there is nothing to miss."""
    memory = _fortnight(HOUR)
    memory.learn(MONDAY + 14 * DAY + HOUR, 0.0)
    memory.learn(MONDAY + 14 * DAY + 2 * HOUR, 3.0)
    assert memory.absence(MONDAY + 15 * DAY + HOUR, memory.numbers) is None


@given(st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=1, max_size=50))
def test_the_month_agrees_with_river(values: list[float]) -> None:
    """Once its rate is settled, what is expected moves mean and variance as River's ``EWMean`` and ``EWVar``."""
    month, rate = Month(HOUR), HOUR / (30 * DAY)
    numbers = nothing().numbers
    mean, variance = EWMean(rate), EWVar(rate)
    month.learn(numbers, values[0], values[0])
    for each in (mean, variance):
        each.update(values[0])
    numbers[LEARNED] = 10_000
    for value in values[1:]:
        month.learn(numbers, value, value)
        mean.update(value)
        variance.update(value)
    scale = max(map(abs, values)) ** 2 + 1
    assert numbers[MEAN] == pytest.approx(mean.get())
    assert deviation_of(numbers) ** 2 == pytest.approx(variance.get(), abs=1e-9 * scale)


def test_a_peak_does_not_hide_the_next_one() -> None:
    """An amount a thousand deviations away moves the month by five, unless it was expected."""
    month, surprised, told = Month(HOUR), nothing().numbers, nothing().numbers
    for hour in range(24 * 14):
        for numbers in (surprised, told):
            numbers[LEARNED] = hour
            month.learn(numbers, 10.0 + hour % 2, 10.5)
    before = deviation_of(surprised)
    month.learn(surprised, 510.0, 10.5)
    month.learn(told, 510.0, 510.0)
    assert deviation_of(surprised) < 1.1 * before < deviation_of(told)


def test_points_of_a_company_fill_it() -> None:
    """Two weeks of hours are known but the open one."""
    memory = _Memory(Fortnight(HOUR), nothing())
    for time, value in company(0, weeks=2, step=HOUR, noise=0.05):
        memory.learn(time, value)
    assert memory.numbers[KNOWN] == HOURS - 1
