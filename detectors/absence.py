"""Spend that stays away: a whole hour below every same hour of the last week.

A fall is hard to tell from a quiet night by its size. By the clock it is easy: at this hour it was never so
little, nor in the hours beside it.
"""

from math import exp

from detectors.places import MEDIAN, WIDTH, Vector
from detectors.ramp import Ramp
from detectors.seasons import HOUR

_BAR = 1.5  # in natural logarithms: about a fifth of the least that is known
_FLOOR = 0.02  # of the usual amount: below it nothing is told apart
_ENOUGH = 12  # hours; with fewer to compare with, more is asked for


def ramp(numbers: Vector, least: float, known: float, quantum: float, bar: float) -> Ramp | None:
    """Below which amount the last hour is strangely empty; None if there is nothing to compare with.

    Args:
        numbers: what the series has learned; at its end the points of the last hour but the next one.
        least: the smallest of the same hours of seven days and the hours beside them.
        known: how many of those hours are known.
        quantum: an amount that is no event.
        bar: times the usual evidence.
    """
    if least <= 0 or not known:
        return None
    floor = _FLOOR * abs(numbers[MEDIAN]) + quantum
    evidence = _BAR * bar
    if known < _ENOUGH:
        evidence /= known / _ENOUGH
    empty = (least + floor) * exp(-evidence) - floor
    before, points = sum(numbers[WIDTH:]), len(numbers) - WIDTH + 1
    start, reach = least * points - before, empty * points - before
    return (start, reach) if reach < start else None  # beside an absurd amount both are one


def points_kept(step: int) -> int:
    """How many points of the last hour are kept: all but the next one."""
    return max(1, HOUR // step) - 1


def learn(numbers: Vector, amount: float, kept: int) -> None:
    """Takes in an amount, of which ``kept`` are kept."""
    if kept:
        numbers.append(amount)
        if len(numbers) > WIDTH + kept:
            del numbers[WIDTH]
