"""What a series will cost: the rest of a day hour by hour, and further days by their weekday.

The forecasters of the next bucket are asked for all hours of a day at once. What the last points add fades
by the hour; the level, and with it the drift of the profiles, stays: a new level is seen in the drift first. A
month is then a working day and a weekend day, so many times each.
"""

from array import array
from functools import lru_cache
from operator import mul
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.calendar import UTC_WEEK, Calendar
from detectors.places import (
    DAY_DRIFT,
    ERRORS,
    FIRST_ROW,
    LEVEL,
    OVERALL,
    RECENT,
    SIGNED,
    WEEK_DRIFT,
    Vector,
)
from detectors.profile import COLUMNS, OF_DAY, OF_WEEK, OF_WEEKEND
from detectors.seasons import DAY, HOUR, weekday_of

Amounts: TypeAlias = NDArray[np.float64]

_SIGMA: Final = 1.2533  # standard deviation over mean absolute deviation, of a Gaussian
_FADE: Final = 6.0  # hours; half-life of what the last points say beyond the level
_TINY: Final = 1e-12
_ROWS: Final = 24 * COLUMNS


class Ahead(NamedTuple):
    """Forecast amounts from a moment on."""

    today: float  # until the end of the UTC day that the moment lies in
    weekdays: tuple[float, ...]  # of a whole day, Monday first
    signed: bool = False  # whether amounts below zero came
    calendar: Calendar = UTC_WEEK  # says which days are like which

    def days(self, first: int, end: int) -> float:
        """The amount of whole days, ``first`` to before ``end``, in days since the epoch."""
        return float(sum(map(mul, self.calendar.weekdays(first, end), self.weekdays)))


NOTHING: Final = Ahead(0.0, (0.0,) * 7)


