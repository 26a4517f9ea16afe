"""Spend that stays away: a whole hour below every same hour of the last week.

A fall is hard to tell from a quiet night by its size. By the clock it is easy: at this hour it was never so
little, nor in the hours beside it.
"""

from array import array
from math import exp

from detectors.fading import finite
from detectors.fortnight import Fortnight
from detectors.ramp import Ramp
from detectors.seasons import HOUR

_BAR = 1.5  # in natural logarithms: about a fifth of the least that is known
_FLOOR = 0.03  # of the usual amount: below it nothing is told apart
_ENOUGH = 12  # hours; with fewer to compare with, more is asked for


class Absence:
    """Compares the last hour with the same hours of seven days.

    Args:
        step: seconds a bucket; from an hour on the bucket stands alone.
    """

    __slots__ = ("_before", "_length")

    def __init__(self, step: int) -> None:
        self._length = max(1, HOUR // step)
        self._before: array[float] = array("d")  # the points of the last hour but the next one

    def ramp(self, time: int, fortnight: Fortnight, quantum: float, bar: float) -> Ramp | None:
        """Below which amount the hour is strangely empty; None if there is nothing to compare with.

        Args:
            time: start of the bucket.
            fortnight: the hours that are known.
            quantum: an amount that is no event.
            bar: times the usual evidence.
        """
        least, known = fortnight.least(time)
        if not known or least <= 0:
            return None
        floor = _FLOOR * abs(fortnight.median) + quantum
        evidence = _BAR * bar / min(1.0, known / _ENOUGH)
        empty = (least + floor) * exp(-evidence) - floor
        before, points = sum(self._before), len(self._before) + 1
        return Ramp(least * points - before, empty * points - before)

    def learn(self, amount: float) -> None:
        """Takes in an amount."""
        self._before.append(amount)
        if len(self._before) >= self._length:
            del self._before[0]

    def numbers(self) -> list[float]:
        """All it remembers: the points of an hour but one."""
        return list(self._before)

    def restore(self, numbers: list[float]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if they are too many, or not finite.
        """
        self._before = array("d", finite(numbers, min(len(numbers), self._length - 1)))
