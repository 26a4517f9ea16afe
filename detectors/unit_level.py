"""What one unit of a metered series (a request, a thousand tokens) usually costs, and how far its cost is from that.

The level is an exponentially weighted mean of the logarithm of unit cost, to which the usual offset of each hour of
the day is added: jobs at night may cost more a request. What is compared is no single bucket, but the fading sums
of cost and of *usual unit cost times volume*: ``rise = ln(sum of cost / sum of usual cost)``. So a bucket weighs as
much as its volume, and one with few requests hardly anything.
"""

from array import array
from math import exp, log, sqrt
from typing import Final

from detectors.places import Vector
from detectors.tail import EXCESS, RATE
from detectors.unit_rates import HOURS_AWAY, TAIL, WARM_UP, Rates

LEARNED: Final = 0  # points
LEVEL: Final = 1  # logarithm of unit cost
COSTS: Final = 2  # fading sums: cost, usual cost and requests
USUALS: Final = 3
REQUESTS: Final = 4
SIZE: Final = 5  # usual size of a rise or fall
EACH: Final = 6  # the same of a single request: noise falls with the square root of their number
AWAY: Final = 7  # points that stayed away; the sign is the side
GAP: Final = 8  # how far they do
HOUR_NOW: Final = (
    11  # hour of the day that is under way, the sum of its rises, the points before it
)
HOUR_SUM: Final = 12
HOUR_BEGAN: Final = 13
HOURS: Final = 14  # offset of each hour of the day (UTC)
WIDTH: Final = HOURS + 24

FAR: Final = 2.0  # deviations, where a `Tail` begins: a farther point stays away

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
LOWEST, HIGHEST = -80.0, 50.0  # logarithm of any unit cost

View = tuple[float, float, float, float, float, float, float, float]
"""Usual cost of the bucket; its own rise; the three sums with it, and the root of the last; rise of the sums; its usual size."""

NEVER: Final = array("f")  # of a unit that never came
_NEW = array("f", [0.0]) * WIDTH
_NEW[TAIL], _NEW[TAIL + 1] = RATE, EXCESS


def begun(cost: float, volume: float) -> Vector:
    """A unit after its first point."""
    numbers = _NEW[:]
    numbers[LEARNED], numbers[LEVEL] = 1.0, log(cost / volume)
    return numbers


def view(
    numbers: Vector, rates: Rates, hour: int, cost: float, volume: float, requests: int
) -> View:
    """A bucket beside what is usual, and the sums with it. Cost, volume and requests are above 0."""
    usual = numbers[LEVEL] + numbers[HOURS + hour]
    if not LOWEST <= usual <= HIGHEST:
        usual = min(max(usual, LOWEST), HIGHEST)
    expected, keep = exp(usual) * volume, rates.keep
    costs = keep * numbers[COSTS] + cost
    usuals = keep * numbers[USUALS] + expected
    count = keep * numbers[REQUESTS] + requests
    root, spread, each = sqrt(count), numbers[SIZE], numbers[EACH]
    if not 0.0 <= each <= _ONE:
        each = _ONE
    if not spread * root >= each:
        spread = each / root
    deviation = _SIGMA * spread + _FLOOR
    return (
        expected,
        log(cost / expected),
        costs,
        usuals,
        count,
        root,
        log(costs / usuals),
        deviation,
    )


def is_thin(numbers: Vector, deviation: float) -> bool:
    """Whether so few requests came of late that their number makes a deviation far wider than it usually is."""
    return deviation > _THIN * (_SIGMA * numbers[SIZE] + _FLOOR)


def learn(numbers: Vector, rates: Rates, hour: int, seen: View) -> None:
    """Takes in a bucket that was looked at."""
    _, own, numbers[COSTS], numbers[USUALS], numbers[REQUESTS], root, rise, deviation = seen
    learned, limit, level, usual = numbers[LEARNED], _CLIP * deviation, rates.level, rates.usual
    if learned < rates.grown:
        usual = max(usual, 1.0 / (learned + 1.0))
        level = max(level, usual)
        limit = max(limit, _FIRST_CLIP) if learned < WARM_UP else limit
    size = abs(rise) if -limit <= rise <= limit else limit
    clipped = own
    if not -limit <= own <= limit:
        clipped = limit if own > 0 else -limit
        own = min(max(own, -_HOUR_CLIP), _HOUR_CLIP)
    numbers[SIZE] += usual * (size - numbers[SIZE])
    numbers[EACH] += usual * (size * root - numbers[EACH])
    numbers[LEVEL] += level * clipped
    if numbers[HOUR_NOW] != hour:
        _end_hour(numbers, rates, hour)
    numbers[HOUR_SUM] += own
    numbers[LEARNED] = learned + 1.0
    if size < FAR * deviation:
        numbers[TAIL] *= rates.tail_keep  # `Tail.learn`, without a call
        numbers[AWAY] *= _NEAR_POINT
        return
    if learned >= WARM_UP:
        rates.tail.learn(numbers, rise / deviation)
    _stay_away(numbers, rates, hour, 1.0 if rise > 0 else -1.0, seen[1])


def _end_hour(numbers: Vector, rates: Rates, following: int) -> None:
    """Learns the offset of the hour that is over. So what goes on in an hour is not usual in the same hour."""
    learned = numbers[LEARNED]
    count = learned - numbers[HOUR_BEGAN]
    if count > 0 and learned >= rates.a_day:  # before, there is no other day to tell it from
        numbers[HOURS + int(numbers[HOUR_NOW])] += rates.hour * numbers[HOUR_SUM] / count
    numbers[HOUR_NOW], numbers[HOUR_SUM], numbers[HOUR_BEGAN] = following, 0.0, learned


def _stay_away(numbers: Vector, rates: Rates, hour: int, side: float, own: float) -> None:
    """Counts a point away from the level; after half a day of them the level is where they are."""
    if numbers[AWAY] * side <= 0.5:
        numbers[AWAY] = numbers[GAP] = 0.0
    numbers[AWAY] += side
    numbers[GAP] += max(rates.gap, 1.0 / abs(numbers[AWAY])) * (own - numbers[GAP])
    if abs(numbers[AWAY]) >= rates.away:
        _accept(numbers, rates, hour, numbers[GAP])


def _accept(numbers: Vector, rates: Rates, hour: int, gap: float) -> None:
    """Moves the level, and takes back what the hours of half a day have learned of it by themselves."""
    numbers[LEVEL] += gap
    learned = rates.hour * min(max(gap, -_HOUR_CLIP), _HOUR_CLIP)
    if numbers[LEARNED] >= rates.a_day + rates.away:
        for back in range(rates.apart, HOURS_AWAY, rates.apart):
            numbers[HOURS + (hour - back) % 24] -= learned
    for place in (AWAY, GAP, COSTS, USUALS, REQUESTS, HOUR_SUM):
        numbers[place] = 0.0
    numbers[HOUR_BEGAN] = numbers[LEARNED]
