"""What a series will cost: the rest of a day hour by hour, and further days by their weekday.

The forecasters of the next bucket are asked for all hours of a day at once. What the last points add fades
by the hour; the level, and with it the drift of the profiles, stays: a new level is seen in the drift first. A
month is then a working day and a weekend day, so many times each.
"""

from array import array
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.months import weekdays_of
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
from detectors.seasons import DAY, HOUR, weekday

Amounts: TypeAlias = NDArray[np.float64]

_SIGMA: Final = 1.2533  # standard deviation over mean absolute deviation, of a Gaussian
_FADE: Final = 6.0  # hours; half-life of what the last points say beyond the level
_TINY: Final = 1e-12
_ROWS: Final = 24 * COLUMNS
_WORKING_DAYS: Final = 5


class Ahead(NamedTuple):
    """Forecast amounts from a moment on."""

    today: float  # until the end of the UTC day that the moment lies in
    weekdays: tuple[float, ...]  # of a whole day, Monday first
    signed: bool = False  # whether amounts below zero came

    def days(self, first: int, end: int) -> float:
        """The amount of whole days, ``first`` to before ``end``, in days since the epoch."""
        counts = weekdays_of(first, end)
        return sum(count * amount for count, amount in zip(counts, self.weekdays, strict=True))


NOTHING: Final = Ahead(0.0, (0.0,) * 7)


def ahead(numbers: Vector, rows: Vector, step: int, time: int) -> Ahead:
    """The forecast from a moment on.

    An amount is the mean of what may come, not its middle: of a root ``r`` with the spread ``s`` it is
    ``r^2 + s^2``.

    Args:
        numbers: what the series has learned (`detectors.places`).
        rows: its profiles (`detectors.profile`).
        step: seconds a bucket.
        time: the moment, where a bucket begins, in epoch seconds (UTC).
    """
    if not numbers[LEVEL + 1]:
        return NOTHING
    if step >= DAY:
        return _by_day(numbers, rows, time)
    slot = max(step, HOUR)
    profiles = _profiles(numbers, rows, slot // HOUR)
    weights = _weights(numbers)
    steady, fading = _roots(numbers, profiles, weights)
    slots = _amounts(numbers, steady) * (slot / step)
    working, weekend = slots.sum(axis=1).tolist()
    kind = int(weekday(time // HOUR) >= _WORKING_DAYS)
    now, passed = divmod(time % DAY, slot)
    hours = np.arange(slots.shape[1] - now) * (slot / HOUR)
    today = _amounts(numbers, steady[kind, now:] + fading * 0.5 ** (hours / _FADE))
    total = float(today.sum() - today[0] * (passed / slot)) * (slot / step)
    week = (working,) * _WORKING_DAYS + (weekend,) * (7 - _WORKING_DAYS)
    return Ahead(total, week, signed=bool(numbers[SIGNED]))


def _profiles(numbers: Vector, rows: Vector, stride: int) -> Amounts:
    """Rows of the day, working days and weekends by hour from midnight on; NaN where nothing is known."""
    if len(rows) < _ROWS:
        rows = rows + array("d", bytes(8 * (_ROWS - len(rows))))
    table = np.roll(np.frombuffer(rows).reshape(24, COLUMNS), int(numbers[FIRST_ROW]), axis=0)
    table = table[::stride].T
    means, known = table[OF_DAY : OF_WEEKEND + 1 : 2], table[OF_DAY + 1 : OF_WEEKEND + 2 : 2]
    return np.where(known > 0.0, means, np.nan)


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


def _roots(numbers: Vector, profiles: Amounts, weights: list[float]) -> tuple[Amounts, float]:
    """Roots of a working day and of a weekend day, and what the last points add to the first hour."""
    recent, level, by_day, by_week = weights
    stays = numbers[LEVEL]
    day = np.where(np.isnan(profiles[0]), stays, profiles[0] + numbers[DAY_DRIFT])
    week = np.where(np.isnan(profiles[1:]), day, profiles[1:] + numbers[WEEK_DRIFT])
    steady = (recent + level) * stays + by_day * day + by_week * week
    return steady, recent * (numbers[RECENT] - stays)


def _amounts(numbers: Vector, roots: Amounts) -> Amounts:
    """Mean amounts of roots; below zero only where such amounts came."""
    deviation = _SIGMA * numbers[OVERALL]
    if numbers[SIGNED]:
        size = np.abs(roots)
        return roots * (size + deviation * deviation / (size + deviation + _TINY))
    roots = np.maximum(roots, 0.0)
    return roots * roots + deviation * deviation


def _by_day(numbers: Vector, rows: Vector, time: int) -> Ahead:
    """Daily buckets: each weekday has a mean of its own."""
    first = int(numbers[FIRST_ROW])
    table = np.frombuffer(rows).reshape(-1, COLUMNS)
    means, known = np.full(7, np.nan), table[:, OF_WEEK + 1] > 0.0
    means[: len(table)][known] = table[known, OF_WEEK]
    monday = 4  # 5 January 1970, in days since the epoch
    means = np.roll(means, first - monday)
    day = np.full(7, table[0, OF_DAY]) if len(table) else np.full(7, np.nan)
    profiles = np.stack([day, means, means])
    steady, fading = _roots(numbers, profiles, _weights(numbers))
    amounts = _amounts(numbers, steady[0]).tolist()
    today = weekday(time // HOUR)
    now = float(_amounts(numbers, steady[0, today : today + 1] + fading)[0])
    return Ahead(now, tuple(amounts), signed=bool(numbers[SIGNED]))
