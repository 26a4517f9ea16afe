"""The outlook of a dense series: forecasts of days and weeks as they were made, and what came of them.

At each midnight the day and the week ahead are forecast (`detectors.ahead`), and those that are over are judged
(`detectors.accuracy`): from their errors come the bands of whatever is forecast next (`detectors.band`).
"""

from array import array
from math import inf, isnan, nan
from typing import Final, NamedTuple, Self

import msgspec

from detectors import accuracy
from detectors.accuracy import Quality, judge, quality_of
from detectors.ahead import Ahead
from detectors.band import band, half_width
from detectors.day_so_far import DaySoFar
from detectors.errors import StateError
from detectors.learned import bytes_of, vector
from detectors.root import LARGEST
from detectors.saved import read
from detectors.seasons import DAY

KIND: Final = "outlook"
VERSION: Final = 1

_WEEK: Final = 7
_EXPECTED, _HALF = 0, 1  # of today, as it was forecast at midnight
_BUCKET: Final = 2
_DAY: Final = _BUCKET + accuracy.WIDTH
_WEEKLY: Final = _DAY + accuracy.WIDTH
_TOTALS: Final = _WEEKLY + accuracy.WIDTH  # of seven days, by day modulo 7
_WEEKS: Final = _TOTALS + _WEEK  # forecasts that were made at their midnights
_WEEK_HALVES: Final = _WEEKS + _WEEK
_WIDTH: Final = _WEEK_HALVES + _WEEK

_NEW = array("d", bytes(8 * _WIDTH))
_NEW[_EXPECTED] = nan
_NEW[_TOTALS:] = array("d", [nan]) * (_WIDTH - _TOTALS)


class Forecast(NamedTuple):
    """An amount and the band in which 80 % are to lie."""

    expected: float
    lower: float
    upper: float


