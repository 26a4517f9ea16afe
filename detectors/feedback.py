"""What people said of a series' alerts: each *wrong* asks for more evidence in that direction, each *right* for less.

A mark is worth ln 1.35 at first and half as much after 45 days of event time, so that what was said long ago, of a
series that was another one then, is forgotten. Nothing is folded into anything else, so a mark can be changed or
taken back at any time, as if it had never been.

A *right* also says that what the series shows is no noise: with it fades what the series asks for of its own.
"""

from collections.abc import Sequence
from math import exp, log, log2
from typing import Final, NamedTuple, Self

import msgspec

from detectors.asked import Asked
from detectors.errors import StateError
from detectors.saved import read
from detectors.seasons import DAY
from detectors.verdict import Direction

KIND: Final = "feedback"
VERSION: Final = 1
MOST_MARKS: Final = 16  # of a series; the oldest go first
LEAST, MOST = 0.7, 2.5  # times the evidence, whatever was said

_STEP = log(1.35)
_HALF_LIFE = 45 * DAY  # seconds
_LATEST = 1 << 62
_FADED = log(1.05)

_encode = msgspec.msgpack.Encoder().encode


class Mark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was said of one anomaly."""

    started: int  # epoch seconds; with the direction, the anomaly's identity within its series
    direction: Direction
    right: bool
    at: int  # event time when it was said, epoch seconds

    def is_of(self, started: int, direction: Direction) -> bool:
        """Whether it speaks of that anomaly."""
        return self.started == started and self.direction == direction


class FeedbackState(msgspec.Struct, frozen=True, array_like=True):
    """The saved state of a `Feedback`."""

    kind: str
    version: int
    marks: tuple[Mark, ...]


class Feedback(msgspec.Struct, frozen=True):
    """The marks of a series, one an anomaly: the newest word counts.

    >>> from detectors.asked import USUAL
    >>> wrong = Mark(started=0, direction="up", right=False, at=86_400)
    >>> said = Feedback().plus(wrong)
    >>> [round(said.asked(days * 86_400, USUAL).rise, 2) for days in (1, 46, 366)]
    [1.35, 1.16, 1.0]
    >>> said.minus(0, "up") == Feedback()
    True
    """

    marks: tuple[Mark, ...] = ()

    def plus(self, mark: Mark) -> "Feedback":
        """With a further mark, which replaces what was said of the same anomaly before."""
        others = self.minus(mark.started, mark.direction).marks
        return Feedback((*others, mark)[-MOST_MARKS:])

    def minus(self, started: int, direction: Direction) -> "Feedback":
        """Without what was said of an anomaly."""
        return Feedback(tuple(mark for mark in self.marks if not mark.is_of(started, direction)))

    def asked(self, time: int, own: Asked) -> Asked:
        """How much evidence is asked for.

        Args:
            time: now, epoch seconds.
            own: how much the series asks for of its own, 1.0 or more.
        """
        if not self.marks:
            return own
        return Asked(
            _asked(self.marks, "up", time, own.rise), _asked(self.marks, "down", time, own.fall)
        )

    def to_bytes(self) -> bytes:
        """Its whole state, at most 0.5 KB; empty if nothing was said."""
        return _encode(FeedbackState(KIND, VERSION, self.marks)) if self.marks else b""

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The feedback whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible marks.
        """
        if not data:
            return cls()
        marks = read(data, FeedbackState, KIND, VERSION).marks
        if len(marks) > MOST_MARKS or any(abs(mark.at) > _LATEST for mark in marks):
            raise StateError(f"no series has such {len(marks)} marks")
        return cls(marks)


class Effect(NamedTuple):
    """What marks do to the alerts of one direction at a moment."""

    factor: float  # times the usual evidence
    fades_at: (
        int | None
    )  # epoch seconds, event time, when less than 5 % of it is left; None: there is less already


def effect_of(marks: Sequence[Mark], direction: Direction, time: int) -> Effect:
    """What was said of a series' alerts makes of them.

    Args:
        marks: what was said; the newest of an anomaly counts.
        direction: of the alerts.
        time: now, in event time, epoch seconds.

    >>> wrong = Mark(started=0, direction="up", right=False, at=0)
    >>> effect = effect_of([wrong], "up", 45 * DAY)
    >>> round(effect.factor, 2), round((effect.fades_at - 45 * DAY) / DAY)
    (1.16, 73)
    """
    said = Feedback()
    for mark in marks:
        said = said.plus(mark)
    factor = _asked(said.marks, direction, time, 1.0)
    size = abs(log(factor))
    if size < _FADED:
        return Effect(factor, None)
    return Effect(factor, time + round(_HALF_LIFE * log2(size / _FADED)))


def _asked(marks: Sequence[Mark], direction: Direction, time: int, own: float) -> float:
    right = wrong = 0.0
    for mark in marks:
        if mark.direction == direction:
            worth = 0.5 ** (max(time - mark.at, 0) / _HALF_LIFE)
            right, wrong = (right + worth, wrong) if mark.right else (right, wrong + worth)
    said = min(max(exp(_STEP * (wrong - right)), LEAST), MOST)
    return float(said * own ** (1.0 - min(right, 1.0)))
