"""How rare a deviation is on this very series: its own tail, learned online.

Spend is not Gaussian, and every series differs, so the same number of deviations means "every day" on
one and "never" on another. Beyond a fixed start the tail is taken as exponential (peaks over
threshold, Pickands 1975), with two numbers: how often it begins, and how far it reaches on average.
"""

from math import log

import msgspec

from detectors.fading import faded, rate_of
from detectors.places import Vector

START = 2.0  # deviations, where a tail begins
RATE, EXCESS = 0.05, 0.45  # before anything is known: somewhat heavier than a Gaussian (0.37)
_LEAST_RATE, _MOST_RATE = 0.01, 0.4
_LEAST_EXCESS, _MOST_EXCESS = 0.35, 20.0
_CLIP = 2.0  # one incident must not teach that incidents are usual
_EXCESS_RATE = rate_of(100.0)  # the mean excess forgets half in as many points beyond the start


class Curve(msgspec.Struct, frozen=True, gc=False):
    """A tail as a curve from a deviation (in units of the usual one) to evidence, ``-ln P(a larger one)``.

    >>> curve = Curve(start=log(20), reach=0.45)
    >>> round(curve.evidence(2.0), 1)  # one point in twenty
    3.0
    >>> round(curve.deviation(curve.evidence(5.5)), 6)
    5.5
    """

    start: float  # evidence where the tail begins
    reach: float  # deviations for each further e-fold

    def evidence(self, deviation: float) -> float:
        """Evidence in natural logarithms; grows with the size of the deviation, 0.0 for none."""
        size = deviation if deviation >= 0 else -deviation
        if size <= START:
            return self.start * size / START
        return self.start + (size - START) / self.reach

    def deviation(self, evidence: float) -> float:
        """The size of deviation that gives this evidence: the inverse, for the band."""
        if evidence <= self.start:
            return START * evidence / self.start
        return START + (evidence - self.start) * self.reach


class Tail:
    """One of the tails of a series.

    Args:
        place: of its two numbers: how often it begins, and its mean excess.
        half_life: after how many points it forgets half of how often the tail begins.
    """

    __slots__ = ("_fading", "_keep", "_place")

    def __init__(self, place: int, half_life: float) -> None:
        self._place = place
        self._fading = rate_of(half_life)
        self._keep = 1.0 - self._fading

    def curve(self, numbers: Vector) -> Curve:
        """What it says of deviations now."""
        place = self._place
        rate, excess = numbers[place], numbers[place + 1]
        if not _LEAST_RATE <= rate <= _MOST_RATE:
            rate = _LEAST_RATE if rate < _LEAST_RATE else _MOST_RATE
        if not _LEAST_EXCESS <= excess <= _MOST_EXCESS:
            excess = _LEAST_EXCESS if excess < _LEAST_EXCESS else _MOST_EXCESS
        return Curve(-log(rate), excess)

    def learn(self, numbers: Vector, deviation: float) -> None:
        """Takes in a point's deviation."""
        place = self._place
        if -START <= deviation <= START:
            numbers[place] *= self._keep
            return
        beyond = abs(deviation) - START
        numbers[place] = faded(numbers[place], 1.0, self._fading)
        excess = numbers[place + 1]
        most = _CLIP * min(max(excess, _LEAST_EXCESS), _MOST_EXCESS)
        numbers[place + 1] = faded(excess, min(beyond, most), _EXCESS_RATE)
