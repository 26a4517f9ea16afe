"""How fast the unit costs of a series are learned and forgotten: what all series of one step share."""

from functools import cache
from math import ceil
from typing import Final

from detectors.fading import rate_of
from detectors.forecaster import points
from detectors.seasons import HOUR
from detectors.tail import Tail

WARM_UP: Final = 30  # points
HOURS_AWAY: Final = 12  # after which a new level is accepted

_POINTS_AWAY = 6  # at least, for coarse buckets
_DAYS = 1.0  # half-life of an hour's offset, which is learned once a day


class Rates:
    """Fading factors and counts.

    Args:
        step: seconds a bucket.
    """

    __slots__ = (
        "a_day", "apart", "away", "gap", "grown", "hour", "keep", "level", "tail", "tail_keep", "usual",
    )  # fmt: skip

    def __init__(self, step: int) -> None:
        week, fortnight = (points(24 * days, step, 100.0) for days in (7, 14))
        self.keep = 1.0 - rate_of(points(0.5, step, 2.0))  # of the sums, from bucket to bucket
        self.level = rate_of(points(24, step, 24.0))
        self.usual = rate_of(week)
        self.grown = 2.0 * week  # points; from then on youth changes nothing
        self.hour = rate_of(_DAYS)
        self.a_day = 24 * HOUR / step  # points
        self.apart = max(1, step // HOUR)  # hours from one that has points to the next
        self.tail, self.tail_keep = Tail(0, fortnight), 1.0 - rate_of(fortnight)
        self.away = max(_POINTS_AWAY, ceil(HOURS_AWAY * HOUR / step))  # points
        self.gap = rate_of(self.away / 3)


@cache
def rates_of(step: int) -> Rates:
    """The rates that all series with this step share."""
    return Rates(step)
