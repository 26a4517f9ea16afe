"""The memory of a fortnight: what each of its hours cost, and how such hours are spread.

A forecast follows the series; this memory does not, so that a peak is measured by all the peaks of two
weeks and not by the last day alone.
"""

from array import array
from math import inf, isnan, nan
from typing import Final, NamedTuple

import numpy as np

from detectors.places import (
    BLOCK,
    COUNT,
    FIRST_HOUR,
    KNOWN,
    QUANTILES,
    TOTAL,
    Vector,
)
from detectors.ramp import Ramp
from detectors.seasons import DAY, HOUR

HOURS: Final = 336  # 14 days; of coarser buckets as many buckets
WIDEST: Final = 1e37  # amounts are taken as this at most; a single-precision number ends beyond it

_EVERY = 3  # hours after which the quantiles are taken anew, as sorting takes time
_FEW = 48  # below so many hours, after each
_LAST_DAYS = tuple(range(1, 8))  # whose same hour a value is compared with
_BESIDE = 2  # hours a day; of so few the one before stands beside the same hour of the day before
_PLACES = (0.05, 0.5, 0.95, 0.99)
_PEAK, _LOW = 2.5, 2.1  # widths from the median
_HIGHEST = 0.6  # of the distance to the highest hours
_RELATIVE = 0.05  # of the median is never unusual


class SameHours(NamedTuple):
    """The same hours of up to seven days before an hour (more around holidays), and the hours beside them."""

    hour: int  # since the epoch
    least: float  # infinite if none is known
    most: float
    known: int


class Fortnight:
    """The mean of each hour (or coarser bucket) of the last 14 days, in single precision.

    Hours stand in the order of the clock from the first that came, so a young series has few. An hour has its
    place by the clock, so after a gap the hours of a fortnight before still stand there; NaN is not known.

    Args:
        step: seconds a bucket.
    """

    __slots__ = ("_day", "_length")

    def __init__(self, step: int) -> None:
        self._length = max(step, HOUR)
        self._day = DAY // self._length if self._length < DAY else 0  # hours

    def hour(self, time: int) -> int:
        """The hour since the epoch (or bucket of a coarser step) that a time lies in."""
        return time // self._length

    def same_hours(
        self, numbers: Vector, hours: Vector, hour: int, further: tuple[int, ...] = ()
    ) -> SameHours:
        """What came in the same hours of up to seven days before and the hours beside them.

        Args:
            numbers: what the series has learned.
            hours: the fortnight.
            hour: since the epoch (or bucket of a coarser step).
            further: days before those seven that are compared too, as how many days each lies back.
        """
        day, length = self._day, len(hours)
        place = (hour - int(numbers[FIRST_HOUR])) % HOURS
        first = (place - len(_LAST_DAYS) * day - 1) % HOURS
        end = first + (len(_LAST_DAYS) - 1) * day + 3
        if further or day <= _BESIDE or (end > length and length < HOURS):
            found = self._one_by_one(hours, place, _LAST_DAYS + further)
        else:
            span = hours[first:end]
            if end > HOURS:
                span += hours[: end - HOURS]
            found = span[::day]
            found += span[1::day]
            found += span[2::day]
        known = found.tolist()
        if numbers[KNOWN] != length:  # there are gaps
            known = [value for value in known if not isnan(value)]
        if not known:
            return SameHours(hour, inf, -inf, 0)
        return SameHours(hour, min(known), max(known), len(known))

    def _one_by_one(self, hours: Vector, here: int, days: tuple[int, ...]) -> Vector:
        """The same hours of so many days before a place and those beside them, as far as they came."""
        found, day = array("f"), self._day
        for back in days if day else ():
            place = (here - back * day) % HOURS
            if 0 < place < HOURS - 1:
                found += hours[place - 1 : place + 2]
            else:
                found += _around_the_end(hours, place)
        return found

    def learn(self, numbers: Vector, hours: Vector, time: int, value: float) -> bool:
        """Takes in a bucket's amount; it is remembered when its hour is over.

        Returns:
            whether `same_hours` may have changed: the hour just before is not among those compared.
        """
        hour, before = time // self._length, numbers[BLOCK]
        if hour != before:
            if numbers[COUNT]:
                _close(numbers, hours)
            numbers[BLOCK] = hour
        if not -WIDEST <= value <= WIDEST:
            value = WIDEST if value > 0 else -WIDEST
        numbers[TOTAL] += value
        numbers[COUNT] += 1.0
        return hour != before and (hour != before + 1 or self._day <= _BESIDE)


def ramps(numbers: Vector, deviation: float, quantum: float, bar: float) -> tuple[Ramp, Ramp]:
    """How far above and how far below the median an amount is a peak or a low among all hours.

    The width upwards is the distance to the high hours, so that a daily peak is none.

    Args:
        numbers: what the series has learned.
        deviation: standard deviation of the amounts.
        quantum: an amount that is no event.
        bar: times the usual distance.
    """
    low, median, high, highest = numbers[QUANTILES : QUANTILES + 4]
    size = abs(median)
    never = _RELATIVE * size + quantum
    up, down = high - median, median - low
    if deviation > up:
        up = deviation
    if (far := _HIGHEST * (highest - median)) > up:
        up = far
    if (near := deviation if deviation < size else size) > down:
        down = near
    return (median, median + _PEAK * bar * (up + never)), (
        median,
        median - _LOW * bar * (down + never),
    )


def _around_the_end(hours: Vector, place: int) -> Vector:
    """The first or the last hour and those beside it, as far as they came."""
    return hours[HOURS - 2 :] + hours[:1] if place else hours[HOURS - 1 :] + hours[:2]


def _close(numbers: Vector, hours: Vector) -> None:
    block = int(numbers[BLOCK])
    if not hours:
        numbers[FIRST_HOUR] = block % HOURS
    place = (block - int(numbers[FIRST_HOUR])) % HOURS
    if place >= len(hours):
        hours.extend([nan] * (place + 1 - len(hours)))
    if isnan(hours[place]):
        numbers[KNOWN] += 1.0
    hours[place] = numbers[TOTAL] / numbers[COUNT]
    numbers[TOTAL] = numbers[COUNT] = 0.0
    if numbers[KNOWN] < _FEW or not block % _EVERY:
        _sort(numbers, hours)


def _sort(numbers: Vector, hours: Vector) -> None:
    ordered = np.array(hours, dtype=np.float32)
    ordered.sort()  # what is unknown comes last
    last = int(numbers[KNOWN]) - 1
    for number, place in enumerate(_PLACES, QUANTILES):
        numbers[number] = ordered.item(round(place * last))
