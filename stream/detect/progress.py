"""How far each source has come: what was applied already, and the watermark that closes buckets."""

import msgspec

from config.sources import SourceRules
from stream.ingest.batch import ChargeBatch


class Position(msgspec.Struct, array_like=True):
    """One source partition as this partition of `charges` has heard of it."""

    following: int = 0  # offsets below were applied
    max_time: int | None = None  # newest event time, epoch seconds
    idle: bool = False  # drained and quiet: holds no bucket open


class SourceProgress(msgspec.Struct, array_like=True):
    """All partitions of one source.

    The watermark promises that buckets that end before it get no more charges in order. It is the least
    of the partitions' newest event times, less the lateness. A partition not heard of yet holds it back;
    an idle one does not. When all are idle, it moves to the end of the newest bucket and no further: a
    source that stops is not a drop of everything.
    """

    partitions: int = 0
    positions: dict[int, Position] = {}
    watermark: int | None = None

    def note(self, batch: ChargeBatch, rules: SourceRules) -> None:
        """Take over what a batch says of its source. The watermark never goes back."""
        self.partitions = max(self.partitions, batch.partitions)
        position = self.positions.setdefault(batch.partition, Position())
        position.following = max(position.following, batch.following)
        position.idle = batch.idle
        if batch.max_time is not None and (
            position.max_time is None or batch.max_time > position.max_time
        ):
            position.max_time = batch.max_time
        reached = self._reached(rules)
        if reached is not None and (self.watermark is None or reached > self.watermark):
            self.watermark = reached

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

    def _reached(self, rules: SourceRules) -> int | None:
        if len(self.positions) < self.partitions:
            return None
        active = [position.max_time for position in self.positions.values() if not position.idle]
        if active:
            times = [time for time in active if time is not None]
            return min(times) - rules.lateness if len(times) == len(active) else None
        seen = [p.max_time for p in self.positions.values() if p.max_time is not None]
        return max(seen) // rules.bucket * rules.bucket + rules.bucket if seen else None
