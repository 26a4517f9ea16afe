"""The memory of fees: which amounts came on which day of the month."""

from collections.abc import Iterable
from datetime import date
from math import copysign, log
from typing import NamedTuple

from river.stats import EWMean

from detectors.errors import StateError
from detectors.fading import finite
from detectors.seasons import DAY

MOST = 62  # remembered amounts: one a day for two months; what came longest ago is forgotten

_EPOCH_DAY = 719_163  # ordinal of 1 January 1970
_SAME = log(1.3)  # amounts within 30 % are the same fee
_RATE = 0.5  # a fee's amount follows its price in two or three months
_MONTH_END = 28


class Fee(NamedTuple):
    """One remembered fee."""

    day: int  # of the month, 1 to 31
    amount: EWMean  # with its sign; credits are below 0
    last: int  # epoch seconds


def month_day(time: int) -> int:
    """Day of the month of a point in time (UTC).

    >>> month_day(86_400)
    2
    """
    return date.fromordinal(_EPOCH_DAY + time // DAY).day


def same_day(one: int, other: int) -> bool:
    """Whether two days of a month are the same date to a billing system, which shifts by a day.

    >>> same_day(1, 2), same_day(28, 31), same_day(1, 15)
    (True, True, False)
    """
    return abs(one - other) <= 1 or min(one, other) >= _MONTH_END


def apart(amount: float, other: float) -> float:
    """How far two amounts of one sign lie apart: the logarithm of their ratio, above 0 for larger."""
    return log(abs(amount) / abs(other))


class Remembered:
    """Up to `MOST` fees, each with its day and its usual amount."""

    __slots__ = ("_fees",)

    def __init__(self) -> None:
        self._fees: list[Fee] = []

    def alike(self, amount: float) -> list[Fee]:
        """The fees of the same sign: credits are compared with credits."""
        sign = copysign(1.0, amount)
        return [fee for fee in self._fees if copysign(1.0, fee.amount.get()) == sign]

    def on(self, time: int) -> Fee | None:
        """The fee that came last on this day of the month."""
        day = month_day(time)
        return max(
            (fee for fee in self._fees if same_day(fee.day, day)),
            key=lambda fee: fee.last,
            default=None,
        )

    def learn(self, time: int, amount: float) -> None:
        """Takes in a fee that came: as one that is known, or as a new one."""
        day = month_day(time)
        for place, fee in enumerate(self._fees):
            if fee.day == day and _same_amount(amount, fee.amount.get()):
                fee.amount.update(amount)
                self._fees[place] = Fee(day, fee.amount, max(time, fee.last))
                return
        if len(self._fees) >= MOST:
            self._fees.remove(min(self._fees, key=lambda fee: fee.last))
        self._fees.append(Fee(day, _mean(amount), time))

    def numbers(self) -> list[tuple[int, float, int]]:
        """All it remembers: day, amount and time of each fee."""
        return [(fee.day, fee.amount.get(), fee.last) for fee in self._fees]

    def restore(self, numbers: Iterable[tuple[int, float, int]]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if a day is none of a month, or an amount not finite or zero.
        """
        fees = []
        for day, amount, last in numbers:
            (known,) = finite([amount], 1)
            if not 1 <= day <= 31 or known == 0:
                raise StateError(f"no fee of {amount} comes on day {day} of a month")
            fees.append(Fee(day, _mean(known), last))
        if len(fees) > MOST:
            raise StateError(f"{len(fees)} fees are more than the {MOST} that are remembered")
        self._fees = fees


def _same_amount(amount: float, known: float) -> bool:
    return amount * known > 0 and abs(apart(amount, known)) <= _SAME


def _mean(amount: float) -> EWMean:
    mean = EWMean(_RATE)
    mean.update(amount)  # River takes the first value as it is
    return mean
