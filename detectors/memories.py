"""What a forecast forgets: the hours of a fortnight, the same hours of a week, and a month.

A forecast follows the series, so after some hours nothing is far from it. These memories do not follow; they
say from where on an amount is a peak, or too little, whatever was forecast.
"""

from typing import NamedTuple

import msgspec

from detectors.absence import Absence
from detectors.fortnight import Fortnight
from detectors.month import Month
from detectors.ramp import Ramp
from detectors.spread import Spread

_HOURS = 12  # must be known before anything is compared with them


class Ramps(NamedTuple):
    """From where on a rise and from where on a fall alerts, one for each memory."""

    rises: tuple[Ramp, ...] = ()
    falls: tuple[Ramp, ...] = ()


class MemoriesState(msgspec.Struct, frozen=True, array_like=True):
    """The saved state of the `Memories`."""

    hours: bytes
    fortnight: list[float]
    month: list[float]
    last_hour: list[float]


class Memories:
    """The three of them.

    Args:
        step: seconds a bucket.
    """

    __slots__ = ("_absence", "_fortnight", "_month")

    def __init__(self, step: int) -> None:
        self._fortnight = Fortnight(step)
        self._month = Month(step)
        self._absence = Absence(step)

    def ramps(self, time: int, spread: Spread, bar: float) -> Ramps:
        """What they say of the bucket that starts at ``time``.

        Args:
            time: in epoch seconds.
            spread: knows the unit of what is counted.
            bar: times the usual evidence that is asked for.
        """
        if self._fortnight.known < _HOURS:
            return Ramps()
        quantum = spread.quantum(self._fortnight.median)
        peak, low = self._fortnight.ramps(self._month.deviation, quantum, bar)
        above, below = self._month.ramps(quantum, bar)
        absence = self._absence.ramp(time, self._fortnight, quantum, bar)
        return Ramps((peak, above), (low, below) if absence is None else (low, below, absence))

    def learn(self, time: int, amount: float, learned: int) -> None:
        """Takes in a bucket's amount, after ``learned`` others."""
        self._fortnight.learn(time, amount)
        self._month.learn(amount, learned)
        self._absence.learn(amount)

    def state(self) -> MemoriesState:
        """All that they remember."""
        return MemoriesState(
            *self._fortnight.pack(), self._month.numbers(), self._absence.numbers()
        )

    def restore(self, state: MemoriesState) -> None:
        """Puts back what ``state`` gave.

        Raises:
            StateError: if there are not as many numbers, or one is not finite.
        """
        self._fortnight.unpack(state.hours, state.fortnight)
        self._month.restore(state.month)
        self._absence.restore(state.last_hour)
