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

FAR: Final = 2.5  # deviations
APART: Final = 6  # hours
BESIDE: Final = 1  # hours: a job of three o'clock may start late

_DAYS = 15
_ALIKE = 0.8  # of a height is as high: jobs vary
_ONCE = 1  # the same hour of one other day is chance
_DAMPING = 2.0  # of the score, for each further day

Step = tuple[float, float]
"""An amount that is nothing new at an hour, and by what the score of as much is divided."""

Recurring = tuple[tuple[Step, ...], tuple[Step, ...]]
"""What came at the same hour of other days: rises and falls."""

NOTHING: Final[Recurring] = ((), ())


def learn(excursions: Vector, time: int, value: float, deviation: float, step: int) -> bool:
    """Takes in a point; what is far enough from its forecast is remembered. Daily buckets have no hour.

    Returns:
        whether `recurring` may have changed.
    """
    if -FAR < deviation < FAR or step >= DAY:
        return False
    hour, side = time // HOUR, 1.0 if deviation > 0 else -1.0
    value = min(max(value, -WIDEST), WIDEST)
    for place in range(len(excursions) - COLUMNS, -1, -COLUMNS):
        if excursions[place] == side:
            if hour - excursions[place + 2] > APART:
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
    """What came at this hour of other days, but for the highest: once is chance."""
    if not excursions:
        return NOTHING
    rises, falls = at_hour(excursions, time)
    if len(rises) <= _ONCE and len(falls) <= _ONCE:
        return NOTHING
    return _steps(sorted(rises, reverse=True)), _steps(sorted(falls))


def at_hour(excursions: Vector, time: int, days: int = _DAYS) -> tuple[list[float], list[float]]:
    """Extremes of what came at this hour of so many other days: of rises and of falls."""
    hour = time // HOUR
    after = hour + BESIDE
    sides: tuple[list[float], list[float]] = ([], [])
    for row, first in enumerate(excursions[1::COLUMNS]):
        if (after - first) % 24 > 2 * BESIDE:
            continue
        side, _, last, extreme = excursions[row * COLUMNS : (row + 1) * COLUMNS]
        if hour - last > APART and hour - first <= days * 24 + BESIDE:
            sides[0 if side > 0 else 1].append(extreme)
    return sides


def _steps(extremes: Sequence[float]) -> tuple[Step, ...]:
    return tuple(
        (extreme, 1.0 + _DAMPING * further)
        for further, extreme in enumerate(extremes[_ONCE:], start=1)
    )


def damping(steps: Sequence[Step], median: float, side: float, value: float) -> float:
    """By what the score of an amount is divided: 1.0 if it is new at this hour.

    Args:
        steps: what is nothing new, on the side of the amount.
        median: of the series; heights are measured from it.
        side: 1.0 for rises, -1.0 for falls.
        value: the amount.

    >>> steps = [(9.0, 3.0), (8.0, 5.0)]
    >>> damping(steps, 1.0, 1.0, value=9.5), damping(steps, 1.0, 1.0, value=20.0)
    (5.0, 1.0)
    """
    height, most = _ALIKE * (value - median) * side, 1.0
    for extreme, factor in steps:
        if factor > most and (extreme - median) * side >= height:
            most = factor
    return most


def limits(steps: Sequence[Step], median: float, side: float) -> Iterator[tuple[float, float]]:
    """Each damping but the `most`, from 1.0 on, and the amount down to which (for falls: up to which) it holds."""
    before = 1.0
    for extreme, factor in sorted(steps, key=lambda step: -step[0] * side):
        if factor > before:
            yield before, median + (extreme - median) / _ALIKE
            before = factor


def most(steps: Sequence[Step]) -> float:
    """The most that the score of any amount is divided by."""
    return max((factor for _, factor in steps), default=1.0)
