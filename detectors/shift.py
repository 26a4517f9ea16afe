"""Deviations of one sign that add up: a retry storm or a new level, where no single point is extreme."""

from functools import cache
from math import copysign, inf, sqrt

from detectors.fading import faded, finite, rate_of

_CLIP = 4.0  # deviations; one point alone is the business of the spike, not of the shift
_NEAR = 1.0  # a point this near its forecast ends a shift, whatever came before it


class Shift:
    """Fading mean of the deviations, in units of its own usual size.

    The mean of independent deviations with rate r has the variance r / (2 - r).

    Args:
        half_life: in points.

    >>> shift = Shift(half_life=2)
    >>> for _ in range(4):
    ...     shift.learn(3.0)
    >>> shift.with_next(3.0) > 5  # five points of three deviations weigh more than one of five
    True
    """

    __slots__ = ("_mean", "_rate", "_unit")

    def __init__(self, half_life: float) -> None:
        self._rate = rate_of(half_life)
        self._unit = _unit(self._rate)
        self._mean = 0.0

    def with_next(self, deviation: float) -> float:
        """The sum with a next point, in deviations of its own."""
        return faded(self._mean, _clip(deviation), self._rate) / self._unit

    def seen_with(self, deviation: float) -> float:
        """The same as evidence of this point: 0.0 if the point itself is near, or on the other side."""
        total = self.with_next(deviation)
        return total if abs(deviation) > _NEAR and total * deviation > 0 else 0.0

    def deviation(self, target: float) -> float:
        """The size of the next point's deviation at which ``seen_with`` reaches ``target``.

        Args:
            target: its sign is the side.

        Returns:
            a number above 0; infinite if no single point can bring it there.
        """
        mean = self._mean
        needed = copysign(1.0, target) * (mean + (target * self._unit - mean) / self._rate)
        return max(needed, _NEAR) if needed <= _CLIP else inf

    def learn(self, deviation: float) -> None:
        """Takes in a point's deviation."""
        self._mean = faded(self._mean, _clip(deviation), self._rate)

    def forget(self) -> None:
        """Begins anew, as after a new level was accepted."""
        self._mean = 0.0

    def numbers(self) -> list[float]:
        """All it remembers: one number."""
        return [self._mean]

    def restore(self, numbers: list[float]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if it is not one finite number.
        """
        (mean,) = finite(numbers, 1)
        self._mean = _clip(mean)


@cache  # one number for all series
def _unit(rate: float) -> float:
    return sqrt(rate / (2.0 - rate))


def _clip(deviation: float) -> float:
    if -_CLIP <= deviation <= _CLIP:
        return deviation
    return _CLIP if deviation > 0 else -_CLIP
