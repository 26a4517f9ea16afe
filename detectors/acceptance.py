"""When a deviation has lasted so long that it is the new normal, so that it does not alert for ever."""

from math import ceil

from detectors.fading import FadingMean, finite
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

    __slots__ = ("_count", "_gap", "_needed")

    def __init__(self, step: int) -> None:
        self._needed = max(_POINTS, ceil(_HOURS * HOUR / step))
        self._begin()

    def _begin(self) -> None:
        self._count = 0.0  # its sign is the side
        self._gap = FadingMean(self._needed / 3)

    def learn(self, deviation: float, residual: float) -> float | None:
        """Takes in a point; gives the gap to the new level when it is accepted, else None."""
        if abs(deviation) <= _FAR:
            self._count *= _NEAR_POINT
            return None
        side = 1.0 if deviation > 0 else -1.0
        if self._count * side <= 0.5:
            self._begin()
        self._count += side
        self._gap.learn(residual)
        if abs(self._count) < self._needed:
            return None
        gap = self._gap.value
        self._begin()
        return gap

    def numbers(self) -> list[float]:
        """All it remembers: three numbers."""
        return [self._count, *self._gap.numbers()]

    def restore(self, numbers: list[float]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if they are not three finite numbers.
        """
        self._count, *gap = finite(numbers, 3)
        self._gap.restore(gap)
