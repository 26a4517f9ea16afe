"""How rare an anomaly is on its own series, whatever detector found it: once in so many days, or never before.

Only points that score high change anything, so an ordinary bucket costs a comparison.
"""

from math import isfinite
from typing import Final, Self

import msgspec

from detectors.errors import StateError
from detectors.peaks import KEPT, MOST_KEPT, START, Peaks
from detectors.saved import read
from detectors.seasons import DAY

KIND: Final = "rarity"
VERSION: Final = 1

_BEGIN = 3 * DAY  # seconds of a young series in which scores say little
_KNOWN = 7.0  # days that must have been watched before anything is said
_MOST_STRENGTH = 1000.0  # scores are 100 at most, the bar a few times the usual one
_LATEST = 1 << 62

_encode = msgspec.msgpack.Encoder().encode


class Rareness(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How often what is at least as strong comes on a series. At most one of the two is known.

    Nothing is extrapolated beyond the days that the series was watched.
    """

    once_in_days: float | None = None  # mean days from one to the next
    never_in_days: float | None = None  # days watched, in which none came


UNKNOWN: Final = Rareness()


class RarityState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The saved state of a `Rarity`."""

    kind: str
    version: int
    since: int
    rises: Peaks | None
    falls: Peaks | None


class Rarity:
    """Past incidents of a series, rises and falls apart.

    Strengths are scores in units of the bar at normal sensitivity (`detectors.peaks`).

    >>> rarity, hour = Rarity(), 3600
    >>> for start in range(0, 24 * 60, 24 * 10):  # a rise of that strength every ten days
    ...     for each in range(start, start + 24 * 10):
    ...         rarity.settle(each * hour)
    ...         rarity.learn(each * hour, 1.3 if each == start + 200 else 0.1, up=True)
    >>> rareness = rarity.of(24 * 60 * hour, 1.3, up=True)
    >>> 7 < rareness.once_in_days < 20
    True
    >>> rarity.of(24 * 60 * hour, 50.0, up=True)
    Rareness(once_in_days=None, never_in_days=60.0)
    """

    __slots__ = ("_falls", "_rises", "_saved", "_since")

    def __init__(self) -> None:
        self._since: int | None = None  # the first point
        self._rises: Peaks | None = None
        self._falls: Peaks | None = None
        self._saved = b""  # empty where it is to be written anew

    @property
    def is_under_way(self) -> bool:
        """Whether there is an incident that `settle` has not counted."""
        return any(peaks is not None and peaks.height for peaks in (self._rises, self._falls))

    def settle(self, time: int) -> None:
        """Count the incidents that are over by a time, epoch seconds. The first call begins the watch."""
        if self._since is None:
            self._since, self._saved = time, b""
        for peaks in (self._rises, self._falls):
            if peaks is not None and peaks.settle(time):
                self._saved = b""

    def learn(self, time: int, strength: float, *, up: bool) -> None:
        """Takes in the strength of a point; `settle` comes first, whenever six hours passed since the one before."""
        if strength < START or self._since is None or time - self._since < _BEGIN:
            return
        peaks = self._rises if up else self._falls
        if peaks is None:
            peaks = Peaks()
            if up:
                self._rises = peaks
            else:
                self._falls = peaks
        peaks.take(time, min(strength, _MOST_STRENGTH))
        self._saved = b""

    def of(self, time: int, strength: float, *, up: bool) -> Rareness:
        """How often such a rise (or fall) comes, by the incidents before the one that is under way."""
        since = self._since
        if since is None or time - since < _KNOWN * DAY or strength < START:
            return UNKNOWN
        watched = (time - since) / DAY
        peaks = (self._rises if up else self._falls) or Peaks()
        days = peaks.days_between(time, since + _BEGIN, strength)
        if days <= watched:
            return Rareness(once_in_days=days)
        if peaks.strongest >= strength:
            return Rareness(once_in_days=watched)
        return Rareness(never_in_days=watched)

    def strength_once_in(self, days: float, time: int, *, up: bool) -> float:
        """The strength of a rise (or fall) that comes once in so many days; 0.0 where none ever came."""
        since, peaks = self._since, self._rises if up else self._falls
        if since is None or peaks is None:
            return 0.0
        return peaks.strength_once_in(days, time, since + _BEGIN)

    def to_bytes(self) -> bytes:
        """Its whole state: 30 bytes without incidents, half a kilobyte at most."""
        if not self._saved and self._since is not None:
            state = RarityState(KIND, VERSION, self._since, self._rises, self._falls)
            self._saved = _encode(state)
        return self._saved

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The rarity whose state it is; empty bytes are those of one that knows nothing.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        rarity = cls()
        if data:
            state = read(data, RarityState, KIND, VERSION)
            for peaks in (state.rises, state.falls):
                if peaks is not None:
                    _check(peaks)
            if abs(state.since) > _LATEST:
                raise StateError(f"no series begins at {state.since}")
            rarity._since, rarity._rises, rarity._falls = state.since, state.rises, state.falls
        return rarity


def _check(peaks: Peaks) -> None:
    means = (peaks.excess, peaks.reach)
    strengths = (peaks.count, peaks.strongest, peaks.height)
    if not all(0.0 < mean < _MOST_STRENGTH for mean in means):
        raise StateError("a mean of past incidents is none that incidents can have given")
    if not all(0.0 <= each <= _MOST_STRENGTH for each in strengths):
        raise StateError("a strength of past incidents is beyond what scores can give")
    if len(peaks.kept) % KEPT.size or len(peaks.kept) > MOST_KEPT * KEPT.size:
        raise StateError(f"no series has {len(peaks.kept)} bytes of past incidents")
    if not all(isfinite(end) and isfinite(height) for end, height in KEPT.iter_unpack(peaks.kept)):
        raise StateError("a past incident is not finite")
    if max(abs(peaks.counted), abs(peaks.last)) > _LATEST:
        raise StateError("an incident lies beyond all times")
