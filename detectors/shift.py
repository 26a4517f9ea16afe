"""Deviations of one sign that add up: a retry storm or a new level, where no single point is extreme."""

from math import inf, sqrt

from detectors.fading import rate_of

_CLIP = 4.0  # deviations; one point alone is the business of the spike, not of the shift
_NEAR = 1.0  # a point this near its forecast ends a shift, whatever came before it


class Shift:
    """Fading mean of the deviations, in units of its own usual size.

    The mean of independent deviations with rate r has the variance r / (2 - r).

    Args:
        half_life: in points.

    >>> shift, mean = Shift(half_life=2), 0.0
    >>> for _ in range(4):
    ...     mean = shift.learned(mean, 3.0)
    >>> shift.with_next(mean, 3.0) > 5  # five points of three deviations weigh more than one of five
    True
    """

    __slots__ = ("rate", "unit")

    def __init__(self, half_life: float) -> None:
        self.rate = rate_of(half_life)
        self.unit = sqrt(self.rate / (2.0 - self.rate))  # usual size of the mean

    def learned(self, mean: float, deviation: float) -> float:
        """The mean with a further point's deviation."""
        if not -_CLIP <= deviation <= _CLIP:
            deviation = _CLIP if deviation > 0 else -_CLIP
        rate = self.rate
        return rate * deviation + (1.0 - rate) * mean  # `faded`, without a call

    def with_next(self, mean: float, deviation: float) -> float:
        """The sum with a next point, in deviations of its own."""
        return self.learned(mean, deviation) / self.unit

    def seen_with(self, mean: float, deviation: float) -> float:
        """The same as evidence of this point: 0.0 if the point itself is near, or on the other side."""
        if -_NEAR <= deviation <= _NEAR:
            return 0.0
        total = self.with_next(mean, deviation)
        return total if total * deviation > 0 else 0.0

    def deviation(self, mean: float, target: float) -> float:
        """The size of the next point's deviation at which ``seen_with`` reaches ``target``.

        Args:
            mean: of the deviations before.
            target: its sign is the side.

        Returns:
            a number above 0; infinite if no single point can bring it there.
        """
        needed = mean + (target * self.unit - mean) / self.rate
        if target < 0:
            needed = -needed
        if needed > _CLIP:
            return inf
        return needed if needed >= _NEAR else _NEAR
