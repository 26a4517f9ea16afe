"""What a young series borrows from one that is like it: the same service of the same team in another environment.

A new series knows nothing of days and weeks, and asks for many times the usual evidence until it does. A sibling
lends it the shape of its day and week, its spread and its tails, at the height of the first amounts that come. A
borrowed hour gives way to the first own point of that hour. For a day a twin that borrowed nothing learns beside it:
if that one is nearer to what comes, it takes over.
"""

from array import array
from typing import Final, Self

import msgspec

from detectors import forecaster, lending, places
from detectors.bar import WARM_UP
from detectors.calendar import UTC_WEEK, Calendar
from detectors.engine import STEPS, Detector
from detectors.errors import StateError
from detectors.fading import finite
from detectors.learned import Learned, bytes_of, checked, vector
from detectors.parts import parts_of
from detectors.places import LEARNED, LEVEL, Vector
from detectors.root import is_amount, to_root
from detectors.saved import read
from detectors.seasons import DAY, HOUR

KIND: Final = "lent"
VERSION: Final = 1

_EXPERIENCED: Final = 3  # days of points; with fewer a series has nothing to lend
_FIRST: Final = 4  # points before anything is borrowed
_TRIED, _TRIED_FOR = (
    6,
    2 * HOUR,
)  # points and seconds with what is borrowed before it may be given back
_WORSE: Final = 1.5  # times as far from the points as the twin
_WORSE_AFTER: Final = 1.1  # at the end of the day

_encode = msgspec.msgpack.Encoder().encode


class LentState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The saved state of a `Lent`: numbers of 8 bytes, rows of 4."""

    kind: str
    version: int
    step: int
    points: int
    sums: list[float]
    numbers: bytes
    rows: bytes
    twin: bytes


class Lent:
    """A sibling's shape, brought to the height of the borrower in its first day.

    The height is the ratio of both series' roots over the points so far, without the first one, which is rarely of
    a whole bucket.

    >>> sibling, young = Detector(3600), Detector(3600)
    >>> for hour in range(24 * 14):
    ...     sibling.learn(hour * 3600, 20.0 + hour % 24)
    >>> lent = Lent.by(sibling)
    >>> for hour in range(24 * 14, 24 * 14 + 6):
    ...     young = lent.learn(young, hour * 3600, 2.0 + 0.1 * (hour % 24))
    >>> round(young.forecast((24 * 14 + 20) * 3600), 1)  # an hour that never came
    4.0
    """

    __slots__ = ("_points", "_sibling", "_step", "_sums", "_twin", "is_over")

    def __init__(self, sibling: Learned, step: int) -> None:
        self._sibling, self._step = sibling, step
        self._twin: Detector | None = None
        self._points = 0
        # roots of own amounts; of the sibling's; their ratio when it was used last; distances of points from the
        # forecast; from the twin's
        self._sums = [0.0] * 5
        self.is_over = False

    @classmethod
    def by(cls, sibling: Detector) -> Self | None:
        """What a series lends as it is now; None if it knows too little, or has daily buckets."""
        vectors, step = sibling.learned, sibling.step
        least = max(_EXPERIENCED * DAY // step, WARM_UP)
        if step >= DAY or vectors.numbers[LEARNED] < least or vectors.numbers[LEVEL] <= 0:
            return None
        rows = array("d", array("f", vectors.rows))  # as they are saved
        return cls(_shape(vectors.numbers[: places.WIDTH], rows), step)

    def learn(self, borrower: Detector, time: int, value: float) -> Detector:
        """Lets the borrower learn a point, and lends or takes back.

        Args:
            borrower: the young series; what it has learned changes.
            time: start of the bucket, in epoch seconds.
            value: its amount; one that is not finite is left out.

        Returns:
            The detector of the series from now on: the borrower, or its twin that borrowed nothing.
        """
        if not is_amount(value):
            return borrower
        self._points += 1
        root = to_root(value)
        if self._twin is not None:
            self._sums[3] += abs(root - to_root(borrower.forecast(time)))
            self._sums[4] += abs(root - to_root(self._twin.forecast(time)))
            self._twin.learn(time, value)
        borrower.learn(time, value)
        if self._points > 1:
            self._sums[0] += max(root, 0.0)
            self._sums[1] += max(self._usual(time, borrower.calendar), 0.0)
        self.is_over = self._points * self._step >= DAY
        if self._twin is not None and self._is_worse():
            self.is_over = True
            lending.lend_tails(self._twin.learned, self._sibling)
            return self._twin
        if self.is_over:
            lending.forget_drift(borrower.learned)  # the hours are its own now
        else:
            self._lend(borrower)
        return borrower

    def _is_worse(self) -> bool:
        if self._points < _FIRST + max(_TRIED, _TRIED_FOR // self._step):
            return False
        return self._sums[3] > (_WORSE_AFTER if self.is_over else _WORSE) * self._sums[4]

    def _lend(self, borrower: Detector) -> None:
        own, theirs, before, *_ = self._sums
        if self._points < _FIRST or not own or not theirs:
            return
        self._sums[2] = own / theirs
        if self._twin is not None:
            lending.lift(borrower.learned, self._sums[2] / before)
            return
        self._twin = Detector.from_bytes(borrower.to_bytes(), borrower.calendar)
        lending.lend(borrower.learned, self._sibling, self._sums[2], self._step)

    def _usual(self, time: int, calendar: Calendar) -> float:
        """Root of the sibling's usual amount at a time, by the calendar under which it is lent."""
        numbers, profiles = self._sibling.numbers, parts_of(self._step).profiles
        day, week, _ = profiles.at(numbers, self._sibling.rows, time, calendar)
        return forecaster.blend(numbers, (None, numbers[LEVEL], day, week))

    def to_bytes(self) -> bytes:
        """Its whole state: 1.2 KB, and the twin's."""
        return _encode(
            LentState(
                KIND,
                VERSION,
                self._step,
                self._points,
                self._sums,
                bytes_of(self._sibling.numbers),
                bytes_of(array("f", self._sibling.rows)),
                b"" if self._twin is None else self._twin.to_bytes(),
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes, calendar: Calendar = UTC_WEEK) -> Self:
        """The one whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        state = read(data, LentState, KIND, VERSION)
        if state.points < 0 or state.step not in STEPS:
            raise StateError(f"nobody borrows for {state.points} points of {state.step} s")
        rows = array("d", vector("f", state.rows))
        unchecked = _shape(vector("d", state.numbers), rows)
        known = checked(unchecked, 0, parts_of(state.step).profiles.rows)
        lent = cls(known, state.step)
        lent._points, lent._sums = state.points, finite(state.sums, len(lent._sums))
        if state.twin:
            lent._twin = Detector.from_bytes(state.twin, calendar)
        return lent


def _shape(numbers: Vector, rows: Vector) -> Learned:
    """What is lent of all that was learned: neither hours nor what came in them."""
    numbers[places.KNOWN] = 0.0
    return Learned(numbers, rows, array("f"), array("f"), array("f"))
