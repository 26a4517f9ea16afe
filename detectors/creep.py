"""A rise of a few percent a day, which every forecast follows and no single bucket shows.

Amounts are kept as a mean for each of the last days. Once a day the mean of seven days, which has no weekend in it, is
compared with those of one, two and three weeks before: a creep grows in each week, while a step of the level, a peak or the
return from quiet days grows in one or two. With M(k) the mean of the seven days that end k days ago,

    g1 = ln M(0)/M(7)    g2 = ln M(7)/M(14)    g3 = ln M(14)/M(21)    growth = min(g1 + g2 + g3, 5 min(g1, g2, g3))

and the score is the growth over that of a rise by half in three weeks, which is 2 % a day. Once it is seen, half of that keeps
it up, so that a creep is one event. An amount is compared with the forecast less the growth, which is about what it
was three weeks ago. (Mann and Kendall's test of a trend counts rises in the same way; here their money is wanted, too.)
"""

from functools import cache
from itertools import pairwise
from math import exp, isnan, log, nan
from statistics import median_low
from struct import Struct
from typing import Final, Self

import msgspec

from config.detection import Sensitivity
from detectors.errors import StateError
from detectors.fading import finite
from detectors.fortnight import WIDEST
from detectors.learned import bytes_of, vector
from detectors.places import Vector
from detectors.root import is_amount
from detectors.saved import read
from detectors.seasons import DAY
from detectors.verdict import Verdict

CHANNEL: Final = "creep"
KIND: Final = "creep"
VERSION: Final = 1
SPAN: Final = 21  # days over which growth is measured

_WEEK: Final = 7
_DAYS: Final = SPAN + _WEEK  # that are kept
_ENOUGH: Final = 5  # days of seven must be known
_PART: Final = 0.5  # of a day's buckets must have come
_EVEN: Final = 5.0  # a week that has less than three fifths of its share stands for all
_BAR: Final = log(1.5)
_FACTOR: dict[Sensitivity, float] = {"low": 1.4, "normal": 1.0, "high": 0.7}
_KEEPS_UP: Final = 0.5  # of the bar
_PEAK: Final = 4.0  # times the median of the days before: a day counts as this at most
_MOST: Final = log(1000.0)
_STEPS: Final = range(60, DAY + 1)
_LAST_DAY: Final = 1 << 62

_encode = msgspec.msgpack.Encoder().encode
# What a bucket changes, and what stands behind it: numbers of 8 bytes, each after MessagePack's mark of its type.
_LATER: Final = Struct(">BqBqBdBdBdBB")
_INT, _FLOAT, _BYTES = 0xD3, 0xCB, 0xC4


class CreepState(msgspec.Struct, frozen=True, array_like=True):
    """The saved state of a `Creep`: the days as little-endian numbers of 4 bytes."""

    kind: str
    version: int
    step: int
    day: int
    count: int
    sum: float
    growth: float
    peak: float
    days: bytes


