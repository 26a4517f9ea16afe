"""The long memory: mean and deviation of a month, which neither day nor week nor an incident moves much."""

from math import sqrt

from detectors.fortnight import WIDEST
from detectors.places import LEARNED, MEAN, VARIANCE, Vector
from detectors.ramp import Ramp
from detectors.seasons import DAY

_SECONDS = 30 * DAY  # a mean lifetime
_POINTS = 4000  # at most: of short buckets there are enough in a fortnight
_BAR = 4.2  # deviations
_CLIP = 5.0  # deviations; a peak must not hide the next one
_CLIP_FROM = 48  # points
_RELATIVE = 0.02  # of the mean is never unusual


class Month:
    """Exponentially weighted mean and variance of the amounts (Finch 2009), of all alike at first.

    Args:
        step: seconds a bucket.
    """

    __slots__ = ("_rate",)

    def __init__(self, step: int) -> None:
        self._rate = max(step / _SECONDS, 1 / _POINTS)

    def learn(self, numbers: Vector, amount: float, expected: float) -> None:
        """Takes in an amount, five deviations away at most, unless it was expected there."""
        learned, before = numbers[LEARNED], numbers[MEAN]
        if learned > _CLIP_FROM:
            far = _CLIP * (sqrt(numbers[VARIANCE]) + _RELATIVE * abs(before))
            if not before - far <= amount <= before + far:
                amount = min(max(amount, min(before - far, expected)), max(before + far, expected))
        if not -WIDEST <= amount <= WIDEST:
            amount = WIDEST if amount > 0 else -WIDEST
        rate, young = self._rate, 1.0 / (learned + 1)
        if young > rate:
            rate = young
        kept = 1.0 - rate
        mean = numbers[MEAN] = rate * amount + kept * before  # `faded`, without a call
        square = (amount - before) * (amount - mean)
        numbers[VARIANCE] = rate * square + kept * numbers[VARIANCE]


def deviation_of(numbers: Vector) -> float:
    """Standard deviation of the amounts of a month."""
    return sqrt(numbers[VARIANCE])


def ramps(numbers: Vector, deviation: float, quantum: float, bar: float) -> tuple[Ramp, Ramp]:
    """How far above and how far below the mean an amount alerts.

    Args:
        numbers: what the series has learned.
        deviation: `deviation_of` them.
        quantum: an amount that is no event.
        bar: times the usual distance.
    """
    mean = numbers[MEAN]
    far = _BAR * bar * (deviation + _RELATIVE * abs(mean) + quantum)
    return (mean, mean + far), (mean, mean - far)
