"""How rare a deviation is on this very series: its own tail, learned online.

Spend is not Gaussian, and every series differs, so the same number of deviations means "every day" on
one and "never" on another. Beyond a fixed start the tail is taken as exponential (peaks over
threshold, Pickands 1975), with two numbers: how often it begins, and how far it reaches on average.
"""

from math import log

from detectors.fading import faded, finite, rate_of

_START = 2.0  # deviations
_RATE, _EXCESS = 0.05, 0.45  # before anything is known: somewhat heavier than a Gaussian (0.37)
_RATES = (0.01, 0.4)
_EXCESSES = (0.35, 20.0)
_CLIP = 2.0  # one incident must not teach that incidents are usual
_EXCESS_RATE = rate_of(100.0)  # the mean excess forgets half in as many points beyond the start


class Tail:
    """Turns a deviation (in units of the usual one) into evidence, ``-ln P(a larger one)``.

    Args:
        half_life: after how many points it forgets half of how often the tail begins.

    >>> tail = Tail(half_life=500)
    >>> round(tail.evidence(2.0), 1)  # ln 20: one point in twenty
    3.0
    >>> round(tail.deviation(tail.evidence(5.5)), 6)
    5.5
    """

    __slots__ = ("_excess", "_fading", "_rate")

    def __init__(self, half_life: float) -> None:
        self._fading = rate_of(half_life)
        self._rate = _RATE
        self._excess = _EXCESS

    def evidence(self, deviation: float) -> float:
        """Evidence in natural logarithms; grows with the size of the deviation, 0.0 for none."""
        size = abs(deviation)
        start = self._start()
        if size <= _START:
            return start * size / _START
        return start + (size - _START) / self._reach()

    def deviation(self, evidence: float) -> float:
        """The size of deviation that gives this evidence: the inverse, for the band."""
        start = self._start()
        if evidence <= start:
            return _START * evidence / start
        return _START + (evidence - start) * self._reach()

    def learn(self, deviation: float) -> None:
        """Takes in a point's deviation."""
        beyond = abs(deviation) - _START
        self._rate = faded(self._rate, 1.0 if beyond > 0 else 0.0, self._fading)
        if beyond > 0:
            self._excess = faded(self._excess, min(beyond, _CLIP * self._reach()), _EXCESS_RATE)

    def _start(self) -> float:
        return -log(_within(self._rate, _RATES))

    def _reach(self) -> float:
        return _within(self._excess, _EXCESSES)

    def numbers(self) -> list[float]:
        """All it remembers: two numbers."""
        return [self._rate, self._excess]

    def restore(self, numbers: list[float]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if they are not two finite numbers.
        """
        self._rate, self._excess = finite(numbers, 2)


def _within(value: float, bounds: tuple[float, float]) -> float:
    least, most = bounds
    if value < least:
        return least
    return min(value, most)
