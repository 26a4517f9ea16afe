"""How good forecasts were: of one bucket, of a day and of a week, each beside what then came.

The usual measures of forecasters, kept online: WAPE, ``sum |forecast - actual| / sum |actual|`` (Hyndman and
Koehler 2006 say why not MAPE: it fails where amounts are near zero), bias, and the share of actuals in the band
of 80 %. What was long ago counts less. Beside them stands the mean distance on the square-root scale, from which
the next band is made (`detectors.band`).
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

from detectors.places import Vector

WIDTH: Final = 6  # numbers of one horizon
DISTANCE: Final = 5  # behind the count and the means of error, actual, signed error and cover

_RATE: Final = 0.05  # a mean lifetime of 20 forecasts; until then all count alike


class Quality(NamedTuple):
    """Of the forecasts so far, newer ones count more."""

    wape: float | None  # None where all that came was nothing
    bias: float | None  # above 0: too much was forecast; a share of what came
    coverage: float  # share that lay in the band
    judged: int


def judge(numbers: Vector, place: int, expected: float, half: float, actual: float) -> None:
    """Takes in what came of a forecast.

    Args:
        numbers: holds the measures, `WIDTH` of them.
        place: of the first of them.
        expected: the forecast.
        half: of its band's width, on the square-root scale.
        actual: what came.

    >>> from array import array
    >>> numbers = array("d", bytes(8 * WIDTH))
    >>> judge(numbers, 0, 100.0, 0.5, 81.0)
    >>> judge(numbers, 0, 100.0, 0.5, 104.0)
    >>> quality_of(numbers, 0)  # doctest: +ELLIPSIS
    Quality(wape=0.124..., bias=0.081..., coverage=0.5, judged=2)
    """
    error, distance = expected - actual, apart(expected, actual)
    rate = max(_RATE, 1.0 / (numbers[place] + 1.0))
    numbers[place + DISTANCE] += (distance - numbers[place + DISTANCE]) * rate
    join(numbers, place, 1.0, (abs(error), abs(actual), error, float(distance <= half)), _RATE)


def join(numbers: Vector, place: int, count: float, means: Sequence[float], least: float) -> None:
    """Takes in the means of several forecasts: of errors, actuals, signed errors, and the share covered.

    Args:
        numbers: holds the measures.
        place: of the first of them.
        count: how many forecasts.
        means: of them.
        least: weight of such a lot among those before.
    """
    count_before = numbers[place]
    rate = max(least, count / (count_before + count))
    numbers[place] = count_before + count
    for at, mean in enumerate(means, place + 1):
        numbers[at] += (mean - numbers[at]) * rate


def count_of(numbers: Vector, place: int) -> float:
    """How many forecasts were judged."""
    return numbers[place]


def quality_of(numbers: Vector, place: int) -> Quality | None:
    """The measures; None before the first forecast was judged."""
    count, error, actual, bias, covered, _ = numbers[place : place + WIDTH]
    if not count:
        return None
    if not actual:
        return Quality(None, None, covered, int(count))
    return Quality(error / actual, bias / actual, covered, int(count))


def apart(one: float, other: float) -> float:
    """The distance of two amounts on the square-root scale (`detectors.root`)."""
    left = sqrt(one) if one >= 0 else -sqrt(-one)
    return abs(left - sqrt(other) if other >= 0 else left + sqrt(-other))
