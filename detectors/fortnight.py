"""The memory of a fortnight: what each of its hours cost, and how such hours are spread.

A forecast follows the series; this memory does not, so that a peak is measured by all the peaks of two
weeks and not by the last day alone.
"""

import struct
from array import array
from math import inf, isnan, nan

import numpy as np

from detectors.errors import StateError
from detectors.fading import finite
from detectors.ramp import Ramp
from detectors.seasons import DAY, HOUR

HOURS = 336  # 14 days; of coarser buckets as many buckets

_FORM = struct.Struct(f"<{HOURS}f")
WIDEST = 1e37  # amounts are taken as this at most; beyond it a single-precision number is infinite
_EVERY = 3  # hours after which the quantiles are taken anew, as sorting takes time
_FEW = 48  # below so many hours, after each
_DAYS = 7  # whose same hour a value is compared with
_PLACES = (0.05, 0.5, 0.95, 0.99)
_PEAK, _LOW = 2.5, 2.1  # widths from the median
_HIGHEST = 0.6  # of the distance to the highest hours
_RELATIVE = 0.05  # of the median is never unusual


class Fortnight:
    """The mean of each hour (or coarser bucket) of the last 14 days, in single precision.

    An hour has its place by the clock, so after a gap the hours of a fortnight before still stand there.

    Args:
        step: seconds a bucket.
    """

    __slots__ = ("_block", "_count", "_hours", "_least", "_length", "_quantiles", "_sum", "known")

    def __init__(self, step: int) -> None:
        self._length = max(step, HOUR)
        self._hours = array("f", [nan]) * HOURS
        self._block = -1  # the hour that is being added up
        self._sum = 0.0
        self._count = 0
        self._quantiles = [0.0] * len(_PLACES)
        self._least: tuple[int, float, int] | None = None  # of which hour, to ask once
        self.known = 0  # hours

    @property
    def median(self) -> float:
        """Median of the hours; of use once some are known."""
        return self._quantiles[1]

    def ramps(self, deviation: float, quantum: float, bar: float) -> tuple[Ramp, Ramp]:
        """How far above and how far below the median an amount is a peak or a low among all hours.

        The width upwards is the distance to the high hours, so that a daily peak is none.

        Args:
            deviation: standard deviation of the amounts.
            quantum: an amount that is no event.
            bar: times the usual distance.
        """
        low, median, high, highest = self._quantiles
        never = _RELATIVE * abs(median) + quantum
        up = max(high - median, deviation, _HIGHEST * (highest - median)) + never
        down = max(median - low, min(deviation, abs(median))) + never
        return (
            Ramp(median, median + _PEAK * bar * up),
            Ramp(median, median - _LOW * bar * down),
        )

    def least(self, time: int) -> tuple[float, int]:
        """The smallest of the same hours of up to seven days before and the hours beside them.

        Returns:
            the smallest, infinite if none is known, and how many are known.
        """
        block = time // self._length
        if self._least is None or self._least[0] != block:
            self._least = (block, *self._find_least(block))
        return self._least[1:]

    def _find_least(self, block: int) -> tuple[float, int]:
        least, count = inf, 0
        if self._length >= DAY:
            return least, count
        hours, day, full = self._hours, DAY // self._length, self.known == HOURS
        for back in range(1, _DAYS + 1):
            place = (block - back * day) % HOURS
            if 0 < place < HOURS - 1:
                beside = hours[place - 1 : place + 2]
            else:
                beside = array("f", (hours[place - 1], hours[place], hours[(place + 1) % HOURS]))
            if not full:
                beside = array("f", (value for value in beside if not isnan(value)))
            count += len(beside)
            least = min(least, min(beside, default=inf))
        return least, count

    def learn(self, time: int, value: float) -> None:
        """Takes in a bucket's amount; it is remembered when its hour is over."""
        block = time // self._length
        if block != self._block:
            self._close()
            self._block = block
        self._sum += min(max(value, -WIDEST), WIDEST)
        self._count += 1

    def _close(self) -> None:
        if not self._count:
            return
        place = self._block % HOURS
        if isnan(self._hours[place]):
            self.known += 1
        self._hours[place] = self._sum / self._count
        self._least = None
        self._sum, self._count = 0.0, 0
        if self.known < _FEW or not self._block % _EVERY:
            self._sort()

    def _sort(self) -> None:
        hours = np.sort(np.frombuffer(self._hours, dtype=np.float32))  # what is unknown comes last
        last = self.known - 1
        self._quantiles = [float(hours[round(place * last)]) for place in _PLACES]

    def pack(self) -> tuple[bytes, list[float]]:
        """All it remembers: the hours, and six numbers."""
        numbers = [float(self._block), self._sum, float(self._count)]
        return _FORM.pack(*self._hours), [*numbers, *self._quantiles]

    def unpack(self, hours: bytes, numbers: list[float]) -> None:
        """Puts back what ``pack`` gave.

        Raises:
            StateError: if there are not as many numbers, or one is not finite.
        """
        block, total, count, *quantiles = finite(numbers, 3 + len(_PLACES))
        if len(hours) != _FORM.size or count < 0:
            raise StateError(f"expected {HOURS} hours, found {len(hours)} bytes")
        self._hours = array("f", _FORM.unpack(hours))
        if any(abs(value) > WIDEST * 1.001 for value in self._hours):
            raise StateError("an hour of a fortnight is not finite")
        self.known = sum(not isnan(value) for value in self._hours)
        self._least = None
        self._block, self._sum, self._count = int(block), total, int(count)
        self._quantiles = quantiles