class Creep:
    """Watches the days of one dense series.

    Args:
        step: seconds a bucket, 60 to 86,400.

    >>> creep = Creep(step=DAY)
    >>> for day in range(28):
    ...     creep.learn(day * DAY, 100.0 * 1.03**day)
    >>> verdict = creep.score(28 * DAY, value=228.0, expected=222.0)
    >>> round(creep.growth, 2), round(verdict.expected), round(verdict.score, 1)
    (0.61, 121, 1.5)
    """

    __slots__ = ("_count", "_day", "_days", "_peak", "_sum", "growth", "step")

    def __init__(self, step: int) -> None:
        if step not in _STEPS:
            raise ValueError(f"a bucket of {step} s; detectors take 60 to 86400")
        self.step = step
        self.growth = 0.0  # of the logarithm, in `SPAN` days; never below 0
        self._peak = 0.0  # the most growth since it was last near nothing
        self._day = -1  # since the epoch
        self._sum = 0.0
        self._count = 0
        self._days = b""  # means in single precision, the newest last; NaN where too little came

    def score(
        self, time: int, value: float, expected: float, sensitivity: Sensitivity = "normal"
    ) -> Verdict | None:
        """What the growth of late says of a bucket; None if it says nothing. Changes nothing.

        Args:
            time: start of the bucket, in epoch seconds (UTC).
            value: its amount.
            expected: forecast of a detector that follows the series.
            sensitivity: ``low`` asks for 1.4 times the growth, ``high`` for 0.7 of it.
        """
        del time  # growth is that of the days before
        bar = _BAR * _FACTOR[sensitivity]
        if self._peak < bar or self.growth < _KEEPS_UP * bar or not is_amount(value):
            return None
        before = expected * exp(-self.growth)
        if not 0 < before < value:
            return None
        return Verdict(before, 0.0, before, max(self.growth / bar, 1.0), "up", CHANNEL)

    def learn(self, time: int, value: float) -> None:
        """Takes in a point; one that is not finite is left out, as is one of a day that is over."""
        day = time // DAY
        if day != self._day:
            if day < self._day or not is_amount(value):
                return
            self._begin(day)
        if -WIDEST <= value <= WIDEST:
            self._sum += value
        elif is_amount(value):
            self._sum += WIDEST if value > 0 else -WIDEST
        else:
            return
        self._count += 1

    def teach(self, since: int, factor: float | None) -> None:
        """A new level is usual: the days before it count as if they had been there; None: it watches anew.

        Args:
            since: when the level began, epoch seconds.
            factor: the level as a multiple of the one before.
        """
        if factor is None:
            self._days, self.growth, self._peak = b"", 0.0, 0.0
            return
        days = vector("f", self._days)
        for place in range(min(len(days), since // DAY - self._day + len(days))):
            days[place] = min(max(days[place] * factor, -WIDEST), WIDEST)
        self._days = bytes_of(days)

    def _begin(self, day: int) -> None:
        """Keep the day that is over, and those since that had no point at all."""
        if self._count:
            days = vector("f", self._days)
            is_known = self._count >= _PART * (DAY // self.step)
            days.append(_without_peak(days, self._sum / self._count) if is_known else nan)
            days.extend([nan] * min(day - self._day - 1, _DAYS))
            del days[:-_DAYS]
            self._days = bytes_of(days)
            self._grow(days)
        self._day, self._sum, self._count = day, 0.0, 0

    def _grow(self, days: Vector) -> None:
        means = [_mean(days, _WEEK * weeks) for weeks in range(4)]
        self.growth = _growth(means) if all(mean > 0 for mean in means) else 0.0
        near = _KEEPS_UP * _BAR * _FACTOR["high"]
        self._peak = max(self._peak, self.growth) if self.growth >= near else 0.0

    def to_bytes(self) -> bytes:
        """Its whole state, 180 bytes at most: a `CreepState`, of which none is made for each bucket."""
        days = self._days
        later = _LATER.pack(
            _INT, self._day, _INT, self._count,
            _FLOAT, self._sum, _FLOAT, self.growth, _FLOAT, self._peak,
            _BYTES, len(days),
        )  # fmt: skip
        return _beginning(self.step) + later + days

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The one whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        state = read(data, CreepState, KIND, VERSION)
        finite([state.sum, state.growth, state.peak], 3)
        days = vector("f", state.days)
        is_possible = (
            state.step in _STEPS
            and len(days) <= _DAYS
            and all(isnan(one) or abs(one) <= 2 * WIDEST for one in days)
            and -1 <= state.day <= _LAST_DAY
            and 0 <= state.count <= DAY
            and 0 <= state.growth <= _MOST
            and 0 <= state.peak <= _MOST
        )
        if not is_possible:
            raise StateError(f"no creep has {len(days)} days of growth {state.growth}")
        creep = cls(state.step)
        creep.growth, creep._peak, creep._days = state.growth, state.peak, state.days
        creep._day, creep._sum, creep._count = state.day, state.sum, state.count
        return creep


@cache  # all series with buckets of that length share it
def _beginning(step: int) -> bytes:
    """A state up to the day: the mark of nine fields, kind, version and step."""
    return _encode((KIND, VERSION, step, *(None,) * 6))[:-6]


def _without_peak(days: Vector, mean: float) -> float:
    """The mean of a day, cut off where it stands far out of the days before."""
    known = [one for one in days[-_WEEK:] if not isnan(one)]
    usual = median_low(known) if len(known) >= _ENOUGH else 0.0
    return min(mean, _PEAK * usual) if usual > 0 else mean


def _mean(days: Vector, back: int) -> float:
    """The mean of the seven days that end so many days ago; NaN if too few are known."""
    end = len(days) - back
    known = [one for one in days[max(end - _WEEK, 0) : max(end, 0)] if not isnan(one)]
    return sum(known) / len(known) if len(known) >= _ENOUGH else nan


def _growth(means: list[float]) -> float:
    """Of four weeks, the newest first."""
    weeks = [log(later / earlier) for later, earlier in pairwise(means)]
    return min(max(min(sum(weeks), _EVEN * min(weeks)), 0.0), _MOST)
