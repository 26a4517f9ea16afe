"""The day that is under way: what it cost so far, and how good the forecasts of its buckets were.

These are the only numbers of an outlook that each bucket changes. Beside them stands the band of one bucket, which
follows: half its width grows where a bucket lies outside and shrinks where it lies inside, four times as slowly, so
that four of five lie inside: a step along the gradient of the pinball loss (the quantile tracker of Angelopoulos,
Candès and Tibshirani 2023).
"""

from math import nan, sqrt
from struct import Struct
from typing import Final, Self

from detectors.accuracy import join
from detectors.errors import StateError
from detectors.fading import finite
from detectors.places import Vector

_FEW: Final = 0.8  # of a day's buckets: with fewer its total is not known
_COVERED: Final = 0.8
_FOLLOW: Final = 0.05  # of the mean distance, by which the band of a bucket follows
_WIDER, _NARROWER = _FOLLOW * _COVERED, _FOLLOW * (1.0 - _COVERED)
_DISTANCE_RATE: Final = 0.02
_LEAST: Final = 1 / 14  # weight of a day among the forecasts of buckets
_FORM: Final = Struct("<9d")
_HALF: Final = 7  # place of half a band's width; the mean distance of late stands behind it
_NOTHING: Final = _FORM.pack(-1.0, *(0.0,) * 8)


class DaySoFar:
    """Adds up the buckets of a day, with their forecasts. It is kept packed, as it is saved: a third of the memory."""

    __slots__ = ("_data", "day")

    def __init__(self) -> None:
        self.day = -1  # since the epoch; -1 before the first
        self._data = _NOTHING

    @property
    def half(self) -> float:
        """Half the width of the band of a bucket, on the square-root scale."""
        return float(_FORM.unpack(self._data)[_HALF])

    def begin(self, day: int) -> None:
        """A day begins; what was added up is let go."""
        self.day = day
        half, distance = _FORM.unpack(self._data)[_HALF:]
        self._data = _FORM.pack(day, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, half, distance)

    def take(self, value: float, expected: float) -> None:
        """Takes in a bucket with the forecast that it had."""
        day, total, points, errors, actuals, expecteds, covered, half, mean = _FORM.unpack(
            self._data
        )
        # their distance on the square-root scale, as `detectors.accuracy.apart` has it
        root = sqrt(expected) if expected >= 0 else -sqrt(-expected)
        distance = abs(root - sqrt(value) if value >= 0 else root + sqrt(-value))
        mean = mean + _DISTANCE_RATE * (distance - mean) if mean else distance
        if distance > half:
            half += _WIDER * mean
        else:
            covered += 1.0
            half -= _NARROWER * mean
        self._data = _FORM.pack(
            day,
            total + value,
            points + 1.0,
            errors + abs(expected - value),
            actuals + abs(value),
            expecteds + expected,
            covered,
            half,
            mean,
        )

    def total(self, points: int) -> float:
        """What a day of so many buckets costs by those that came; NaN where too few did."""
        _, total, came, *_ = _FORM.unpack(self._data)
        return float(total * points / came) if came >= _FEW * points else nan

    def judge(self, numbers: Vector, place: int) -> None:
        """Adds the day's forecasts to the measures of those of buckets (`detectors.accuracy`)."""
        _, total, points, errors, actuals, expecteds, covered, *_ = _FORM.unpack(self._data)
        if points:
            sums = (errors, actuals, expecteds - total, covered)
            join(numbers, place, points, [each / points for each in sums], _LEAST)

    def to_bytes(self) -> bytes:
        """All numbers, little-endian."""
        return self._data

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The day whose numbers they are.

        Raises:
            StateError: if there are others, or one is not finite.
        """
        if len(data) != _FORM.size:
            raise StateError(f"{len(data)} bytes are no day so far")
        numbers = finite(list(_FORM.unpack(data)), 9)
        so_far = cls()
        so_far.day, so_far._data = int(numbers[0]), data
        return so_far
