"""How much evidence an alert takes: the bar at which every score is 1.0."""

from functools import lru_cache
from math import exp, log
from typing import Final, NamedTuple

from config.detection import Sensitivity
from detectors.seasons import DAY, HOUR

WARM_UP = 30  # points

FACTOR: Final[dict[Sensitivity, float]] = {"low": 1.4, "normal": 1.0, "high": 0.7}
_ONCE_IN = 26 * 7 * DAY  # seconds: chance alone would raise one alert a channel in half a year
_WEEK = 7.5 * DAY  # until then the first weekend has not been seen whole
_FIRST_WEEK = (0.6, 1.2)  # added for a rise and for a fall; most first weekends fall
_FALL = 1.3  # more for a fall: few who spend mind one
_SHORT = 0.08  # more for each e-fold of points an hour
_WARM_UP_FACTOR = 4.0
_GROWN = 40  # times a day or 24 points: what youth adds is less than the last digit from then on
_CACHED = 4096  # bars of 300 bytes; all series of an age share them


class Bars(NamedTuple):
    """Evidence, in natural logarithms, that makes an alert of a rise and of a fall.

    ``memory`` is what the channels of the long memories ask for, as a multiple.
    """

    rise: float
    fall: float
    memory: float


def bars_for(step: int, learned: int, sensitivity: Sensitivity) -> Bars:
    """The bars after so many points: higher while a series is young.

    Args:
        step: seconds a bucket; shorter ones mean more points, so more must come by chance.
        learned: points.
        sensitivity: ``low`` asks for 1.4 times the evidence, ``high`` for 0.7 of it.
    """
    return bars_at(step, min(learned, grown_after(step)), sensitivity)


def grown_after(step: int) -> int:
    """Points after which the bars stay as they are."""
    return _GROWN * max(24, DAY // step + 1)


@lru_cache(maxsize=_CACHED)
def bars_at(step: int, learned: int, sensitivity: Sensitivity) -> Bars:
    """`bars_for` an age, of which no more than `grown_after` is to be asked for: each takes a place in the cache."""
    age, factor = learned * step, FACTOR[sensitivity]
    first_day = 1.0 + 2.0 * exp(-age / DAY)
    youth = first_day + 2.0 * exp(-learned / 24)
    rise, fall = _FIRST_WEEK if age < _WEEK else (0.0, 0.0)
    bar = log(_ONCE_IN / step) * factor * (_WARM_UP_FACTOR if learned < WARM_UP else 1.0)
    short = 1.0 + _SHORT * log(max(1.0, HOUR / step))
    return Bars(bar * (youth + rise), _FALL * bar * (youth + fall), short * first_day * factor)
