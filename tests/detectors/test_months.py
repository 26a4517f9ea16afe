"""Calendar months as days since the epoch."""

from datetime import date

import pytest

from detectors.months import EPOCH_DAY, month_of


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
