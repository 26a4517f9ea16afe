"""Buckets close, or are told, a share at a time: a watermark that jumps by a week closes millions of them.

What is left to close is seen from the series themselves, each of which knows how far it is closed. So a share is a
transaction of its own, and who takes over after a crash goes on with the next one.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from stream.detect.limits import Share
from stream.detect.memory import Memory
from stream.detect.news import News
from stream.detect.progress import SourceProgress
from stream.detect.series import Series
from stream.detect.snapshots.snapshots import Snapshots
from stream.ingest.present import Span

CLOSED: Final = 5_000  # buckets in one transaction: half a second of work


def close_due(memory: Memory, share: Share, news: News) -> bool:
    """Close what the watermarks of the sources say; False if the share is used up before.

    A source waits while a snapshot is taken over: its slices close what they have passed, and one that is still to come
    may bring earlier hours.
    """
    for source in sorted(memory.due):
        if memory.snapshots_of(source).pending:
            continue
        progress = memory.sources.get(source)
        if progress is not None and not _close_source(memory, source, progress, share, news):
            return False
        memory.due.discard(source)
    return True


def advance(
    series: Iterable[Series],
    watermark: int,
    silences: Sequence[Span],
    memory: Memory,
    share: Share,
    news: News,
) -> bool:
    """Close the buckets of series that end by a watermark; False if the share is used up before.

    A series that has ended goes, but for those that snapshots hold.
    """
    for one in series:
        step = one.rules.bucket
        before = one.closed_until
        if before is not None and watermark < before + step:
            continue
        if share.left <= 0:
            return False
        first = min(one.open, default=watermark) if before is None else before
        memory.touched[one.key] = one
        if not one.advance(watermark, silences, news) and not memory.is_held(one):
            memory.end(one)
        if one.closed_until != before:
            share.left -= max((watermark - first) // step, 1)
    return True


def _close_source(
    memory: Memory, source: str, progress: SourceProgress, share: Share, news: News
) -> bool:
    rules = memory.rules.sources.of(source)
    snapshots = memory.snapshots_of(source)
    watermark = snapshots.watermark if progress.watermark is None else progress.watermark
    if watermark is not None:
        silences = progress.silences(rules)
        own = [one for one in memory.of_source(source) if one.appended or not memory.is_held(one)]
        own.sort(key=knows_nothing)
        if not advance(own, watermark, silences, memory, share, news):
            return False
    if progress.watermark is not None:
        progress.closed(rules)
        memory.moved = True
    return not progress.is_idle or _tell_held(memory, source, snapshots, share, news)


def knows_nothing(series: Series) -> bool:
    """Whether no bucket of a series was closed: it may borrow from those that know more, which go first."""
    return series.late_model.knows_nothing


def _tell_held(memory: Memory, source: str, snapshots: Snapshots, share: Share, news: News) -> bool:
    """Nothing more comes for now: tell what waits for the next snapshot, up to the newest bucket of each account.

    The newest hours of an export are rarely complete: they stay open, and are scored when the next one has
    passed them. Totals have them at once.
    """
    if snapshots.pending:
        return True
    step = memory.rules.sources.of(source).bucket
    for family, newest in snapshots.newest().items():
        for one in memory.named(snapshots.series_with({family})):
            if share.left <= 0:
                return False
            told = one.tell_open(newest // step * step + step, news)
            if told:
                memory.touched[one.key] = one
                share.left -= told
    return True
