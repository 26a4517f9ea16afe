"""The long memory: mean and deviation of a month, which neither day nor week nor an incident moves much."""

from math import sqrt

from detectors.errors import StateError
from detectors.fading import faded, finite
from detectors.fortnight import WIDEST
from detectors.ramp import Ramp
from detectors.seasons import DAY

_SECONDS = 30 * DAY  # a mean lifetime
_POINTS = 4000  # at most: of short buckets there are enough in a fortnight
_BAR = 3.8  # deviations
_RELATIVE = 0.02  # of the mean is never unusual


class Month:
    """Exponentially weighted mean and variance of the amounts (Finch 2009), of all alike at first.

    Args:
        step: seconds a bucket.
    """

    __slots__ = ("_mean", "_rate", "_variance")

    def __init__(self, step: int) -> None:
        self._rate = max(step / _SECONDS, 1 / _POINTS)
        self._mean = 0.0
        self._variance = 0.0

    @property
    def deviation(self) -> float:
        """Standard deviation of the amounts."""
        return sqrt(self._variance)

    def ramps(self, quantum: float, bar: float) -> tuple[Ramp, Ramp]:
        """How far above and how far below the mean an amount alerts.

        Args:
            quantum: an amount that is no event.
            bar: times the usual distance.
        """
        far = _BAR * bar * (self.deviation + _RELATIVE * abs(self._mean) + quantum)
        return Ramp(self._mean, self._mean + far), Ramp(self._mean, self._mean - far)

    def learn(self, amount: float, learned: int) -> None:
        """Takes in an amount, after ``learned`` others."""
        value = min(max(amount, -WIDEST), WIDEST)
        rate = max(self._rate, 1.0 / (learned + 1))
        before = self._mean
        self._mean = faded(before, value, rate)
        self._variance = faded(self._variance, (value - before) * (value - self._mean), rate)

    def numbers(self) -> list[float]:
        """All it remembers: two numbers."""
        return [self._mean, self._variance]

    def restore(self, numbers: list[float]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if they are not two finite numbers, or the variance is below zero.
        """
        self._mean, self._variance = finite(numbers, 2)
        if self._variance < 0:
            raise StateError(f"a variance of {self._variance} is below zero")
