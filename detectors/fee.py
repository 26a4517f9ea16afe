"""The detector of what is not usage: recurring fees, purchases, tax, credits, adjustments.

Such a series is sparse: only buckets that carry a charge are points. A forecast of the next hour means
nothing there, a calendar does: the same amount on the same day of the month (or on its last, or on its first
working day) is as expected, and a fee that is much larger than every known one is not. What became cheaper never
alerts.
"""

from math import exp, fsum, log
from typing import Self

import msgspec

from config.detection import Sensitivity
from detectors.asked import USUAL, Asked
from detectors.bar import FACTOR
from detectors.calendar import UTC_WEEK, Calendar
from detectors.errors import StateError
from detectors.remembered import ANY, Fee, Numbers, Remembered, apart
from detectors.root import is_amount
from detectors.saved import header_of, read
from detectors.seasons import HOUR
from detectors.verdict import Verdict

KIND = "fee"
VERSION = 2

_BEFORE = 1  # the version before: day of the month, amount and time of each fee

_STEPS = range(60, 86_401)
_BAR = log(
    1.5
)  # a fee half as large again as known is an alert: twice it is one at any sensitivity
_OTHER_DAY = 0.25  # of the bar: a known amount on an unusual day
_FIRST = 0.5  # score of the first fee of all: worth a look at the digest, not an alert
_CHEAPER = 0.9  # the score of a smaller fee stays below this
_MOST = 100.0
_TINY = 1e-100


class FeeState(msgspec.Struct, frozen=True, array_like=True):
    """The saved state of a `FeeDetector`."""

    kind: str
    version: int
    step: int
    fees: list[Numbers]


class FeeState1(msgspec.Struct, frozen=True, array_like=True):
    """The same of the version before."""

    kind: str
    version: int
    step: int
    fees: list[tuple[int, float, int]]


class FeeDetector:
    """Compares a fee with those that came before, by amount and day of the month.

    Args:
        step: seconds a bucket, 60 to 86,400.
        calendar: in which a fee's days lie. It is no part of what is learned.

    >>> detector = FeeDetector(step=3600)
    >>> detector.learn(0, 145.0)  # on 1 January
    >>> detector.score(31 * 86_400, 150.0).score < 0.1, detector.score(31 * 86_400, 290.0).score > 1
    (True, True)
    """

    __slots__ = ("_calendar", "_fees", "_step")

    def __init__(self, step: int, calendar: Calendar = UTC_WEEK) -> None:
        if step not in _STEPS:
            raise ValueError(f"a bucket of {step} s; detectors take 60 to 86400")
        self._step, self._calendar = step, calendar
        self._fees = Remembered(calendar)

    def forecast(self, time: int) -> float:
        """The amount of a fee, should one come in this bucket: that of the one that is due on this day, else 0.0."""
        due = self._fees.due(self._day(time))
        return due[0].amount.get() if due else 0.0

    def remembered(self) -> list[tuple[float, int]]:
        """Usual amount and time of the last one of each fee."""
        return self._fees.last()

    def due(self, time: int) -> float:
        """What all fees that are due on the day of a point in time add up to, credits included.

        A fee is due on its day of the month (or its last day, or its first or last working day: what all days had
        in common on which it came), as many months after the last time as it took before. One that came once is
        due after 1, 3, 6 and 12 months. What came this month already is not.

        >>> detector = FeeDetector(step=86_400)
        >>> for day in (30, 58):  # 31 January and 28 February 1970
        ...     detector.learn(day * 86_400, 60.0)
        >>> [detector.due(day * 86_400) for day in (58, 86, 89)]  # 28 February, 28 and 31 March
        [0.0, 0.0, 60.0]
        """
        return fsum(fee.amount.get() for fee in self._fees.due(self._day(time)))

    def score(
        self,
        time: int,
        value: float,
        sensitivity: Sensitivity = "normal",
        asked: Asked = USUAL,
    ) -> Verdict:
        """What is thought of a fee before it is learned; changes nothing.

        Args:
            time: start of the bucket, in epoch seconds (UTC).
            value: the amount; credits are below 0. Zero and what is not finite score 0.
            sensitivity: ``low`` alerts from 1.76 times the known amount, ``high`` from 1.33 times.
            asked: times the logarithm of that; a fall never alerts.
        """
        if not _is_fee(value):
            expected = self.forecast(time)
            return Verdict(expected, expected, expected, 0.0, "up", "fee")
        known = self._fees.alike(value)
        if not known:
            return Verdict(value, min(10 * value, 0.0), max(10 * value, 0.0), _FIRST, "up", "fee")
        day = self._day(time)
        nearest = min(known, key=lambda fee: self._distance(fee, day, value))
        strange = self._strangeness(nearest, day)
        bar = _BAR * FACTOR[sensitivity] * asked.rise
        return _verdict(nearest.amount.get(), strange, value, bar)

    def learn(self, time: int, value: float) -> None:
        """Takes in a fee; zero and what is not finite are left out."""
        if _is_fee(value):
            self._fees.learn(time, self._day(time), value)

    def _day(self, time: int) -> int:
        return self._calendar.local_hour(time // HOUR, self._step) // 24

    def _distance(self, fee: Fee, day: int, amount: float) -> float:
        return abs(apart(amount, fee.amount.get())) + self._strangeness(fee, day) * _BAR

    def _strangeness(self, fee: Fee, day: int) -> float:
        return 0.0 if self._fees.is_same_day(fee, day) else _OTHER_DAY

    def to_bytes(self) -> bytes:
        """Its whole state, at most 2 KB."""
        return msgspec.msgpack.encode(FeeState(KIND, VERSION, self._step, self._fees.numbers()))

    @classmethod
    def from_bytes(cls, data: bytes, calendar: Calendar = UTC_WEEK) -> Self:
        """The detector whose state it is, of this version or the one before.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        step, fees = _found_in(data)
        if step not in _STEPS:
            raise StateError(f"no fee detector has buckets of {step} s")
        detector = cls(step, calendar)
        detector._fees.restore(fees, detector._day)
        return detector


def _found_in(data: bytes) -> tuple[int, list[Numbers]]:
    """Step and fees of a saved state, unchecked."""
    if header_of(data).version == _BEFORE:
        old = read(data, FeeState1, KIND, _BEFORE)
        return old.step, [(amount, last, 0, ANY) for _, amount, last in old.fees]
    state = read(data, FeeState, KIND, VERSION)
    return state.step, state.fees


def _is_fee(value: float) -> bool:
    return is_amount(value) and abs(value) > _TINY


def _verdict(expected: float, strange: float, amount: float, bar: float) -> Verdict:
    score = abs(apart(amount, expected)) / bar + strange
    dearer = amount > expected  # a credit that shrinks costs, too
    if not dearer:
        score = min(score, _CHEAPER)
    reach = exp((1.0 - strange) * bar)
    return Verdict(
        expected=expected,
        lower=min(10 * expected, 0.0),
        upper=expected * reach if expected > 0 else expected / reach,
        score=min(score, _MOST),
        direction="up" if dearer else "down",
        channel="fee",
    )
