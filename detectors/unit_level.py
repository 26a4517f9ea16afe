"""What one unit of a metered series (a request, a thousand tokens) usually costs, and how far its cost is from that.

The level is an exponentially weighted mean of the logarithm of unit cost, to which the usual offset of each hour of
the day is added: jobs at night may cost more a request. What is compared is no single bucket, but the fading sums
of cost and of *usual unit cost times volume*: ``rise = ln(sum of cost / sum of usual cost)``. So a bucket weighs as
much as its volume, and one with few requests hardly anything.
"""

from array import array
from math import exp, isfinite, log, sqrt
from operator import itemgetter
from struct import Struct
from typing import Final, TypeAlias

from detectors.errors import StateError
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
_STAYS = 0.5  # points: fewer are none
_LARGEST = 1e38
_LAST_HOUR = 23

_NUMBERS = Struct("<14d")
_ALL = Struct("<14d24f")
_OFFSET = Struct("<f")
_SEEN_AT = [Struct(f"<14d{hour * _OFFSET.size}xf") for hour in range(24)]  # without other hours
_not_below_zero = itemgetter(0, 2, 3, 4, 5, 6, 9, 10, 11, 13)

UnitLevel: TypeAlias = bytearray
"""All that a unit has learned: 14 numbers of 8 bytes and the offsets of 24 hours (UTC) of 4, little-endian.

Points; level; fading sums of cost, usual cost and requests; usual size of a rise, and of that of a single request (noise
falls with the square root of their number); points that stayed away, the sign being the side, and how far; how often the
tail begins, and its mean excess; the hour of the day that is under way, the sum of its rises, and the points before it.
They are learned in place: nothing is made for a point, and the bytes are the saved state.
"""

View: TypeAlias = tuple[float, float, float, float, float, tuple[float, ...]]
"""A bucket: its usual cost; its own rise; rise of the sums, and the usual deviation of that; how many points before it
stayed away, below 0 where they fell; the numbers before it, and the offset of its hour."""

AWAY: Final = 4  # its place in a view


def begun(cost: float, volume: float) -> UnitLevel:
    """A unit after its first bucket."""
    numbers = [0.0] * (14 + 24)
    numbers[0], numbers[1], numbers[9], numbers[10] = 1.0, log(cost / volume), RATE, EXCESS
    return bytearray(_ALL.pack(*numbers))


def follow(
    unit: UnitLevel, rates: Rates, hour: int, cost: float, volume: float, requests: float
) -> View:
    """Looks at a bucket beside what is usual, then learns it. Cost, volume and requests are above 0.

    Both are done in one pass over numbers that are read and written once: every point of every series pays for it.
    """
    known = _SEEN_AT[hour].unpack_from(unit)
    learned, level, costs, usuals, count, size, each, away, gap, tail, excess, now, total, began, offset = known  # fmt: skip
    usual = level + offset
    if not LOWEST <= usual <= HIGHEST:
        usual = min(max(usual, LOWEST), HIGHEST)
    expected, keep = exp(usual) * volume, rates.keep
    costs = keep * costs + cost
    usuals = keep * usuals + expected
    count = keep * count + requests
    root = sqrt(count)
    single = each if each < _ONE else _ONE
    spread = size if size * root >= single else single / root
    own, rise, deviation = log(cost / expected), log(costs / usuals), _SIGMA * spread + _FLOOR
    seen = expected, own, rise, deviation, away, known

    limit, rate, faster = _CLIP * deviation, rates.level, rates.usual
    if learned < rates.grown:
        young = 1.0 / (learned + 1.0)
        faster = young if young > faster else faster
        rate = faster if faster > rate else rate
        limit = _FIRST_CLIP if learned < WARM_UP and limit < _FIRST_CLIP else limit
    moved = rise if rise >= 0 else -rise
    if moved > limit:
        moved = limit
    size += faster * (moved - size)
    each += faster * (moved * root - each)
    clipped = beyond = own
    if not -limit <= own <= limit:
        clipped = limit if own > 0 else -limit
        beyond = min(max(own, -_HOUR_CLIP), _HOUR_CLIP)
    level += rate * clipped
    if now != hour:
        if began < learned >= rates.a_day:  # before, there is no other day to tell it from
            _shift(unit, int(now), rates.hour * total / (learned - began))
        now, total, began = hour, 0.0, learned
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
            _take_back(unit, rates, hour, learned, gap)
            level += gap
            away = gap = costs = usuals = count = total = 0.0
            began = learned
    _NUMBERS.pack_into(
        unit, 0, learned, level, costs, usuals, count, size, each, away, gap, tail, excess, now, total, began
    )  # fmt: skip
    return seen


def teach(unit: UnitLevel) -> None:
    """What its points stay away from the level by is usual from now on; nothing where they do not."""
    learned, level, _, _, _, size, each, away, gap, tail, excess, now, _, _ = _NUMBERS.unpack_from(
        unit
    )
    if abs(away) < _STAYS:
        return
    level = min(max(level + gap, LOWEST), HIGHEST)
    _NUMBERS.pack_into(
        unit,
        0,
        learned,
        level,
        0.0,
        0.0,
        0.0,
        size,
        each,
        0.0,
        0.0,
        tail,
        excess,
        now,
        0.0,
        learned,
    )


def _take_back(unit: UnitLevel, rates: Rates, hour: int, learned: float, gap: float) -> None:
    """What the hours of half a day have learned of a new level by themselves."""
    if learned >= rates.a_day + rates.away:
        by_hour = rates.hour * min(max(gap, -_HOUR_CLIP), _HOUR_CLIP)
        for back in range(rates.apart, HOURS_AWAY, rates.apart):
            _shift(unit, (hour - back) % 24, -by_hour)


def _shift(unit: UnitLevel, hour: int, by: float) -> None:
    """Move the offset of an hour of the day."""
    place = _NUMBERS.size + hour * _OFFSET.size
    (offset,) = _OFFSET.unpack_from(unit, place)
    _OFFSET.pack_into(unit, place, min(max(offset + by, -_LARGEST), _LARGEST))


def read_unit(data: bytes) -> UnitLevel:
    """The unit whose saved state it is.

    Raises:
        StateError: if buckets cannot have given these numbers.
    """
    if len(data) != _ALL.size:
        raise StateError(f"{len(data)} bytes are no unit")
    numbers = _ALL.unpack(data)
    if not isfinite(sum(numbers)) or max(map(abs, numbers)) >= _LARGEST:
        raise StateError("a number of a unit is not finite")
    now = numbers[11]
    if min(_not_below_zero(numbers)) < 0 or now > _LAST_HOUR or now % 1:
        raise StateError("a number of a unit is beyond what buckets can give")
    return bytearray(data)


def points_of(seen: View) -> int:
    """How many buckets were learned before this one."""
    return int(seen[5][0])


def is_thin(seen: View) -> bool:
    """Whether so few requests came of late that their number makes a deviation far wider than it usually is."""
    return seen[3] > _THIN * (_SIGMA * seen[5][5] + _FLOOR)


def evidence(rates: Rates, seen: View) -> float:
    """How rare the rise of the sums is on this series."""
    tail = array("d", seen[5][9:11])
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