class OutlookState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The saved state: little-endian numbers of 8 bytes, those that each bucket changes before the others."""

    kind: str
    version: int
    today: bytes
    numbers: bytes


class Outlook:
    """Judges the forecasts of one series, and makes those of its days, weeks and months.

    Args:
        step: seconds a bucket.

    >>> from detectors.engine import Detector
    >>> detector, outlook = Detector(3600), Outlook(3600)
    >>> for hour in range(24 * 28):
    ...     time, value = hour * 3600, 10.0 + hour % 24 // 12
    ...     outlook.take(time, value, detector.forecast(time))
    ...     detector.learn(time, value)
    ...     if hour % 24 == 23:
    ...         _ = outlook.turn(time + 3600, detector.ahead(time + 3600))
    >>> noon = 28 * 86_400 + 43_200  # on 29 January
    >>> forecast = outlook.until(noon, 31, detector.ahead(noon))
    >>> round(forecast.expected), round(outlook.day.wape, 2)
    (636, 0.0)
    """

    __slots__ = ("_numbers", "_points_a_day", "_so_far")

    def __init__(self, step: int) -> None:
        self._points_a_day = DAY // step
        self._so_far = DaySoFar()
        self._numbers = _NEW  # shared until the first day is over

    def take(self, start: int, value: float, expected: float) -> None:
        """Takes in a bucket with the forecast that it had; buckets come in the order of time."""
        if not (-LARGEST <= value <= LARGEST and -LARGEST <= expected <= LARGEST):
            return
        day, so_far = start // DAY, self._so_far
        if so_far.day != day:
            self._skip(day)
        so_far.take(value, expected)

    def turn(self, midnight: int, ahead: Ahead) -> Forecast:
        """Judges what is over at the end of a day, and makes the forecasts of the day and week that begin.

        Returns:
            that of the day.
        """
        numbers = self._numbers = self._numbers[:]
        today = midnight // DAY
        if self._so_far.day != today - 1:
            self._skip(today - 1)
        self._so_far.judge(numbers, _BUCKET)
        total = self._so_far.total(self._points_a_day)
        if not isnan(total) and not isnan(numbers[_EXPECTED]):
            judge(numbers, _DAY, numbers[_EXPECTED], numbers[_HALF], total)
        numbers[_TOTALS + (today - 1) % _WEEK] = total
        place = (
            today % _WEEK
        )  # of the forecast that was made a week ago, and of the one that is made now
        week = sum(numbers[_TOTALS : _TOTALS + _WEEK])
        if not isnan(week) and not isnan(numbers[_WEEKS + place]):
            judge(numbers, _WEEKLY, numbers[_WEEKS + place], numbers[_WEEK_HALVES + place], week)
        a_week = ahead.today + ahead.days(today + 1, today + _WEEK)
        half = self._half(ahead.today, 1.0)
        numbers[_EXPECTED], numbers[_HALF] = ahead.today, half
        numbers[_WEEKS + place], numbers[_WEEK_HALVES + place] = a_week, self._half(a_week, 7.0)
        self._so_far.begin(today)
        return Forecast(ahead.today, *band(ahead.today, half, signed=ahead.signed))

    def of_today(self, *, signed: bool = False) -> Forecast | None:
        """What was forecast of the day that is under way, when it began; None if nothing was."""
        expected = self._numbers[_EXPECTED]
        if isnan(expected):
            return None
        return Forecast(expected, *band(expected, self._numbers[_HALF], signed=signed))

    def until(self, time: int, end: int, ahead: Ahead) -> Forecast:
        """What will be spent from a moment to the beginning of a later day.

        Args:
            time: the moment, in epoch seconds.
            end: the day, since the epoch.
            ahead: the series' forecast from the moment on.
        """
        days = end - time / DAY
        amount = ahead.today + ahead.days(time // DAY + 1, end) if days > 0 else 0.0
        return Forecast(amount, *band(amount, self._half(amount, days), signed=ahead.signed))

    def between(self, time: int, first: int, end: int, ahead: Ahead) -> Forecast:
        """What will be spent from one later day to another; the band is as wide as for all of the time until then."""
        amount = ahead.days(first, end)
        whole = ahead.today + ahead.days(time // DAY + 1, end)
        half = self._half(whole, end - time / DAY)
        return Forecast(amount, *band(amount, half, signed=ahead.signed))

    @property
    def bucket(self) -> Quality | None:
        """Of the forecasts of one bucket."""
        return quality_of(self._numbers, _BUCKET)

    @property
    def day(self) -> Quality | None:
        """Of the forecasts of a day, made when it began."""
        return quality_of(self._numbers, _DAY)

    @property
    def week(self) -> Quality | None:
        """Of the forecasts of seven days, made when they began."""
        return quality_of(self._numbers, _WEEKLY)

    @property
    def bucket_half(self) -> float:
        """Half the width of the band of one bucket, on the square-root scale."""
        return self._so_far.half

    def _half(self, amount: float, days: float) -> float:
        return half_width(self._numbers, _DAY, _WEEKLY, amount, days)

    def _skip(self, day: int) -> None:
        """A day begins before the last one was turned: of what lies between nothing is known."""
        numbers = self._numbers
        if numbers is not _NEW:
            for place in range(min(max(day - self._so_far.day, 0), _WEEK)):
                numbers[_TOTALS + (day - 1 - place) % _WEEK] = nan
                numbers[_WEEKS + (day - place) % _WEEK] = nan
            numbers[_EXPECTED] = nan
        self._so_far.begin(day)

    def to_bytes(self) -> bytes:
        """Its whole state, 0.4 KB."""
        # as an `OutlookState`, of which none is made for each bucket
        return b"".join((_HEAD, self._so_far.to_bytes(), _MIDDLE, bytes_of(self._numbers)))

    @classmethod
    def from_bytes(cls, data: bytes, step: int) -> Self:
        """The outlook whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        state = read(data, OutlookState, KIND, VERSION)
        numbers = vector("d", state.numbers)
        if len(numbers) != _WIDTH or inf in numbers or -inf in numbers:
            raise StateError(f"no outlook has these {len(numbers)} numbers")
        if any(map(isnan, numbers[_HALF:_TOTALS])):
            raise StateError("a number of an outlook is not known that always is")
        outlook = cls(step)
        outlook._numbers, outlook._so_far = numbers, DaySoFar.from_bytes(state.today)
        return outlook


def _marks() -> tuple[bytes, bytes]:
    """What stands before the day so far, and before the numbers: both are always as long."""
    numbers, today = bytes_of(_NEW), DaySoFar().to_bytes()
    saved = msgspec.msgpack.encode(OutlookState(KIND, VERSION, today, numbers))
    head, middle = saved.removesuffix(numbers).split(today)
    return head, middle


_HEAD, _MIDDLE = _marks()
