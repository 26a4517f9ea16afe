"""How far the points of a series usually lie from their forecast: the unit of every deviation."""

from math import exp, sqrt
from struct import Struct

from detectors.fading import rate_of
from detectors.forecaster import points
from detectors.places import LEARNED, OVERALL, SIZE, UNIT, Vector

_SIGMA = 1.2533  # standard deviation over mean absolute deviation, of a Gaussian
_RELATIVE = 0.02  # of the forecast's root, so 4 % of the amount, is never unusual
_QUIET = 0.05  # of the usual size, which keeps a floor under hours of nothing
_UNIT = 0.5  # of a counted unit: one more of a handful is no event
_UNSURE, _UNSURE_POINTS = 0.3, 12.0  # of the forecast's root, while few points are known
_FEW_UNITS = 0.5  # of the root of as many units as are usual, which is how counts vary
_SAME = 1e-9  # of two amounts; what lies nearer is one
_LEAST_AMOUNT = 1e-30
_BLOCK = Struct(
    "6d"
)  # of a vector: `UNIT`, `LAST`, `OVERALL` and `SIZE`, the last two with their weights
_FROM = 8 * UNIT  # bytes
_LEAST = 1e-12  # keeps divisions finite on a series of nothing but zeros


class Spread:
    """Mean absolute residual, overall and by hour of the day, half and half; on the square-root scale.

    Args:
        step: seconds a bucket.
    """

    __slots__ = ("_overall_rate", "_size_rate")

    def __init__(self, step: int) -> None:
        self._overall_rate = rate_of(points(48, step, 48.0))
        self._size_rate = rate_of(points(24 * 7, step, 48.0))

    def learn(self, numbers: Vector, root: float, away: float) -> None:
        """Takes in a point's root and the size of its (clipped) residual."""
        unit, last, overall, of_overall, usual, of_usual = _BLOCK.unpack_from(numbers, _FROM)
        size = abs(root)
        amount = root * size  # `from_root`, without a call
        change = abs(amount - last)
        if (
            (not unit or change < unit * unit)
            and change > _SAME * (abs(amount) + abs(last))
            and of_usual
        ):
            unit = sqrt(change)
        rate = self._overall_rate  # `fading.learn` twice, without a call
        of_overall += rate * (1.0 - of_overall)
        overall += (away - overall) * (rate / of_overall)
        rate = self._size_rate
        of_usual += rate * (1.0 - of_usual)
        usual += (size - usual) * (rate / of_usual)
        _BLOCK.pack_into(numbers, _FROM, unit, amount, overall, of_overall, usual, of_usual)


def spread_around(numbers: Vector, forecast: float, usual_by_hour: float | None) -> float:
    """The usual deviation around a forecast, always above 0.

    Args:
        numbers: what the series has learned.
        forecast: root of the amount that is expected.
        usual_by_hour: mean residual of the hour, if it is known.
    """
    usual = numbers[OVERALL]
    if usual_by_hour is not None:
        usual = 0.5 * (usual + usual_by_hour)
    size = abs(forecast)
    quiet = _QUIET * numbers[SIZE]
    floor = _RELATIVE * (size if size >= quiet else quiet)
    floor += _UNSURE * exp(-numbers[LEARNED] / _UNSURE_POINTS) * size
    unit = numbers[UNIT]
    if unit:
        floor += _UNIT * unit / (1.0 + 2.0 * size / unit)
    return _SIGMA * usual + floor + _LEAST


def quantum(numbers: Vector, usual: float) -> float:
    """An amount that is no event around a usual one: a few units of what is counted, always above 0."""
    unit, size = numbers[UNIT] * numbers[UNIT], abs(usual)
    return _FEW_UNITS * sqrt(unit * (size if size >= unit else unit)) + _LEAST_AMOUNT
