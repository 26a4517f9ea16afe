"""A new level that somebody calls usual: what a series has learned is put where it would be, had it always been so.

By itself a series resists: it learns an anomaly clipped, accepts a level after half a day, and remembers the hours of a
fortnight for a fortnight. What is taught holds at once. A level is a *factor*, since days, weekends and noise mostly
grow with it: what was learned before the event is multiplied, and the forecast goes on from the newest buckets.
What the event's own buckets left is at the new level already.
"""

from collections.abc import Iterable, Sequence
from math import isfinite, sqrt
from typing import Final

from detectors import forecaster, occasions, recurrence
from detectors.calendar import Calendar
from detectors.fortnight import HOURS, WIDEST
from detectors.learned import Learned
from detectors.parts import Parts
from detectors.places import (
    AWAY,
    DAY_DRIFT,
    ERRORS,
    FIRST_HOUR,
    GAP,
    LEVEL,
    MEAN,
    OVERALL,
    QUANTILES,
    RECENT,
    SHIFT,
    SIZE,
    SURGE,
    VARIANCE,
    WEEK_DRIFT,
    Vector,
)
from detectors.root import to_root
from detectors.seasons import HOUR

LEAST, MOST = 1e-3, 1e3
_LARGEST: Final = 1e100  # that a number of a series is multiplied to
_ROOTS = (LEVEL, DAY_DRIFT, WEEK_DRIFT, *range(ERRORS, ERRORS + 8, 2), OVERALL, SIZE)
_AMOUNTS = (*range(QUANTILES, QUANTILES + 4), MEAN)
_LAST_HOUR, _EXTREME = 2, 3  # columns of both memories of excursions

Points = Sequence[tuple[int, float]]
"""Start of a bucket in epoch seconds, and its amount."""


def factor_of(actual: float, expected: float) -> float | None:
    """The new level as a multiple of the one before; None where it is none, as after nothing at all.

    >>> factor_of(30.0, 10.0), factor_of(0.0, 10.0), factor_of(30.0, 0.0)
    (3.0, 0.001, None)
    """
    if not (isfinite(actual) and isfinite(expected)) or actual < 0 or expected <= 0:
        return None
    return min(max(actual / expected, LEAST), MOST)


def teach(
    learned: Learned, parts: Parts, calendar: Calendar, since: int, newest: Points, factor: float
) -> None:
    """Take a level as usual, in place.

    Args:
        learned: what the series has learned.
        parts: of its step.
        calendar: of the series.
        since: when the level began, epoch seconds.
        newest: buckets at that level, the newest ones, oldest first; at least one.
        factor: the level as a multiple of the one before (`factor_of`).
    """
    numbers = learned.numbers
    length = max(parts.step, HOUR)
    now = newest[-1][0] // length
    _multiply(learned, range(now - HOURS + 1, since // length), since, factor)
    roots = [to_root(amount) for _, amount in newest]
    usual = [parts.profiles.at(numbers, learned.rows, time, calendar) for time, _ in newest]
    numbers[RECENT] = sum(roots) / len(roots)
    for place, profile in ((DAY_DRIFT, 0), (WEEK_DRIFT, 1)):
        gaps = list(_gaps(roots, [one[profile] for one in usual]))
        if gaps:
            numbers[place] = sum(gaps) / len(gaps)
    settle(numbers)


def teach_gap(learned: Learned, gap: float) -> None:
    """Take a level as usual that is no multiple of the one before: all is expected higher by a gap of roots."""
    forecaster.move(learned.numbers, gap)
    settle(learned.numbers)


def settle(numbers: Vector) -> None:
    """Nothing is away from its level any more."""
    for place in (SHIFT, SURGE, AWAY, GAP, GAP + 1):
        numbers[place] = 0.0


def _multiply(learned: Learned, before: Iterable[int], since: int, factor: float) -> None:
    """All that came before a moment; ``before`` are the hours of the fortnight, since the epoch, that lie there."""
    numbers, rows, hours, *excursions = learned
    root = sqrt(factor)
    for place in _ROOTS:
        numbers[place] = _bounded(numbers[place] * root, _LARGEST)
    for place in _AMOUNTS:
        numbers[place] *= factor
    numbers[VARIANCE] *= factor * factor
    for place in range(0, len(rows), 2):
        rows[place] = _bounded(rows[place] * root, _LARGEST)
    for hour in before:
        place = (hour - int(numbers[FIRST_HOUR])) % HOURS
        if place < len(hours):
            hours[place] = _bounded(hours[place] * factor)
    for memory, columns in zip(excursions, (recurrence.COLUMNS, occasions.COLUMNS), strict=True):
        for row in range(0, len(memory), columns):
            if memory[row + _LAST_HOUR] < since // HOUR:
                memory[row + _EXTREME] = _bounded(memory[row + _EXTREME] * factor)


def _gaps(roots: Iterable[float], usual: Iterable[float | None]) -> Iterable[float]:
    return (root - one for root, one in zip(roots, usual, strict=True) if one is not None)


def _bounded(amount: float, most: float = WIDEST) -> float:
    """An amount as it may be kept, by itself in single precision; what is not known stays so."""
    return -most if amount < -most else most if amount > most else amount
