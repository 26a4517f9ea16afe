"""Fees that are still to come in a month."""

from datetime import date

import pytest

from detectors.errors import StateError
from detectors.fee_days import MOST, FeeDays
from detectors.months import EPOCH_DAY, month_of


def _day(month: int, day: int, year: int = 2026) -> int:
    return date(year, month, day).toordinal() - EPOCH_DAY


def _known(*fees: tuple[int, float], monthly: bool = True) -> FeeDays:
    days = FeeDays(monthly=monthly)
    for day, amount in fees:
        days.add(day, amount)
    return days


def _rest(days: FeeDays, today: int) -> float:
    return days.coming(today, month_of(today)[1]).expected


def test_a_fee_is_still_to_come_until_it_came() -> None:
    """Last month's fee of the 15th is in the forecast on the 10th, and not after it came."""
    days = _known((_day(10, 1), 145.0), (_day(10, 15), 60.0), (_day(11, 1), 145.0))
    assert _rest(days, _day(11, 10)) == 60.0
    days.add(_day(11, 15), 62.0)
    assert _rest(days, _day(11, 15)) == 0.0


@pytest.mark.parametrize(
    ("today", "expected"),
    [((11, 14), 60.0), ((11, 15), 60.0), ((11, 18), 60.0), ((11, 19), 0.0), ((11, 30), 0.0)],
)
def test_a_fee_that_does_not_come_is_given_up(today: tuple[int, int], expected: float) -> None:
    """It may be three days late."""
    assert _rest(_known((_day(10, 15), 60.0)), _day(*today)) == expected


def test_a_fee_that_came_a_day_early_has_come() -> None:
    """Billing systems shift by a day, and by an exchange rate."""
    days = _known((_day(10, 15), 60.0), (_day(11, 14), 66.0))
    assert _rest(days, _day(11, 14)) == 0.0


def test_of_two_fees_of_one_day_each_comes_once() -> None:
    """A fee that came stands for one of those of last month."""
    days = _known((_day(10, 14), 50.0), (_day(10, 15), 60.0), (_day(11, 14), 50.0))
    assert _rest(days, _day(11, 14)) == 60.0


@pytest.mark.parametrize(
    ("before", "today", "expected"),
    [
        ((1, 31), (2, 10), 9.0),  # February has no 31st: it comes on its last day
        ((2, 28), (3, 10), 9.0),
        ((12, 31), (1, 10), 9.0),  # over the turn of the year
    ],
)
def test_months_of_other_lengths(
    before: tuple[int, int], today: tuple[int, int], expected: float
) -> None:
    """A fee of a month's end comes at the next one's."""
    year = 2027 if today[0] < before[0] else 2026
    assert _rest(_known((_day(*before), 9.0)), _day(*today, year)) == expected


def test_what_came_once_is_sure_only_of_monthly_kinds() -> None:
    """A purchase of last month may come again: the band holds it, the forecast does not."""
    purchase = _known((_day(10, 20), 500.0), monthly=False)
    coming = purchase.coming(_day(11, 5), _day(12, 1))
    assert (coming.expected, coming.lower, coming.upper) == (0.0, 0.0, 500.0)
    purchase.add(_day(11, 20), 500.0)
    assert _rest(purchase, _day(12, 5)) == 500.0


def test_a_credit_is_below_zero() -> None:
    """Its band, too."""
    coming = _known((_day(10, 20), -80.0)).coming(_day(11, 5), _day(12, 1))
    assert coming.expected == -80.0
    assert coming.lower < -80.0 < coming.upper < 0.0


def test_what_comes_daily_goes_on() -> None:
    """A tax of each day, and a fee once a month that stands out of it."""
    days = _known(*((_day(10, day), 3.0) for day in range(1, 32)))
    days.add(_day(10, 20), 100.0)
    for day in range(1, 11):
        days.add(_day(11, day), 3.0)
    assert days.is_daily
    assert _rest(days, _day(11, 11)) == pytest.approx(20 * 3.0 + 100.0)
    assert days.next_month(_day(11, 10)).expected == pytest.approx(31 * 3.0 + 100.0)


def test_the_next_month_has_what_came_and_what_is_to_come() -> None:
    """On the 10th, next month is this month's fee of the 1st and last month's of the 15th."""
    days = _known((_day(10, 1), 145.0), (_day(10, 15), 60.0), (_day(11, 1), 150.0))
    assert days.next_month(_day(11, 10)).expected == 210.0


def test_a_first_month_is_honest() -> None:
    """Nothing is known of what is to come: as much again may."""
    coming = _known((_day(10, 1), 145.0)).coming(_day(10, 5), _day(11, 1))
    assert (coming.expected, coming.upper) == (0.0, 145.0)


def test_a_fee_that_was_taken_back_does_not_come() -> None:
    """What corrections leave of it is no fee."""
    days = _known((_day(10, 15), 60.1), (_day(10, 15), -60.0), (_day(10, 15), -0.1))
    assert _rest(days, _day(11, 10)) == 0.0


def test_memory_is_bounded() -> None:
    """Two months of days; the oldest go."""
    days = _known(*((day, 1.0 + day) for day in range(MOST + 10)))
    assert sorted(day for day, _ in days.numbers()) == list(range(10, MOST + 10))


def test_what_is_kept_is_put_back() -> None:
    """And what cannot have been kept is refused."""
    days = _known((_day(10, 15), 60.0), (_day(11, 1), 5.0))
    again = FeeDays(monthly=True)
    again.restore(days.numbers())
    assert again.numbers() == days.numbers()
    with pytest.raises(StateError):
        again.restore([(1, float("nan"))])
    with pytest.raises(StateError):
        again.restore([(day, 1.0) for day in range(MOST + 1)])
