"""Snapshots that replace one another: staged with the batches, and taken over as differences in order of time.

Bills of several providers come at different hours, so a snapshot moves time for the series of its own accounts
only: their buckets close as far as the newest snapshot of those accounts reaches, less the lateness.
"""

from collections.abc import Iterable
from typing import Final

from stream.detect import newcomers
from stream.detect.closing import advance, knows_nothing
from stream.detect.limits import Share
from stream.detect.memory import Memory
from stream.detect.news import News
from stream.detect.snapshots.snapshots import Snapshots
from stream.detect.snapshots.staged import Origin
from stream.detect.snapshots.takeover import Ahead
from stream.ingest.batch import ChargeBatch

SLICE: Final = 2_000  # differences in one transaction, and series compared for them


def stage(memory: Memory, batch: ChargeBatch, applied: int) -> None:
    """Keep what a batch brings of snapshots. Offsets below ``applied`` were staged before."""
    origin = Origin(batch.partition, batch.partitions, applied)
    for part in batch.snapshots:
        memory.snapshots_of(batch.source).stage(part, batch.contributors, origin)


def is_pending(memory: Memory) -> bool:
    """Whether a complete snapshot has not been taken over yet."""
    return any(snapshots.pending for snapshots in memory.snapshots.values())


def next_slice(memory: Memory, share: Share, news: News) -> bool:
    """Take over the next slice of a complete snapshot; False if there is none.

    First the buckets before it close, as far as the share goes: what follows must not fill them.
    """
    for source, snapshots in memory.snapshots.items():
        ahead = snapshots.ahead()
        if ahead is None:
            continue
        reached = _reached(memory, source, ahead)
        if reached is not None:
            named = memory.named(snapshots.series_with(ahead.families))
            held = sorted(named, key=knows_nothing)
            if not advance(held, reached, (), memory, share, news):
                return True
        is_last = _take_over(memory, source, snapshots, ahead.families, news)
        if is_last and ahead.max_time is not None:
            _know(memory, source, ahead.families, ahead.max_time)
        if is_last:
            memory.due.add(source)
            if reached is not None:
                snapshots.forget(reached)
        return True
    return False


def _reached(memory: Memory, source: str, ahead: Ahead) -> int | None:
    """Up to where the buckets close that a takeover has passed; None if the snapshot tells no time."""
    if ahead.max_time is None:
        return None
    rules = memory.rules.sources.of(source)
    told = ahead.max_time + rules.bucket if ahead.until is None else ahead.until
    return min(told, ahead.max_time - rules.lateness)


def _know(memory: Memory, source: str, families: Iterable[str], newest: int) -> None:
    """Note since when accounts are known: what their first snapshot brings is no news."""
    since = memory.sources[source].since
    for family in families:
        since.setdefault(family, newest)
    memory.moved = True


def _take_over(
    memory: Memory, source: str, snapshots: Snapshots, families: Iterable[str], news: News
) -> bool:
    """Take over a slice; whether it was the last one."""
    part = snapshots.next_slice(SLICE)
    if part is None:
        return False
    taken_at, name = part.snapshot
    for key, start, more in part.differences:
        series = memory.series_of(key)
        if series.is_unborn:
            newcomers.note(memory, series, start, families)
        series.take_difference(start, more, f"{source}-{taken_at}-{name}", news)
        memory.touched[key] = series
    return part.is_last
