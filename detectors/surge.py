"""Restlessness that lasts: deviations of late, on average, against the usual size of one on this series.

A creep is followed by the forecast, so that none of its points lies far away; but they all lie on one side, and
farther than is usual. The logarithm of the ratio has a tail of its own.
"""

from math import exp, inf, log

from detectors.fading import faded, rate_of
from detectors.places import LEARNED, RESTLESS, SURGE, SURGE_TAIL, Vector
from detectors.tail import Curve, Tail

BAR = 2.4  # evidence, in natural logarithms, of an alert

_CLIP = 6.0  # deviations; one point alone is a spike
_SCALE = 4.0  # brings the logarithm to the scale on which tails are learned
_LITTLE = 0.1  # deviations; keeps the ratio of small ones near 1
_NEAR = 1.0  # a point this near its forecast ends a surge
_MOST = 100.0  # logarithm of a ratio that no surge has; keeps its exponential finite


class Surge:
    """The fading mean of the deviations.

    Args:
        half_life: of the mean, in points.
        fortnight: half-life of what is usual, in points; the longer of the two.
    """

    __slots__ = ("_rate", "_usual_rate", "tail")

    def __init__(self, half_life: float, fortnight: float) -> None:
        self._rate = rate_of(half_life)
        self._usual_rate = rate_of(fortnight)
        self.tail = Tail(SURGE_TAIL, fortnight)

    def learn(self, numbers: Vector, deviation: float) -> float:
        """Takes in a point's deviation; gives what its tail may learn."""
        clipped = deviation
        if not -_CLIP <= deviation <= _CLIP:
            clipped = _CLIP if deviation > 0 else -_CLIP
        rate, usual_rate, young = self._rate, self._usual_rate, 1.0 / (numbers[LEARNED] + 1.0)
        if young > usual_rate:
            rate, usual_rate = max(rate, young), young
        mean = numbers[SURGE] = rate * clipped + (1.0 - rate) * numbers[SURGE]
        usual = usual_rate * abs(clipped) + (1.0 - usual_rate) * numbers[RESTLESS]
        numbers[RESTLESS] = usual
        size = abs(mean)
        return _SCALE * log((size + _LITTLE) / (usual + _LITTLE)) if size > usual else 0.0

    def evidence(self, numbers: Vector, curve: Curve, deviation: float) -> float:
        """Evidence of a rise that a next point with this deviation would complete; 0.0 if it is near."""
        if deviation <= _NEAR:
            return 0.0
        clipped, usual = (deviation if deviation < _CLIP else _CLIP), numbers[RESTLESS]
        mean = faded(numbers[SURGE], clipped, self._rate)
        if mean <= usual:  # as in `learn`
            return 0.0
        return curve.evidence(_SCALE * log((mean + _LITTLE) / (usual + _LITTLE)))

    def deviation(self, numbers: Vector, curve: Curve, evidence: float) -> float:
        """The deviation of a next point that gives this evidence; infinite if none does."""
        power, before = curve.deviation(evidence) / _SCALE, numbers[SURGE]
        ratio = exp(power if power < _MOST else _MOST)
        mean = ratio * (numbers[RESTLESS] + _LITTLE) - _LITTLE
        needed = before + (mean - before) / self._rate
        if needed > _CLIP:
            return inf
        return needed if needed >= _NEAR else _NEAR
