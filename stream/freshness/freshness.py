"""Whether a source still comes: decided from the newest message's time alone, each stop and return told once."""

from typing import Final

import msgspec

from alerting.inbox import SourceHeard
from stream.freshness.rhythm import Rhythm

LOOK_EVERY: Final = 30  # seconds

_TIMES: Final = 2  # the usual silence: beyond it a source has stopped
_LEAST: Final = 600  # seconds: a shorter silence is none, whatever is usual
_YOUNG: Final = 3 * 86_400  # seconds: the same while no week was watched, for its weekend
_WATCHED: Final = (
    4 * LOOK_EVERY
)  # seconds from one look to the next, at most, for nothing to be missed


class Freshness(msgspec.Struct, frozen=True, array_like=True):
    """One source as it was seen last. Moments are epoch seconds."""

    newest: int | None = None  # when its newest message came; None: none ever did
    looked: int = 0
    rhythm: Rhythm = Rhythm()
    stopped: int | None = None  # when the last message before a stop came; None: it comes

    def limit(self, stale_after: int | None) -> int | None:
        """Seconds after which silence is a stop; None while nobody can say.

        Args:
            stale_after: what the rules say of the source, if they do.
        """
        if stale_after is not None:
            return stale_after
        usual = self.rhythm.usual()
        if usual is None:
            return None
        return max(_TIMES * usual, _LEAST if self.rhythm.is_grown else _YOUNG)

    def seen(self, newest: int | None, now: int) -> "Freshness":
        """After a further look, with what it taught.

        Args:
            newest: when the newest message came that the topic holds; None if it holds none (any more).
            now: wall clock.
        """
        if newest is None or (self.newest is not None and newest <= self.newest):
            return msgspec.structs.replace(self, looked=max(self.looked, now))
        gap = self._gap(newest, now)
        return Freshness(
            newest, max(self.looked, now), self.rhythm.with_gap(gap, newest), self.stopped
        )

    def _gap(self, newest: int, now: int) -> int:
        """The longest silence since the message that was the newest; what nobody watched is none."""
        if self.newest is None:
            return 0
        if now - self.looked <= _WATCHED:
            return newest - self.newest
        return self.looked - self.newest

    def decided(self, source: str, now: int, stale_after: int | None) -> SourceHeard | None:
        """What is to be told now, if anything; a source without a message has not stopped.

        It comes again once a message came that is less than half of the limit old.
        """
        limit = self.limit(stale_after)
        if self.newest is None or limit is None:
            return None
        silent = now - self.newest
        rhythm = self.rhythm.usual()
        usual = limit if rhythm is None else rhythm
        if self.stopped is None and silent > limit:
            return SourceHeard(
                source=source, stale=True, since=self.newest, usually_every=usual, at=now
            )
        if self.stopped is not None and self.newest > self.stopped and 2 * silent <= limit:
            return SourceHeard(
                source=source, stale=False, since=self.stopped, usually_every=usual, at=now
            )
        return None

    def told(self, heard: SourceHeard) -> "Freshness":
        """After something was told of it, here or by whoever looked before."""
        newest = heard.since if self.newest is None else max(self.newest, heard.since)
        stopped = heard.since if heard.stale else None
        return msgspec.structs.replace(self, newest=newest, stopped=stopped)
