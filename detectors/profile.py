"""Profiles: what is usual at an hour of the day or of the week, learned online.

A series has one row for each hour of the day, in the order of the clock from the first that came: a young one
has few. Daily buckets have one for each day of the week, and the day's mean stands in the first of them. What is
a weekend, and what hour the clock shows, is the calendar's business.
"""

from array import array
from functools import lru_cache
from struct import Struct
from typing import Final

from detectors import fading
from detectors.calendar import UTC_WEEK, Calendar
from detectors.fading import rate_of
from detectors.places import FIRST_ROW, Vector
from detectors.seasons import DAY, HOUR, neighbours

COLUMNS: Final = 8  # of a row; each mean takes two, itself and its weight
OF_DAY, OF_WEEK, OF_WEEKEND, OF_RESIDUAL = 0, 2, 4, 6

Usual = tuple[float | None, float | None, float | None]
"""What is usual of the day, of the week and of the size of residuals; None where nothing is known."""

_DAYS = 4.0  # half-life of an hour of the day, in days
_WEEKS = 2.0  # half-life of an hour of the week, in weeks
_RESIDUAL_DAYS = 5.0
_WORKING_DAYS = 3.5  # hours of a working day and of a weekend day, on average, in a week

_CACHED = 4096  # hours as series with another first row see them; all series share them
_ROW = Struct(f"{COLUMNS}d")
_NOTHING = array("d", [0.0]) * (24 * COLUMNS)


class Profiles:
    """Three of them: of the day, of the week, and of the residuals in the day.

    Args:
        step: seconds a bucket.
    """

    __slots__ = ("_day_rate", "_most", "_rate", "_residual_rate", "_step", "_week_rate", "rows")

    def __init__(self, step: int) -> None:
        an_hour, daily = max(1.0, HOUR / step), step >= DAY
        self._step = step
        self._day_rate = rate_of(_DAYS * an_hour)
        self._week_rate = rate_of(_WEEKS * an_hour * (1 if daily else _WORKING_DAYS))
        self._residual_rate = rate_of(_RESIDUAL_DAYS * an_hour)
        self.rows = 7 if daily else 24  # at most
        self._most = self.rows * COLUMNS

    def at(self, numbers: Vector, rows: Vector, time: int, calendar: Calendar = UTC_WEEK) -> Usual:
        """What is usual in the bucket that starts at ``time``, in seconds since the epoch."""
        first, known = int(numbers[FIRST_ROW]), len(rows)
        if self.rows == 7:
            here = (calendar.like(time // DAY) - first) % 7 * COLUMNS
            if here >= known:
                rows = rows + _NOTHING
            return _mean(rows, OF_DAY), _mean(rows, here + OF_WEEK), None
        here, there, week, week_there, later = _slots_around(time, self._step, first, calendar)
        if here >= known or there >= known:
            rows = rows + _NOTHING
        if not later:
            return _mean(rows, here), _mean(rows, week), _mean(rows, here + OF_RESIDUAL)
        return (
            _between(rows, here, there, later),
            _between(rows, week, week_there, later),
            _between(rows, here + OF_RESIDUAL, there + OF_RESIDUAL, later),
        )

    def learn(
        self,
        numbers: Vector,
        rows: Vector,
        time: int,
        value: float,
        away: float,
        calendar: Calendar = UTC_WEEK,
    ) -> None:
        """Takes in a bucket's value and the size of its residual, under the hour it starts in."""
        daily = self.rows == 7
        if not rows:
            begin = calendar.like(time // DAY) if daily else calendar.hour(time // HOUR).clock
            numbers[FIRST_ROW] = begin % self.rows
        first = int(numbers[FIRST_ROW])
        if daily:
            row, week = (calendar.like(time // DAY) - first) % 7 * COLUMNS, 0
        else:
            row, week = _slots(time // HOUR, first, calendar)
        if (
            known := len(rows)
        ) < self._most:  # the next one too, towards which a profile is interpolated
            missing = min(row + 2 * COLUMNS, self._most) - known
            if missing > 0:
                rows.extend(_NOTHING[:missing])
        if daily:
            fading.learn(rows, OF_DAY, value, self._day_rate)
            fading.learn(rows, row + OF_WEEK, value, self._week_rate)
            return
        day, of_day, work, of_work, rest, of_rest, residual, of_residual = _ROW.unpack_from(
            rows, 8 * row
        )
        rate = self._day_rate  # `fading.learn` three times, without a call
        of_day += rate * (1.0 - of_day)
        day += (value - day) * (rate / of_day)
        rate = self._week_rate
        if week == row + OF_WEEK:
            of_work += rate * (1.0 - of_work)
            work += (value - work) * (rate / of_work)
        else:
            of_rest += rate * (1.0 - of_rest)
            rest += (value - rest) * (rate / of_rest)
        rate = self._residual_rate
        of_residual += rate * (1.0 - of_residual)
        residual += (away - residual) * (rate / of_residual)
        _ROW.pack_into(
            rows, 8 * row, day, of_day, work, of_work, rest, of_rest, residual, of_residual
        )


@lru_cache(maxsize=_CACHED)
def _slots_around(
    time: int, step: int, first: int, calendar: Calendar
) -> tuple[int, int, int, int, float]:
    """The rows of the two hours that a bucket lies between, where their means of the week stand, the later's weight."""
    hour, following, later = neighbours(time, step)
    here, week = _slots(hour, first, calendar)
    there, week_there = _slots(following, first, calendar) if later else (here, week)
    return here, there, week, week_there, later


@lru_cache(maxsize=_CACHED)
def _slots(hour: int, first: int, calendar: Calendar) -> tuple[int, int]:
    """Where the row of an hour since the epoch begins, and where its mean of the week stands.

    Args:
        hour: since the epoch.
        first: hour of the day of the first row, by the clock of winter.
        calendar: says which hour it is, and of what day.
    """
    clock, _, is_quiet, _ = calendar.hour(hour)
    row = (clock - first) % 24 * COLUMNS
    return row, row + (OF_WEEKEND if is_quiet else OF_WEEK)


def _mean(rows: Vector, place: int) -> float | None:
    return rows[place] if rows[place + 1] else None


def _between(rows: Vector, here: int, there: int, later: float) -> float | None:
    if rows[here + 1]:
        if rows[there + 1]:
            return rows[here] * (1.0 - later) + rows[there] * later
        return rows[here]
    return rows[there] if rows[there + 1] else None
