"""What one unit of a metered series (a request, a thousand tokens) usually costs, and how far its cost is from that.

The level is an exponentially weighted mean of the logarithm of unit cost, to which the usual offset of each hour of
the day is added: jobs at night may cost more a request. What is compared is no single bucket, but the fading sums
of cost and of *usual unit cost times volume*: ``rise = ln(sum of cost / sum of usual cost)``. So a bucket weighs as
much as its volume, and one with few requests hardly anything.
"""

from array import array
from collections.abc import Sequence
from math import exp, log, sqrt
from struct import Struct
from typing import Final, TypeAlias

from detectors.errors import StateError
from detectors.learned import bytes_of, vector
from detectors.places import Vector
from detectors.tail import EXCESS, RATE
from detectors.unit_rates import HOURS_AWAY, WARM_UP, Rates

FAR: Final = 2.0  # deviations, where a `Tail` begins: a farther point stays away
LOWEST, HIGHEST = -80.0, 50.0  # logarithm of any unit cost

_SIGMA = 1.2533  # standard deviation over mean absolute deviation, of a Gaussian
_FLOOR = 0.03  # 3 % of unit cost are one deviation at least
_ONE = (
    1.0  # the most that single requests are taken to vary by: their costs differ by a factor of e
)
_THIN = 1.5  # times the usual deviation: few requests came, and single ones decide
_CLIP = 3.0  # deviations; an anomaly is learned as this much at most
_HOUR_CLIP = 2.0  # of an hour's offset, as a logarithm: a job may cost 7 times as much
_FIRST_CLIP = 0.5  # of the first points, before their spread is known
_NEAR_POINT = 0.8  # what a single near point leaves of the count: it does not end a stay
_LARGEST = 1e38
_LAST_HOUR = 23

_FORM = Struct("<14d")
_NOT_BELOW_ZERO = (0, 2, 3, 4, 5, 6, 9, 10, 11, 13)

Known: TypeAlias = tuple[
    float, float, float, float, float, float, float, float, float, float, float, float, float, float
]
"""All that a unit has learned but for its hours.

Points; level; fading sums of cost, usual cost and requests; usual size of a rise, and of that of a single request (noise
falls with the square root of their number); points that stayed away, the sign being the side, and how far; how often the
tail begins, and its mean excess; the hour of the day that is under way, the sum of its rises, and the points before it.
"""

View: TypeAlias = tuple[float, float, float, float, float, float, float, float, Known]
"""A bucket: its usual cost; its own rise; rise of the sums, and the usual deviation of that; the three sums with it, and
the root of the last; what was known."""


