"""The days of fees: what a sparse series cost on each day on which it cost anything, for two months.

What came last month and did not come yet is still to come. What comes on most days is no monthly fee: it goes
on as it does, and only what stands out of it is looked for by the day of the month.
"""

from collections.abc import Iterable, Iterator
from math import sqrt
from statistics import median
from typing import Final, NamedTuple

from detectors.calendar import UTC_WEEK
from detectors.dates import place_of
from detectors.errors import StateError
from detectors.fading import finite
from detectors.months import month_of
from detectors.remembered import same_day

MOST: Final = 64  # days
_WEEK: Final = 7
_MOST_DAYS: Final = 5  # of a week: as good as daily
_LATE: Final = 3  # days by which a fee may be late
_SAME: Final = 2.0  # a fee is the same one up to twice the amount, and down to half of it
_LEAST: Final = 1e-6  # money: what corrections leave of a fee that was taken back is none
_USUAL: Final = 0.1  # of an amount: fees follow prices and exchange rates


class Coming(NamedTuple):
    """What is still to come of fees: an amount and its band."""

    expected: float
    lower: float
    upper: float


class _Due(NamedTuple):
    day: int  # since the epoch
    amount: float
    sure: bool


class FeeDays:
    """Amounts by day since the epoch.

    Args:
        monthly: whether what came once comes each month; if not, it must have come in two months.

    >>> days = FeeDays(monthly=True)
    >>> days.add(0, 145.0)  # on 1 January
    >>> days.add(14, 20.0)
    >>> days.add(31, 145.0)  # on 1 February
    >>> days.coming(32, 59).expected, days.next_month(32).expected  # in February, in March
    (20.0, 165.0)
    """

    __slots__ = ("_days", "_monthly")

    def __init__(self, *, monthly: bool) -> None:
        self._monthly = monthly
        self._days: dict[int, float] = {}

    def add(self, day: int, amount: float) -> None:
        """Takes in an amount of a day."""
        self._days[day] = self._days.get(day, 0.0) + amount
        if len(self._days) > MOST:
            del self._days[min(self._days)]

    @property
    def is_daily(self) -> bool:
        """Whether it came on most days of the last week that it came in."""
        newest = max(self._days, default=0)
        return sum(newest - _WEEK < day for day in self._days) >= _MOST_DAYS

    def coming(self, first: int, end: int) -> Coming:
        """What comes from the day ``first`` to before ``end``, both of one month or its end."""
        usual = self._usual(first)
        due = [each for each in self._due(first, usual) if each.day < end]
        return self._added(due, usual, end - first, first)

    def next_month(self, today: int) -> Coming:
        """What the month after that of a day will cost."""
        usual = self._usual(today)
        begin, end = month_of(today)
        before = self._between(month_of(begin - 1)[0], begin, usual)
        come = [
            _Due(day, amount, _take(before, day, amount) or self._monthly)
            for day, amount in self._between(begin, end, usual).items()
        ]
        _, after = month_of(end)
        return self._added([*come, *self._due(today, usual)], usual, after - end, today)

    def _usual(self, today: int) -> float:
        """What comes on each day; 0.0 where fees do not come daily, or not any more."""
        newest = max(self._days, default=0)
        if not self.is_daily or today - newest > _LATE:
            return 0.0
        return median(amount for day, amount in self._days.items() if newest - _WEEK < day)

    def _between(self, first: int, end: int, usual: float) -> dict[int, float]:
        """What stands out of the usual on the days from ``first`` to before ``end``."""
        beyond = ((day, amount - usual) for day, amount in self._days.items())
        return {
            day: amount
            for day, amount in beyond
            if first <= day < end and abs(amount) >= max(abs(usual), _LEAST)
        }

    def _due(self, today: int, usual: float) -> Iterator[_Due]:
        """What the month of a day still brings, by the months before it."""
        begin, end = month_of(today)
        before, _ = month_of(begin - 1)
        older = self._between(0, before, usual)
        come = self._between(begin, end, usual)
        for day, amount in self._between(before, begin, usual).items():
            again = min(begin + day - before, end - 1)
            was = _take(older, day, amount)
            if not _take(come, day, amount) and again >= today - _LATE:
                yield _Due(max(again, today), amount, self._monthly or was)

    def _added(self, due: list[_Due], usual: float, days: int, today: int) -> Coming:
        expected = usual * days + sum(each.amount for each in due if each.sure)
        away = _USUAL * sqrt((usual * days) ** 2 + sum(each.amount**2 for each in due if each.sure))
        unsure = [each.amount for each in due if not each.sure]
        if (
            min(self._days, default=0) >= month_of(today)[0]
        ):  # no month is known: as much again may come
            unsure += [max(self._days.values(), key=abs, default=0.0)]
        return Coming(
            expected,
            expected - away + sum(amount for amount in unsure if amount < 0),
            expected + away + sum(amount for amount in unsure if amount > 0),
        )

    def numbers(self) -> list[tuple[int, float]]:
        """All it remembers."""
        return list(self._days.items())

    def restore(self, numbers: Iterable[tuple[int, float]]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if there are too many, or an amount is not finite.
        """
        days = dict(numbers)
        if len(days) > MOST:
            raise StateError(f"{len(days)} days of fees are more than the {MOST} that are kept")
        finite(list(days.values()), len(days))
        self._days = days


def _take(days: dict[int, float], day: int, amount: float) -> bool:
    """Whether the same fee is among these days; it is taken out, so that it stands for one only."""
    place = place_of(UTC_WEEK, day)
    for other, known in days.items():
        is_same = known * amount > 0 and 1 / _SAME <= known / amount <= _SAME
        if is_same and same_day(place, place_of(UTC_WEEK, other)):
            del days[other]
            return True
    return False
