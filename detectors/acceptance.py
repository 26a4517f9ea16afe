"""When a deviation has lasted so long that it is the new normal, so that it does not alert for ever."""

from math import ceil

from detectors import fading
from detectors.fading import rate_of
from detectors.places import AWAY, GAP, Vector
from detectors.seasons import HOUR

_FAR = 2.0  # deviations; a nearer point does not count as staying away
_HOURS = 12
_POINTS = 6  # at least, for coarse buckets
_NEAR_POINT = 0.8  # what a single near point leaves of the count: it does not end a stay


class Acceptance:
    """Counts the points that stay away on one side, and remembers how far they do.

    Args:
        step: seconds a bucket.
    """

    __slots__ = ("_needed", "_rate")

    def __init__(self, step: int) -> None:
        self._needed = max(_POINTS, ceil(_HOURS * HOUR / step))
        self._rate = rate_of(self._needed / 3)

    def learn(self, numbers: Vector, deviation: float, residual: float) -> float | None:
        """Takes in a point; gives the gap to the new level when it is accepted, else None."""
        if -_FAR <= deviation <= _FAR:
            numbers[AWAY] *= _NEAR_POINT
            return None
        side = 1.0 if deviation > 0 else -1.0
        if numbers[AWAY] * side <= 0.5:
            _begin(numbers)
        numbers[AWAY] += side
        fading.learn(numbers, GAP, residual, self._rate)
        if abs(numbers[AWAY]) < self._needed:
            return None
        gap = numbers[GAP]
        _begin(numbers)
        return gap


def _begin(numbers: Vector) -> None:
    numbers[AWAY] = numbers[GAP] = numbers[GAP + 1] = 0.0