def ahead(
    numbers: Vector, rows: Vector, step: int, time: int, calendar: Calendar = UTC_WEEK
) -> Ahead:
    """The forecast from a moment on.

    An amount is the mean of what may come, not its middle: of a root ``r`` with the spread ``s`` it is
    ``r^2 + s^2``.

    Args:
        numbers: what the series has learned (`detectors.places`).
        rows: its profiles (`detectors.profile`).
        step: seconds a bucket.
        time: the moment, where a bucket begins, in epoch seconds (UTC).
        calendar: its days; a holiday costs what a day of a weekend does.
    """
    if not numbers[LEVEL + 1]:
        return NOTHING
    if step >= DAY:
        return _by_day(numbers, rows, time, calendar)
    slot = max(step, HOUR)
    means, known = _profiles(rows, slot // HOUR)
    recent, level, by_day, by_week = _weights(numbers)
    stays = numbers[LEVEL]
    if not known.all():
        means = _filled(numbers, means, known)
    mix = np.array([[by_day, by_day], [by_week, 0.0], [0.0, by_week]])
    drift = by_day * numbers[DAY_DRIFT] + by_week * numbers[WEEK_DRIFT]
    roots = means @ mix + ((recent + level) * stays + drift)
    amounts = _amounts(numbers, roots)
    working, weekend = np.add.reduce(amounts).tolist()
    a_slot = slot / step  # buckets
    week = tuple((weekend if calendar.is_weekend(day) else working) * a_slot for day in range(7))
    now, passed = divmod(time % DAY, slot)
    left, fading = _rest_of_day(int(numbers[FIRST_ROW]), now, passed / slot, slot // HOUR)
    kind = int(calendar.is_quiet(time // DAY))
    soon = roots[:, kind] + (recent * (numbers[RECENT] - stays)) * fading
    today = float(_amounts(numbers, soon) @ left) * a_slot
    return Ahead(today, week, signed=bool(numbers[SIGNED]), calendar=calendar)


def _profiles(rows: Vector, stride: int) -> tuple[Amounts, NDArray[np.bool_]]:
    """Of each row the means of the day, of working days and of weekends, and which of them are known."""
    if len(rows) < _ROWS:
        rows = rows + array("d", bytes(8 * (_ROWS - len(rows))))
    table = np.frombuffer(rows).reshape(24, COLUMNS)[::stride]
    return table[:, OF_DAY : OF_WEEKEND + 1 : 2], table[:, OF_DAY + 1 : OF_WEEKEND + 2 : 2] > 0.0


@lru_cache(maxsize=4096)  # all series with the same first row share it
def _rest_of_day(first: int, now: int, passed: float, stride: int) -> tuple[Amounts, Amounts]:
    """How much of each row is left of the day, and how much of what the last points say still holds in it.

    Args:
        first: hour of the day of the first row.
        now: the slot of the day that is under way.
        passed: the part of it that is over.
        stride: hours a slot.
    """
    slots = (first // stride + np.arange(24 // stride)) % (24 // stride)
    left = np.where(slots > now, 1.0, np.where(slots == now, 1.0 - passed, 0.0))
    return left, 0.5 ** (np.maximum(slots - now, 0) * (stride / _FADE))


def _weights(numbers: Vector) -> list[float]:
    """Of the four forecasters, by their errors to the power of minus four; they add up to one."""
    errors, learned = numbers[ERRORS : ERRORS + 8 : 2], numbers[ERRORS + 1 : ERRORS + 9 : 2]
    known = [bool(weight) for weight in learned]
    least = min(
        (error for error, is_known in zip(errors, known, strict=True) if is_known), default=0.0
    )
    weights = [
        ((least + _TINY) / (error + _TINY)) ** 4 if is_known else 0.0
        for error, is_known in zip(errors, known, strict=True)
    ]
    total = sum(weights)
    return [weight / total for weight in weights] if total else [0.0, 1.0, 0.0, 0.0]


def _filled(numbers: Vector, means: Amounts, known: NDArray[np.bool_]) -> Amounts:
    """The means, with what stands in where nothing is known: the level for a day, the day for a week.

    Their drifts are added later, so here they are taken away.
    """
    level = numbers[LEVEL] - numbers[DAY_DRIFT]
    day = np.where(known[:, 0], means[:, 0], level)
    other = day + (numbers[DAY_DRIFT] - numbers[WEEK_DRIFT])
    weeks = np.where(known[:, 1:], means[:, 1:], other[:, None])
    return np.column_stack((day, weeks))


def _amounts(numbers: Vector, roots: Amounts) -> Amounts:
    """Mean amounts of roots; below zero only where such amounts came."""
    deviation = _SIGMA * numbers[OVERALL]
    if numbers[SIGNED]:
        size = np.abs(roots)
        return roots * (size + deviation * deviation / (size + deviation + _TINY))
    roots = np.maximum(roots, 0.0)
    return roots * roots + deviation * deviation


def _by_day(numbers: Vector, rows: Vector, time: int, calendar: Calendar) -> Ahead:
    """Daily buckets: each weekday has a mean of its own."""
    recent, level, by_day, by_week = _weights(numbers)
    stays = numbers[LEVEL]
    day = rows[OF_DAY] + numbers[DAY_DRIFT] if rows else stays
    roots = np.full(7, (recent + level) * stays + (by_day + by_week) * day)
    for row in range(len(rows) // COLUMNS):
        place = row * COLUMNS + OF_WEEK
        if rows[place + 1]:
            here = weekday_of(row + int(numbers[FIRST_ROW]))
            roots[here] += by_week * (rows[place] + numbers[WEEK_DRIFT] - day)
    today = weekday_of(calendar.like(time // DAY))
    now = roots[today : today + 1] + recent * (numbers[RECENT] - stays)
    week = tuple(_amounts(numbers, roots).tolist())
    today_amount = float(_amounts(numbers, now)[0])
    return Ahead(today_amount, week, signed=bool(numbers[SIGNED]), calendar=calendar)
