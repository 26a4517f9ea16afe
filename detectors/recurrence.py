"""What comes at the same hour of many days is a job and no incident, even if no forecast is so sharp.

Unusual points are remembered for a fortnight as *excursions*: those up to six hours apart are one. A series keeps
a few of them, with hour and height.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from detectors.fortnight import WIDEST
from detectors.places import Vector
from detectors.seasons import DAY, HOUR

COLUMNS: Final = 4  # side (1 or -1), first and last hour since the epoch, extreme amount
MOST_NUMBERS: Final = 16 * COLUMNS

_FAR = 2.5  # deviations
_APART = 6  # hours
_DAYS = 15
_BESIDE = 1  # hours: a job of three o'clock may start late
_ALIKE = 0.8  # of a height is as high: jobs vary
_ONCE = 1  # the same hour of one other day is chance
_DAMPING = 2.0  # of the score, for each further day

Recurring = tuple[tuple[float, ...], tuple[float, ...]]
"""Extremes of excursions at the same hour of other days: rises and falls."""

NOTHING: Final[Recurring] = ((), ())


def learn(excursions: Vector, time: int, value: float, deviation: float, step: int) -> bool:
    """Takes in a point; what is far enough from its forecast is remembered. Daily buckets have no hour.

    Returns:
        whether `recurring` may have changed.
    """
    if -_FAR < deviation < _FAR or step >= DAY:
        return False
    hour, side = time // HOUR, 1.0 if deviation > 0 else -1.0
    value = min(max(value, -WIDEST), WIDEST)
    for place in range(len(excursions) - COLUMNS, -1, -COLUMNS):
        if excursions[place] == side:
            if hour - excursions[place + 2] > _APART:
                break
            excursions[place + 2] = hour
            if (value - excursions[place + 3]) * side > 0:
                excursions[place + 3] = value
            return True
    excursions.extend((side, hour, hour, value))
    while len(excursions) > MOST_NUMBERS or hour - excursions[1] > _DAYS * 24:
        del excursions[:COLUMNS]
    return True


def recurring(excursions: Vector, time: int) -> Recurring:
    """What came at this hour of other days."""
    if not excursions:
        return NOTHING
    hour = time // HOUR
    after = hour + _BESIDE
    sides: tuple[list[float], list[float]] = ([], [])
    for row, first in enumerate(excursions[1::COLUMNS]):
        if (after - first) % 24 > 2 * _BESIDE:
            continue
        side, _, last, extreme = excursions[row * COLUMNS : (row + 1) * COLUMNS]
        if hour - last > _APART and hour - first <= _DAYS * 24:
            sides[0 if side > 0 else 1].append(extreme)
    return (tuple(sides[0]), tuple(sides[1])) if sides[0] or sides[1] else NOTHING


def damping(extremes: Sequence[float], median: float, side: float, value: float) -> float:
    """By what the score of an amount is divided: 1.0 if it is new at this hour.

    Args:
        extremes: what came at this hour of other days, on the side of the amount.
        median: of the series; heights are measured from it.
        side: 1.0 for rises, -1.0 for falls.
        value: the amount.

    >>> damping([9.0, 9.0, 9.0], 1.0, 1.0, value=9.5), damping([9.0, 9.0, 9.0], 1.0, 1.0, value=20.0)
    (5.0, 1.0)
    """
    if len(extremes) <= _ONCE:
        return 1.0
    height = _ALIKE * (value - median) * side
    alike = sum((extreme - median) * side >= height for extreme in extremes)
    return 1.0 + _DAMPING * max(alike - _ONCE, 0)


def limits(extremes: Sequence[float], median: float, side: float) -> Iterator[tuple[float, float]]:
    """Each damping but the `most`, from 1.0 on, and the amount down to which (for falls: up to which) it holds."""
    heights = sorted(((extreme - median) * side for extreme in extremes), reverse=True)
    for further, height in enumerate(heights[_ONCE:]):
        yield 1.0 + _DAMPING * further, median + side * height / _ALIKE


def most(extremes: Sequence[float]) -> float:
    """The most that the score of any amount is divided by."""
    return 1.0 + _DAMPING * max(len(extremes) - _ONCE, 0)
