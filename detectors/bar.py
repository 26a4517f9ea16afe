"""How much evidence an alert takes: the bar at which every score is 1.0."""

from functools import cache
from math import exp, log

from config.detection import Sensitivity
from detectors.seasons import DAY, HOUR

WARM_UP = 30  # points

_FACTOR: dict[Sensitivity, float] = {"low": 1.4, "normal": 1.0, "high": 0.7}
_ONCE_IN = 26 * 7 * DAY  # seconds: chance alone would raise one alert a channel in half a year
_WEEK = 7.5 * DAY  # until then the first weekend has not been seen whole
_FIRST_WEEK = (0.6, 1.2)  # added for a rise and for a fall; most first weekends fall
_SHORT = 0.08  # more for each e-fold of points an hour
_WARM_UP_FACTOR = 4.0


class Bar:
    """Evidence, in natural logarithms, that makes an alert of a point.

    Args:
        step: seconds a bucket; shorter ones mean more points, so more must come by chance.
    """

    __slots__ = ("_bar", "_short", "_step")

    def __init__(self, step: int) -> None:
        self._step = step
        self._bar = log(_ONCE_IN / step)
        self._short = 1.0 + _SHORT * log(max(1.0, HOUR / step))

    def of_memory(self, learned: int, sensitivity: Sensitivity) -> float:
        """What the channels of the long memories ask for, as a multiple: of short buckets more, while young more."""
        youth = 1.0 + 2.0 * exp(-learned * self._step / DAY)
        return self._short * youth * _FACTOR[sensitivity]

    def at(self, learned: int, sensitivity: Sensitivity) -> tuple[float, float]:
        """The bars for a rise and for a fall after ``learned`` points: higher while a series is young."""
        age = learned * self._step
        youth = 1.0 + 2.0 * exp(-age / DAY) + 2.0 * exp(-learned / 24)
        bar = self._bar * _FACTOR[sensitivity]
        if learned < WARM_UP:
            bar *= _WARM_UP_FACTOR
        if age >= _WEEK:
            return bar * youth, bar * youth
        return bar * (youth + _FIRST_WEEK[0]), bar * (youth + _FIRST_WEEK[1])


@cache
def bar_for(step: int) -> Bar:
    """The bar of all series with this step; it holds nothing that is learned."""
    return Bar(step)
