"""Bands of 80 % about a forecast, as wide as the series' own past errors say.

Distances are taken on the square-root scale. There the error of a sum over some days stays as it is if days err
by themselves (the error grows with the root of the length, and so does the root of the amount), and grows with
the root of the length if the level errs. Which of them a series does is seen from its errors of a day and of a
week; beyond the week the growth goes on.
"""

from math import log, sqrt
from typing import Final

from detectors.accuracy import DISTANCE, count_of
from detectors.places import Vector
from detectors.root import from_root, to_root

_WEEK: Final = 7.0  # days
_EIGHTY: Final = (1.4, 1.5)  # 80 % of distances over their mean, of a day and of a week
# What a series is taken for before it is known, as a share of the amount's root, and for how many forecasts
# that counts. The weeks of seven days in a row say no more than one does.
_DAY_PRIOR, _DAYS = 0.2, 2.0
_WEEK_PRIOR, _WEEKS = 0.2, 2.0
_LEAST_GROWTH: Final = 0.25  # beyond a week: levels change at times, also where none did so far


def half_width(numbers: Vector, day: int, week: int, amount: float, days: float) -> float:
    """Half the width of the band of an amount, on the square-root scale.

    Args:
        numbers: hold the measures of past forecasts.
        day: where those of a day stand.
        week: where those of a week stand.
        amount: that is forecast.
        days: how far away its end is; parts of a day count.
    """
    if days <= 0:
        return 0.0
    a_day = sqrt(abs(amount) / max(days, 1.0))
    count = count_of(numbers, day)
    of_day = (numbers[day + DISTANCE] * count + _DAY_PRIOR * a_day * _DAYS) / (count + _DAYS)
    count = count_of(numbers, week) / _WEEK
    prior = _WEEK_PRIOR * sqrt(_WEEK) * a_day * _WEEKS
    of_week = max((numbers[week + DISTANCE] * count + prior) / (count + _WEEKS), of_day)
    if not of_day:
        return 0.0
    growth = min(log(of_week / of_day) / log(_WEEK), 0.5)
    if days <= 1.0:
        return float(_EIGHTY[0] * of_day * days**growth)
    if days > _WEEK:
        return float(_EIGHTY[1] * of_week * (days / _WEEK) ** max(growth, _LEAST_GROWTH))
    part = log(days) / log(_WEEK)
    return float((_EIGHTY[0] * of_day) ** (1.0 - part) * (_EIGHTY[1] * of_week) ** part)


def band(amount: float, half: float, *, signed: bool) -> tuple[float, float]:
    """Lower and upper end of the band about an amount.

    Args:
        amount: that is forecast.
        half: of the width, on the square-root scale.
        signed: whether it may fall below zero.

    >>> band(100.0, 2.0, signed=False), band(1.0, 2.0, signed=False)
    ((64.0, 144.0), (0.0, 9.0))
    """
    root = to_root(amount)
    lower = root - half
    return from_root(lower) if signed or lower > 0 else min(0.0, amount), from_root(root + half)
