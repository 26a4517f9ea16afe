"""How much evidence an alert takes: the bar at which every score is 1.0."""

from math import exp, log

from config.detection import Sensitivity
from detectors.seasons import DAY

WARM_UP = 30  # points

_FACTOR: dict[Sensitivity, float] = {"low": 1.4, "normal": 1.0, "high": 0.7}
_ONCE_IN = 26 * 7 * DAY  # seconds: chance alone would raise one alert a channel in half a year
_WEEK = 7.5 * DAY  # until then the first weekend has not been seen whole
_FIRST_WEEK = (0.6, 1.2)  # added for a rise and for a fall; most first weekends fall
_WARM_UP_FACTOR = 4.0


class Bar:
    """Evidence, in natural logarithms, that makes an alert of a point.

    Args:
        step: seconds a bucket; shorter ones mean more points, so more must come by chance.
    """

    __slots__ = ("_bar", "_step")

    def __init__(self, step: int) -> None:
        self._step = step
        self._bar = log(_ONCE_IN / step)

    def at(self, learned: int, sensitivity: Sensitivity, *, up: bool) -> float:
        """The bar for a rise or a fall after ``learned`` points: higher while a series is young."""
        age = learned * self._step
        youth = 1.0 + 2.0 * exp(-age / DAY) + 2.0 * exp(-learned / 24)
        if age < _WEEK:
            youth += _FIRST_WEEK[0] if up else _FIRST_WEEK[1]
        if learned < WARM_UP:
            youth *= _WARM_UP_FACTOR
        return self._bar * youth * _FACTOR[sensitivity]
