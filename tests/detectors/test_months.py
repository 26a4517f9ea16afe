"""Calendar months as days since the epoch."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.months import EPOCH_DAY, month_of, weekdays_of


def _day(*parts: int) -> int:
    return date(*parts).toordinal() - EPOCH_DAY


@pytest.mark.parametrize(
    ("day", "first", "end"),
    [
        ((2026, 2, 28), (2026, 2, 1), (2026, 3, 1)),
        ((2028, 2, 29), (2028, 2, 1), (2028, 3, 1)),  # a leap year
        ((2026, 12, 31), (2026, 12, 1), (2027, 1, 1)),
        ((2027, 1, 1), (2027, 1, 1), (2027, 2, 1)),
    ],
)
def test_a_month_has_its_own_length(
    day: tuple[int, ...], first: tuple[int, ...], end: tuple[int, ...]
) -> None:
    """February, leap years and the turn of the year are as the calendar has them."""
    assert month_of(_day(*day)) == (_day(*first), _day(*end))


def test_no_day_is_beyond_the_calendar() -> None:
    """What lies beyond the last year there is has a month all the same."""
    assert month_of(10**9)[0] < 10**9
    assert month_of(-1) == (0, 31)


@given(st.integers(0, 40_000), st.integers(0, 70))
def test_weekdays_are_counted_as_by_hand(first: int, days: int) -> None:
    """Each day of the span counts under its weekday, Monday first."""
    start = date(1970, 1, 1) + timedelta(days=first)
    by_hand = [0] * 7
    for at in range(days):
        by_hand[(start + timedelta(days=at)).weekday()] += 1
    assert weekdays_of(first, first + days) == tuple(by_hand)
