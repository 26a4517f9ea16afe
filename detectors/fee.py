"""The detector of what is not usage: recurring fees, purchases, tax, credits, adjustments.

Such a series is sparse: only buckets that carry a charge are points. A forecast of the next hour means
nothing there, a calendar does: the same amount on the same day of the month is as expected, and a fee
that is much larger than every known one is not. What became cheaper never alerts.
"""

from math import exp, log
from typing import Self

import msgspec

from config.detection import Sensitivity
from detectors.errors import StateError
from detectors.remembered import Fee, Remembered, apart, month_day, same_day
from detectors.root import is_amount
from detectors.saved import read
from detectors.verdict import Verdict

KIND = "fee"
VERSION = 1

_STEPS = range(60, 86_401)
_BAR = log(
    1.5
)  # a fee half as large again as known is an alert: twice it is one at any sensitivity
_FACTOR: dict[Sensitivity, float] = {"low": 1.4, "normal": 1.0, "high": 0.7}
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
    fees: list[tuple[int, float, int]]


class FeeDetector:
    """Compares a fee with those that came before, by amount and day of the month.

    Args:
        step: seconds a bucket, 60 to 86,400.

    >>> detector = FeeDetector(step=3600)
    >>> detector.learn(0, 145.0)  # on 1 January
    >>> detector.score(31 * 86_400, 150.0).score < 0.1, detector.score(31 * 86_400, 290.0).score > 1
    (True, True)
    """

    __slots__ = ("_fees", "_step")

    def __init__(self, step: int) -> None:
        if step not in _STEPS:
            raise ValueError(f"a bucket of {step} s; detectors take 60 to 86400")
        self._step = step
        self._fees = Remembered()

    def forecast(self, time: int) -> float:
        """The amount of a fee, should one come in this bucket: that of this day of the month, else 0.0."""
        fee = self._fees.on(time)
        return 0.0 if fee is None else fee.amount.get()

    def remembered(self) -> list[tuple[int, float, int]]:
        """Day of the month, usual amount and time of the last one of each fee."""
        return self._fees.numbers()

    def score(self, time: int, value: float, sensitivity: Sensitivity = "normal") -> Verdict:
        """What is thought of a fee before it is learned; changes nothing.

        Args:
            time: start of the bucket, in epoch seconds (UTC).
            value: the amount; credits are below 0. Zero and what is not finite score 0.
            sensitivity: ``low`` alerts from 1.76 times the known amount, ``high`` from 1.33 times.
        """
        if not _is_fee(value):
            expected = self.forecast(time)
            return Verdict(expected, expected, expected, 0.0, "up", "fee")
        known = self._fees.alike(value)
        if not known:
            return Verdict(value, min(10 * value, 0.0), max(10 * value, 0.0), _FIRST, "up", "fee")
        day = month_day(time)
        nearest = min(known, key=lambda fee: _distance(fee, day, value))
        return _verdict(nearest, day, value, _BAR * _FACTOR[sensitivity])

    def learn(self, time: int, value: float) -> None:
        """Takes in a fee; zero and what is not finite are left out."""
        if _is_fee(value):
            self._fees.learn(time, value)

    def to_bytes(self) -> bytes:
        """Its whole state, at most 2 KB."""
        return msgspec.msgpack.encode(FeeState(KIND, VERSION, self._step, self._fees.numbers()))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The detector whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        state = read(data, FeeState, KIND, VERSION)
        if state.step not in _STEPS:
            raise StateError(f"no fee detector has buckets of {state.step} s")
        detector = cls(state.step)
        detector._fees.restore(state.fees)
        return detector


def _is_fee(value: float) -> bool:
    return is_amount(value) and abs(value) > _TINY


def _distance(fee: Fee, day: int, amount: float) -> float:
    return abs(apart(amount, fee.amount.get())) + _strangeness(fee, day) * _BAR


def _strangeness(fee: Fee, day: int) -> float:
    return 0.0 if same_day(fee.day, day) else _OTHER_DAY


def _verdict(fee: Fee, day: int, amount: float, bar: float) -> Verdict:
    expected = fee.amount.get()
    strange = _strangeness(fee, day)
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
