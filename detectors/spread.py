"""How far the points of a series usually lie from their forecast: the unit of every deviation."""

from math import exp, sqrt

from detectors.fading import FadingMean, finite, no_negative
from detectors.forecaster import points
from detectors.profile import Profile
from detectors.root import from_root
from detectors.seasons import DAY, DAY_SLOTS, HOUR, day_slot

_SIGMA = 1.2533  # standard deviation over mean absolute deviation, of a Gaussian
_RELATIVE = 0.02  # of the forecast's root, so 4 % of the amount, is never unusual
_QUIET = 0.05  # of the usual size, which keeps a floor under hours of nothing
_UNIT = 0.5  # of a counted unit: one more of a handful is no event
_UNSURE, _UNSURE_POINTS = 0.3, 12.0  # of the forecast's root, while few points are known
_FEW_UNITS = 0.5  # of the root of as many units as are usual, which is how counts vary
_LEAST_AMOUNT = 1e-30
_LEAST = 1e-12  # keeps divisions finite on a series of nothing but zeros


class Spread:
    """Mean absolute residual, overall and by hour of the day, half and half; on the square-root scale.

    Args:
        step: seconds a bucket.
    """

    __slots__ = ("_daily", "_hours", "_last", "_overall", "_size", "_unit")

    def __init__(self, step: int) -> None:
        self._overall = FadingMean(points(48, step, 48.0))
        self._daily = step >= DAY
        self._hours = Profile(DAY_SLOTS, day_slot, step, 5.0 * max(1.0, HOUR / step))
        self._size = FadingMean(points(24 * 7, step, 48.0))
        self._unit = 0.0  # root of the smallest change seen: 1 for counts, near 0 for money
        self._last = 0.0

    @property
    def size(self) -> float:
        """Usual size of the points' roots, of either sign; 0.0 if nothing but zeros came."""
        return self._size.value

    def quantum(self, usual: float) -> float:
        """An amount that is no event around a usual one: a few units of what is counted, always above 0."""
        unit = self._unit * self._unit
        return _FEW_UNITS * sqrt(unit * max(abs(usual), unit)) + _LEAST_AMOUNT

    def at(self, time: int, forecast: float, learned: int) -> float:
        """The usual deviation around a forecast, always above 0.

        Args:
            time: start of the bucket.
            forecast: root of the amount that is expected.
            learned: how many points came; the fewer, the wider.
        """
        usual = self._overall.value
        hour = None if self._daily else self._hours.at(time)
        if hour is not None:
            usual = 0.5 * (usual + hour)
        size = abs(forecast)
        unsure = _UNSURE * exp(-learned / _UNSURE_POINTS)
        floor = _RELATIVE * max(size, _QUIET * self._size.value) + unsure * size
        if self._unit:
            floor += _UNIT * self._unit / (1.0 + 2.0 * size / self._unit)
        return _SIGMA * usual + floor + _LEAST

    def learn(self, time: int, root: float, residual: float) -> None:
        """Takes in a point's root and its (clipped) residual."""
        self._overall.learn(abs(residual))
        if not self._daily:
            self._hours.learn(time, abs(residual))
        amount = from_root(root)
        change = abs(amount - self._last)
        if self._size.weight and change > 1e-9 * (abs(amount) + abs(self._last)):
            self._unit = min(self._unit or sqrt(change), sqrt(change))
        self._last = amount
        self._size.learn(abs(root))

    def numbers(self) -> list[list[float]]:
        """All it remembers, for a saved state."""
        own = [self._unit, self._last]
        return [own, self._overall.numbers(), self._size.numbers(), *self._hours.numbers()]

    def restore(self, numbers: list[list[float]]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if they are not as many, or not finite.
        """
        own, overall, size, *hours = numbers if len(numbers) > 2 else [[], [], []]
        unit, self._last = finite(own, 2)
        no_negative([overall, size, *hours])
        self._unit = abs(unit)
        self._overall.restore(overall)
        self._size.restore(size)
        self._hours.restore(hours)
