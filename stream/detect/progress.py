"""How far each source has come: what was applied already, and the watermark that closes buckets."""

from collections.abc import Iterable
from typing import Final

import msgspec

from config.sources import SourceRules
from stream.detect.presence import gaps, joined, trimmed
from stream.ingest.batch import ChargeBatch
from stream.ingest.present import Span

APPENDED: Final = ""  # what is known under no account


class Position(msgspec.Struct, array_like=True):
    """One source partition as this partition of `charges` has heard of it."""

    following: int = 0  # offsets below were applied
    max_time: int | None = None  # newest event time, epoch seconds
    idle: bool = False  # drained and quiet
    seen: int | None = None  # newest event time of the whole source when it last said so
    confirmed: int | None = None  # the same when it said so before: it has nothing up to that time

    @property
    def reach(self) -> int | None:
        """Event time up to which all of it has come."""
        return later(self.max_time, self.confirmed)


class SourceProgress(msgspec.Struct, array_like=True):
    """All partitions of one source.

    The watermark promises that buckets that end before it get no more charges in order. It is the least
    of the partitions' newest event times, less the lateness. A partition not heard of yet holds it back.

    An idle one does not, but for news that came in another one lately: it may have some of them too, of
    which its worker has not told yet. It holds the watermark at what it confirmed: the newest event time of
    the source when it said that it is idle, once it says so again and nothing has come in between.

    When all are idle, the watermark moves to the end of the newest bucket and no further: a source that
    stops is not a drop of everything. When it goes on, the gap in which none of its series had a charge is
    known from ``present``, and is passed over.
    """

    partitions: int = 0
    positions: dict[int, Position] = {}
    watermark: int | None = None
    bucket: int = 0  # seconds; 0: written before it was kept
    forgotten: int | None = None  # closed buckets before this moment are not remembered
    present: list[Span] = []  # buckets with charges, from the newest closed one on
    # event time since which it is known: what is appended as "", else by provider's account with snapshots
    since: dict[str, int] = {}

    def note(self, batch: ChargeBatch, rules: SourceRules) -> bool:
        """Take over what a batch says of its source; whether it was news. The watermark never goes back."""
        self.partitions = max(self.partitions, batch.partitions)
        position = self.positions.get(batch.partition, Position())
        following = max(position.following, batch.following)
        noted = Position(following, later(position.max_time, batch.max_time), batch.idle)
        if batch.idle:
            again = position.idle and position.following == following
            noted.seen = later(self._newest(), batch.max_time)
            noted.confirmed = position.seen if again else position.confirmed
        self.positions[batch.partition] = noted
        self.bucket = rules.bucket
        self.present = joined(self.present, _present(batch, rules.bucket), rules.bucket)
        reached = self._reached(rules)
        if reached is not None and (self.watermark is None or reached > self.watermark):
            self.watermark = reached
            self.since.setdefault(APPENDED, reached)
        return noted != position

    def silences(self, rules: SourceRules) -> list[Span]:
        """Spans without any charge in the whole source that are long enough to be no drop, up to its newest one.

        Each is the first and the last bucket start in it.
        """
        return gaps(self.present, rules.bucket, rules.silence, self._newest())

    def closed(self, rules: SourceRules) -> None:
        """Buckets before the watermark were closed; those before its horizon will not be restated any more."""
        if self.watermark is None:
            return
        closed_until = self.watermark // rules.bucket * rules.bucket
        self.present = trimmed(self.present, closed_until - rules.bucket)
        self.forgotten = later(self.forgotten, closed_until - rules.horizon)

    def was_known(self, start: int, rules: SourceRules, families: Iterable[str] = ()) -> bool:
        """Whether the source was known for long enough when a bucket began, so that a new series is news.

        Args:
            start: of the bucket, epoch seconds.
            rules: of the source.
            families: the accounts whose snapshot brought it, or `APPENDED`; all that are known if empty.
        """
        named = tuple(families) or tuple(self.since)
        times = [self.since.get(family) for family in named]
        return bool(times) and all(
            time is not None and start >= time + rules.new_after for time in times
        )

    def applied(self, partition: int) -> int:
        """The offset below which all was applied."""
        position = self.positions.get(partition)
        return 0 if position is None else position.following

    @property
    def is_idle(self) -> bool:
        """Whether all partitions are drained and quiet: nothing holds a bucket before the watermark open."""
        return len(self.positions) >= self.partitions and all(
            position.idle for position in self.positions.values()
        )

    def _newest(self) -> int | None:
        return max(
            (p.max_time for p in self.positions.values() if p.max_time is not None), default=None
        )

    def _reached(self, rules: SourceRules) -> int | None:
        newest = self._newest()
        if len(self.positions) < self.partitions or newest is None:
            return None
        holding = [
            position.reach
            for position in self.positions.values()
            if not position.idle or position.reach != newest
        ]
        if not holding:
            return newest // rules.bucket * rules.bucket + rules.bucket
        times = [time for time in holding if time is not None]
        return min(times) - rules.lateness if len(times) == len(holding) else None


def _present(batch: ChargeBatch, bucket: int) -> list[Span]:
    """Buckets with charges in a batch; from a worker that does not tell, all up to its newest."""
    if batch.present or batch.max_time is None:
        return batch.present
    start = batch.max_time // bucket * bucket
    times = [line.time for charges in batch.series for line in charges.lines]
    first = min(times, default=start)
    return [(min(first // bucket * bucket, start), start)]


def later(left: int | None, right: int | None) -> int | None:
    """The later of two times, where there are any."""
    if left is None or right is None:
        return right if left is None else left
    return max(left, right)
