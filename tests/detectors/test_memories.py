"""The memories of a series: a fortnight, the same hours, a month."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from river.stats import EWMean, EWVar
from shapes import DAY, MONDAY, company

from detectors.absence import Absence
from detectors.errors import StateError
from detectors.fortnight import HOURS, Fortnight
from detectors.month import Month

HOUR, FIVE = 3600, 300


def _fortnight(step: int, days: int = 14) -> Fortnight:
    """Each hour costs its place in the day, 1 to 24, in as many buckets as there are."""
    fortnight = Fortnight(step)
    for time in range(MONDAY, MONDAY + days * DAY + HOUR, step):
        fortnight.learn(time, 1.0 + time % DAY // HOUR)
    return fortnight


@pytest.mark.parametrize("step", [FIVE, HOUR])
def test_the_same_hours_are_those_of_the_clock(step: int) -> None:
    """At 10:00 the least of a week is the hour beside it, at 9:00; 21 hours are compared."""
    assert _fortnight(step).least(MONDAY + 14 * DAY + 10 * HOUR) == (10.0, 21)


def test_after_a_gap_the_hours_stand_where_they_were() -> None:
    """Three weeks without a point forget neither an hour nor its place in the day."""
    fortnight = _fortnight(HOUR)
    later = MONDAY + 35 * DAY + 10 * HOUR
    fortnight.learn(later, 11.0)
    assert fortnight.known == HOURS
    assert fortnight.least(later) == (10.0, 21)


def test_a_daily_peak_is_no_peak() -> None:
    """What comes each day lies within reach, twice as much does not; a fall below all hours alerts."""
    peak, low = _fortnight(HOUR).ramps(deviation=7.0, quantum=0.0, bar=1.0)
    assert peak.strength(24.0) < 1 < peak.strength(48.0)
    assert low.strength(1.0) < 1 < low.strength(-30.0)


def test_an_hour_of_nothing_is_an_absence_and_one_bucket_is_not() -> None:
    """Five-minute buckets of nothing alert when they fill most of an hour."""
    fortnight, absence = _fortnight(FIVE), Absence(FIVE)
    strengths = []
    for bucket in range(24):
        ramp = absence.ramp(MONDAY + 14 * DAY + 10 * HOUR, fortnight, 0.0, 1.0)
        amount = 11.0 if bucket < 12 else 0.0
        assert ramp is not None
        strengths.append(ramp.strength(amount))
        absence.learn(amount)
    assert strengths[12] < 1 < strengths[23]


def test_a_series_that_is_sometimes_nothing_is_never_absent() -> None:
    """Where one of the same hours was zero there is nothing to miss."""
    fortnight = _fortnight(HOUR)
    fortnight.learn(MONDAY + 14 * DAY + HOUR, 0.0)
    fortnight.learn(MONDAY + 14 * DAY + 2 * HOUR, 3.0)
    assert Absence(HOUR).ramp(MONDAY + 15 * DAY + HOUR, fortnight, 0.0, 1.0) is None


@given(st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=1, max_size=50))
def test_the_month_agrees_with_river(values: list[float]) -> None:
    """Once its rate is settled, mean and variance take the steps of River's ``EWMean`` and ``EWVar``."""
    month, rate = Month(HOUR), HOUR / (30 * DAY)
    mean, variance = EWMean(rate), EWVar(rate)
    month.learn(values[0], 0)
    for each in (mean, variance):
        each.update(values[0])
    for value in values[1:]:
        month.learn(value, 10_000)
        mean.update(value)
        variance.update(value)
    scale = max(map(abs, values)) ** 2 + 1
    assert month.numbers()[0] == pytest.approx(mean.get())
    assert month.deviation**2 == pytest.approx(variance.get(), abs=1e-9 * scale)


@pytest.mark.parametrize("hours", [b"", bytes(4 * HOURS - 1), b"\x00\x00\x80\x7f" * HOURS])
def test_hours_that_no_fortnight_wrote_are_refused(hours: bytes) -> None:
    """Too few, or infinite."""
    with pytest.raises(StateError):
        Fortnight(HOUR).unpack(hours, [0.0] * 7)


def test_what_was_packed_comes_back() -> None:
    """Hours, the open hour and the quantiles."""
    fortnight, other = _fortnight(FIVE), Fortnight(FIVE)
    other.unpack(*fortnight.pack())
    assert other.pack() == fortnight.pack()
    assert (other.known, other.median) == (fortnight.known, fortnight.median)


def test_points_of_a_company_fill_it() -> None:
    """Two weeks of hours are known but the open one."""
    fortnight = Fortnight(HOUR)
    for time, value in company(0, weeks=2, step=HOUR, noise=0.05):
        fortnight.learn(time, value)
    assert fortnight.known == HOURS - 1
