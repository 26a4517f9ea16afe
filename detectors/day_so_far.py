"""The day that is under way: what it cost so far, and how good the forecasts of its buckets were.

These are the only numbers of an outlook that each bucket changes. Beside them stands the band of one bucket, which
follows: half its width grows where a bucket lies outside and shrinks where it lies inside, four times as slowly, so
that four of five lie inside: a step along the gradient of the pinball loss (the quantile tracker of Angelopoulos,
Candès and Tibshirani 2023).
"""

from math import nan
from struct import Struct
from typing import Final, Self

from detectors.accuracy import apart, join
from detectors.errors import StateError
from detectors.fading import finite
from detectors.places import Vector

_FEW: Final = 0.8  # of a day's buckets: with fewer its total is not known
_COVERED: Final = 0.8
_FOLLOW: Final = 0.05  # of the mean distance, by which the band of a bucket follows
_DISTANCE_RATE: Final = 0.02
_LEAST: Final = 1 / 14  # weight of a day among the forecasts of buckets
_FORM: Final = Struct("<9d")


class DaySoFar:
    """Adds up the buckets of a day, with their forecasts."""

    __slots__ = (
        "_actuals", "_covered", "_distance", "_errors", "_expecteds", "_points", "_sum", "day", "half",
    )  # fmt: skip

    def __init__(self) -> None:
        self.day = -1  # since the epoch; -1 before the first
        self.half = 0.0  # half the width of the band of a bucket, on the square-root scale
        self._distance = 0.0  # mean distance of late
        self.begin(-1)

    def begin(self, day: int) -> None:
        """A day begins; what was added up is let go."""
        self.day = day
        self._sum = self._points = self._errors = self._actuals = self._expecteds = 0.0
        self._covered = 0.0

    def take(self, value: float, expected: float) -> None:
        """Takes in a bucket with the forecast that it had."""
        self._sum += value
        self._points += 1.0
        self._errors += abs(expected - value)
        self._actuals += abs(value)
        self._expecteds += expected
        distance, mean = apart(expected, value), self._distance
        self._distance = mean = mean + _DISTANCE_RATE * (distance - mean) if mean else distance
        if distance > self.half:
            self.half += _FOLLOW * _COVERED * mean
        else:
            self._covered += 1.0
            self.half -= _FOLLOW * (1.0 - _COVERED) * mean

    def total(self, points: int) -> float:
        """What a day of so many buckets costs by those that came; NaN where too few did."""
        if self._points < _FEW * points:
            return nan
        return self._sum * points / self._points

    def judge(self, numbers: Vector, place: int) -> None:
        """Adds the day's forecasts to the measures of those of buckets (`detectors.accuracy`)."""
        points = self._points
        if points:
            sums = (self._errors, self._actuals, self._expecteds - self._sum, self._covered)
            join(numbers, place, points, [each / points for each in sums], _LEAST)

    def to_bytes(self) -> bytes:
        """All numbers, little-endian."""
        return _FORM.pack(
            self.day, self._sum, self._points, self._errors, self._actuals, self._expecteds,
            self._covered, self.half, self._distance,
        )  # fmt: skip

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The day whose numbers they are.

        Raises:
            StateError: if there are others, or one is not finite.
        """
        if len(data) != _FORM.size:
            raise StateError(f"{len(data)} bytes are no day so far")
        so_far, (day, *numbers) = cls(), finite(list(_FORM.unpack(data)), 9)
        so_far.day = int(day)
        (
            so_far._sum, so_far._points, so_far._errors, so_far._actuals, so_far._expecteds,
            so_far._covered, so_far.half, so_far._distance,
        ) = numbers  # fmt: skip
        return so_far
