"""The memory of fees: which amounts came on which day of the month, and every how many months."""

from collections.abc import Callable, Iterable
from math import copysign, log
from typing import Final, NamedTuple

from river.stats import EWMean

from detectors.calendar import Calendar
from detectors.dates import Place, place_of
from detectors.errors import StateError
from detectors.fading import finite

MOST = 62  # remembered amounts: one a day for two months

BY_DATE, BY_END, BY_FIRST, BY_LAST = _BITS = (1, 2, 4, 8)
ANY: Final = sum(_BITS)
"""How the days of a fee may be alike: date, days to the month's end, first or last working day."""

Numbers = tuple[float, int, int, int]
"""A fee as it is saved: amount, last, months, kinds. The day is the calendar's business."""

_SAME = log(1.3)  # amounts within 30 % are the same fee
_RATE = 0.5  # a fee's amount follows its price in two or three months
_MONTH_END = 28
_A_MONTH = 30.44  # days
_USUAL = (1, 3, 6, 12)  # months after which a fee that came once may come again
_LONGEST = 1200  # months between two comings; more are no fee


class Fee(NamedTuple):
    """One remembered fee."""

    day: int  # since the epoch, when it came last
    amount: EWMean  # with its sign; credits are below 0
    last: int  # epoch seconds of the same
    months: int = 0  # between the last two times; 0 while it came once
    kinds: int = ANY  # how the days on which it came were alike


def same_day(one: Place, other: Place) -> bool:
    """Whether two days have the same place in the month to a billing system, which shifts by a day.

    >>> places = [Place(day, 31 - day, is_first=False, is_last=False) for day in (1, 2, 15, 31)]
    >>> [same_day(places[0], other) for other in places]
    [True, True, False, True]
    """
    early, late = sorted((one.day, other.day))
    near = late - early <= 1 or (early in {1, *range(_MONTH_END, 32)} and late >= _MONTH_END)
    return near or (one.is_first and other.is_first) or (one.is_last and other.is_last)


def apart(amount: float, other: float) -> float:
    """How far two amounts of one sign lie apart: the logarithm of their ratio, above 0 for larger."""
    return log(abs(amount) / abs(other))


class Remembered:
    """Up to `MOST` fees, each with its day and its usual amount.

    Args:
        calendar: says which days are working days.
    """

    __slots__ = ("_calendar", "_fees")

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._fees: list[Fee] = []

    def alike(self, amount: float) -> list[Fee]:
        """The fees of the same sign: credits are compared with credits."""
        sign = copysign(1.0, amount)
        return [fee for fee in self._fees if copysign(1.0, fee.amount.get()) == sign]

    def is_same_day(self, fee: Fee, day: int) -> bool:
        """Whether a day has the place in its month that the fee had."""
        return same_day(self._place(fee.day), self._place(day))

    def due(self, day: int) -> list[Fee]:
        """The fees to be expected on a day since the epoch, those that came last first."""
        due = [fee for fee in self._fees if self._is_due(fee, day)]
        return sorted(due, key=lambda fee: -fee.last)

    def learn(self, time: int, day: int, amount: float) -> None:
        """Takes in a fee that came: as one that is known, or as a new one.

        Args:
            time: epoch seconds.
            day: since the epoch, by the calendar.
            amount: with its sign.
        """
        known = [
            (self._place(fee.day).day != self._place(day).day, place)
            for place, fee in enumerate(self._fees)
            if self._is_again(fee, day, amount)
        ]
        if not known:
            if len(self._fees) >= MOST:
                self._forget()
            self._fees.append(Fee(day, _mean(amount), time))
            return
        place = min(known)[1]
        fee = self._fees[place]
        fee.amount.update(amount)
        months = _months(fee.day, day)
        kinds = fee.kinds & self._kinds(fee.day, day) if months else fee.kinds
        self._fees[place] = Fee(
            max(day, fee.day), fee.amount, max(time, fee.last), months or fee.months, kinds or ANY
        )

    def last(self) -> list[tuple[float, int]]:
        """Usual amount of each fee, and epoch seconds when it came last."""
        return [(fee.amount.get(), fee.last) for fee in self._fees]

    def numbers(self) -> list[Numbers]:
        """All it remembers."""
        return [(fee.amount.get(), fee.last, fee.months, fee.kinds) for fee in self._fees]

    def restore(self, numbers: Iterable[Numbers], day_of: Callable[[int], int]) -> None:
        """Puts back what ``numbers`` gave.

        Args:
            numbers: of each fee.
            day_of: the day since the epoch, by the calendar, of a point in time.

        Raises:
            StateError: if an amount is not finite or zero, or the months or days of a fee are none.
        """
        fees = []
        for amount, last, months, kinds in numbers:
            (known,) = finite([amount], 1)
            if known == 0 or not 0 <= months <= _LONGEST or not 0 < kinds <= ANY:
                raise StateError(f"no fee of {amount} comes after {months} months on days {kinds}")
            fees.append(Fee(day_of(last), _mean(known), last, months, kinds))
        if len(fees) > MOST:
            raise StateError(f"{len(fees)} fees are more than the {MOST} that are remembered")
        self._fees = fees

    def _place(self, day: int) -> Place:
        return place_of(self._calendar, day)

    def _is_again(self, fee: Fee, day: int, amount: float) -> bool:
        """Whether it is this fee that comes on a day: of two days in a row each has its own."""
        if not _same_amount(amount, fee.amount.get()) or not self.is_same_day(fee, day):
            return False
        return fee.day == day or 1 <= _months(fee.day, day) <= _LONGEST

    def _is_due(self, fee: Fee, day: int) -> bool:
        months = _months(fee.day, day)
        if months < 1 or (months % fee.months if fee.months else months not in _USUAL):
            return False
        before, now = self._place(fee.day), self._place(day)
        if fee.kinds & BY_DATE:
            return now.day == before.day or (not now.left and now.day < before.day)
        if fee.kinds & BY_END:
            return now.left == before.left
        return now.is_first if fee.kinds & BY_FIRST else now.is_last

    def _kinds(self, one: int, other: int) -> int:
        before, now = self._place(one), self._place(other)
        alike = (
            before.day == now.day,
            before.left == now.left,
            before.is_first and now.is_first,
            before.is_last and now.is_last,
        )
        return sum(bit for bit, is_alike in zip(_BITS, alike, strict=True) if is_alike)

    def _forget(self) -> None:
        """Gives up the fee that came longest ago, of those that others resemble: a yearly fee outlives daily ones."""
        by_amount = sorted(self._fees, key=lambda fee: fee.amount.get())
        resembling = [
            fee
            for place, fee in enumerate(by_amount)
            for other in by_amount[max(place - 1, 0) : place + 2]
            if other is not fee and _same_amount(other.amount.get(), fee.amount.get())
        ]
        self._fees.remove(min(resembling or self._fees, key=lambda fee: fee.last))


def _months(earlier: int, later: int) -> int:
    """Months between two days, rounded."""
    return round((later - earlier) / _A_MONTH)


def _same_amount(amount: float, known: float) -> bool:
    return amount * known > 0 and abs(apart(amount, known)) <= _SAME


def _mean(amount: float) -> EWMean:
    mean = EWMean(_RATE)
    mean.update(amount)  # River takes the first value as it is
    return mean
