"""What a young series borrows from one that is like it: the same service of the same team in another environment.

A new series knows nothing of days and weeks, and asks for many times the usual evidence until it does. A sibling
lends it the shape of its day and week, its spread and its tails, at the height of the first amounts that come. A
borrowed hour gives way to the first own point of that hour, and a shape that does not fit is given back.
"""

from typing import Final, Self

import msgspec

from detectors import forecaster, lending, places
from detectors.bar import WARM_UP
from detectors.engine import Detector
from detectors.errors import StateError
from detectors.fading import finite
from detectors.learned import Learned, saved
from detectors.parts import parts_of
from detectors.places import LEARNED, LEVEL
from detectors.root import is_amount, to_root
from detectors.saved import read
from detectors.seasons import DAY

KIND: Final = "lent"
VERSION: Final = 1

_EXPERIENCED: Final = 3  # days of points; with fewer a series has nothing to lend
_FIRST: Final = 4  # points before anything is borrowed
_TRIED: Final = 6  # points with what is borrowed before it may be given back
_UNLIKE: Final = 2.0  # times as far from the points as each point is from the one before

_encode = msgspec.msgpack.Encoder().encode


class LentState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The saved state of a `Lent`."""

    kind: str
    version: int
    points: int
    sums: list[float]
    sibling: bytes


class Lent:
    """A sibling's shape, brought to the height of the borrower in its first day.

    The height is the ratio of both series' roots over the points so far, without the first one, which is rarely of
    a whole bucket.

    >>> sibling, young = Detector(3600), Detector(3600)
    >>> for hour in range(24 * 14):
    ...     sibling.learn(hour * 3600, 20.0 + hour % 24)
    >>> lent = Lent.by(sibling)
    >>> for hour in range(24 * 14, 24 * 14 + 6):
    ...     young.learn(hour * 3600, 2.0 + 0.1 * (hour % 24))
    ...     _ = lent.learn(young, hour * 3600, 2.0 + 0.1 * (hour % 24))
    >>> round(young.forecast((24 * 14 + 20) * 3600), 1)  # an hour that never came
    4.0
    """

    __slots__ = ("_points", "_sibling", "_step", "_sums")

    def __init__(self, sibling: Learned, step: int) -> None:
        self._sibling, self._step = sibling, step
        self._points = 0
        # roots of own amounts; of the sibling's; their ratio when it was used last; root of the last point; distances
        # of points from the sibling's; from one another
        self._sums = [0.0] * 6

    @classmethod
    def by(cls, sibling: Detector) -> Self | None:
        """What a series lends as it is now; None if it knows too little, or has daily buckets."""
        vectors, step = sibling.learned, sibling.step
        least = max(_EXPERIENCED * DAY // step, WARM_UP)
        if step >= DAY or vectors.numbers[LEARNED] < least or vectors.numbers[LEVEL] <= 0:
            return None
        kept = Learned(
            vectors.numbers[: places.WIDTH],
            vectors.rows[:],
            vectors.hours[:0],
            vectors.excursions[:0],
        )
        return cls(kept, step)

    def learn(self, borrower: Detector, time: int, value: float) -> bool:
        """Takes in a point that the borrower has just learned; whether it goes on borrowing.

        Args:
            borrower: the young series; what it has learned changes.
            time: start of the bucket, in epoch seconds.
            value: its amount; one that is not finite is left out.
        """
        if not is_amount(value):
            return True
        self._points += 1
        root, theirs = to_root(value), self._usual(time)
        last, self._sums[3] = self._sums[3], root
        if self._points > 1:
            self._sums[0] += max(root, 0.0)
            self._sums[1] += max(theirs, 0.0)
        own, of_sibling, scale = self._sums[:3]
        vectors = borrower.learned
        if scale and self._is_unlike(abs(root - scale * theirs), abs(root - last)):
            lending.give_back(vectors)
            return False
        if self._points >= _FIRST and own and of_sibling:
            ratio = own / of_sibling
            if not scale:
                lending.lend(vectors, self._sibling, ratio, self._step)
            else:
                lending.lift(vectors, ratio / scale)
            self._sums[2] = ratio
        return self._points * self._step < DAY

    def _is_unlike(self, missed: float, moved: float) -> bool:
        self._sums[4] += missed
        self._sums[5] += moved
        enough = self._points > _FIRST + _TRIED
        return enough and self._sums[4] > _UNLIKE * self._sums[5]

    def _usual(self, time: int) -> float:
        """Root of the sibling's usual amount at a time."""
        numbers = self._sibling.numbers
        day, week, _ = parts_of(self._step).profiles.at(numbers, self._sibling.rows, time)
        return forecaster.blend(numbers, (None, numbers[LEVEL], day, week))

    def to_bytes(self) -> bytes:
        """Its whole state: 2 KB, in a series' first day."""
        sibling = saved(self._sibling, self._step)
        return _encode(LentState(KIND, VERSION, self._points, self._sums, sibling))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The one whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        state = read(data, LentState, KIND, VERSION)
        if state.points < 0:
            raise StateError(f"nobody borrows for {state.points} points")
        sibling = Detector.from_bytes(state.sibling)
        lent = cls(sibling.learned, sibling.step)
        lent._points, lent._sums = state.points, finite(state.sums, len(lent._sums))
        return lent