class UnitLevel:
    """One unit of a series, from its first bucket on.

    Args:
        numbers: all that it has learned, packed.
        hours: offset of each hour of the day (UTC), in single precision.
    """

    __slots__ = ("_hours", "_numbers")

    def __init__(self, numbers: bytes, hours: Vector) -> None:
        self._numbers = numbers
        self._hours = hours

    @classmethod
    def begun(cls, cost: float, volume: float) -> "UnitLevel":
        """A unit after its first bucket."""
        nothing = [0.0] * 14
        nothing[0], nothing[1], nothing[9], nothing[10] = 1.0, log(cost / volume), RATE, EXCESS
        return cls(_FORM.pack(*nothing), array("f", [0.0]) * 24)

    def view(self, rates: Rates, hour: int, cost: float, volume: float, requests: float) -> View:
        """A bucket beside what is usual, and the sums with it. Cost, volume and requests are above 0."""
        known = _FORM.unpack(self._numbers)
        _, level, costs, usuals, count, size, each, _, _, _, _, _, _, _ = known
        usual = level + self._hours[hour]
        if not LOWEST <= usual <= HIGHEST:
            usual = min(max(usual, LOWEST), HIGHEST)
        expected, keep = exp(usual) * volume, rates.keep
        costs = keep * costs + cost
        usuals = keep * usuals + expected
        count = keep * count + requests
        root = sqrt(count)
        each = min(each, _ONE)
        if size * root < each:
            size = each / root
        own, rise, deviation = log(cost / expected), log(costs / usuals), _SIGMA * size + _FLOOR
        return expected, own, rise, deviation, costs, usuals, count, root, known

    def learn(self, rates: Rates, hour: int, seen: View) -> None:
        """Takes in a bucket that was looked at."""
        _, own, rise, deviation, costs, usuals, count, root, known = seen
        learned, level, _, _, _, size, each, away, gap, tail, excess, now, total, began = known
        limit, rate, usual, beyond = _CLIP * deviation, rates.level, rates.usual, own
        if learned < rates.grown:
            usual = max(usual, 1.0 / (learned + 1.0))
            rate = max(rate, usual)
            limit = max(limit, _FIRST_CLIP) if learned < WARM_UP else limit
        moved = abs(rise) if -limit <= rise <= limit else limit
        size += usual * (moved - size)
        each += usual * (moved * root - each)
        clipped = own
        if not -limit <= own <= limit:
            clipped = limit if own > 0 else -limit
            beyond = min(max(own, -_HOUR_CLIP), _HOUR_CLIP)
        level += rate * clipped
        if now != hour:
            if began < learned >= rates.a_day:  # before, there is no other day to tell it from
                self._hours[int(now)] += rates.hour * total / (learned - began)
            now, total, began = float(hour), 0.0, learned
        total += beyond
        learned += 1.0
        if moved < FAR * deviation:
            tail *= rates.tail_keep  # `Tail.learn`, without a call
            away *= _NEAR_POINT
        else:
            if learned > WARM_UP:
                tail, excess = _tail_learned(rates, tail, excess, rise / deviation)
            away, gap = _stayed_away(rates, away, gap, 1.0 if rise > 0 else -1.0, own)
            if abs(away) >= rates.away:  # the level is where they are
                self._take_back(rates, hour, learned, gap)
                level += gap
                away = gap = costs = usuals = count = total = 0.0
                began = learned
        self._numbers = _FORM.pack(
            learned, level, costs, usuals, count, size, each, away, gap, tail, excess, now, total, began
        )  # fmt: skip

    def _take_back(self, rates: Rates, hour: int, learned: float, gap: float) -> None:
        """What the hours of half a day have learned of a new level by themselves."""
        if learned >= rates.a_day + rates.away:
            by_hour = rates.hour * min(max(gap, -_HOUR_CLIP), _HOUR_CLIP)
            for back in range(rates.apart, HOURS_AWAY, rates.apart):
                self._hours[(hour - back) % 24] -= by_hour

    def to_bytes(self) -> bytes:
        """Its state: 14 numbers of 8 bytes and 24 of 4, little-endian."""
        return self._numbers + bytes_of(self._hours)

    @classmethod
    def from_bytes(cls, data: bytes) -> "UnitLevel":
        """The unit whose state it is.

        Raises:
            StateError: if buckets cannot have given these numbers.
        """
        hours = vector("f", data[_FORM.size :])
        if len(hours) != 24:
            raise StateError(f"{len(data)} bytes are no unit")
        known: Sequence[float] = _FORM.unpack(data[: _FORM.size])
        if not all(abs(number) < _LARGEST for number in (*known, *hours)):
            raise StateError("a number of a unit is not finite")
        now = known[11]
        if min(known[place] for place in _NOT_BELOW_ZERO) < 0 or now > _LAST_HOUR or now % 1:
            raise StateError("a number of a unit is beyond what buckets can give")
        return cls(data[: _FORM.size], hours)


def points_of(seen: View) -> int:
    """How many buckets were learned before this one."""
    return int(seen[8][0])


def stayed_away(seen: View) -> float:
    """How many points before this one stayed away; below 0 where they fell."""
    return seen[8][7]


def is_thin(seen: View) -> bool:
    """Whether so few requests came of late that their number makes a deviation far wider than it usually is."""
    return seen[3] > _THIN * (_SIGMA * seen[8][5] + _FLOOR)


def evidence(rates: Rates, seen: View) -> float:
    """How rare the rise of the sums is on this series."""
    tail = array("d", seen[8][9:11])
    return rates.tail.curve(tail).evidence(seen[2] / seen[3])


def _tail_learned(
    rates: Rates, tail: float, excess: float, deviation: float
) -> tuple[float, float]:
    numbers = array("d", (tail, excess))
    rates.tail.learn(numbers, deviation)
    return numbers[0], numbers[1]


def _stayed_away(
    rates: Rates, away: float, gap: float, side: float, own: float
) -> tuple[float, float]:
    """The count of points on one side, and how far they are, with one more."""
    if away * side <= 0.5:
        away = gap = 0.0
    away += side
    return away, gap + max(rates.gap, 1.0 / abs(away)) * (own - gap)
