"""Snapshots that replace one another: staged with the batches, and taken over as differences in order of time.

Bills of several providers come at different hours, so a snapshot moves time for the series of its own accounts
only: their buckets close as far as the newest snapshot of those accounts reaches, less the lateness.
"""

from collections.abc import Iterable
from typing import Final

from alerting.series import SeriesKey
from config.sources import SourceRules
from stream.detect.memory import Memory
from stream.detect.series import RETIRE_AFTER, News
from stream.ingest.batch import ChargeBatch

SLICE: Final = 4_000  # differences in one transaction


def stage(memory: Memory, batch: ChargeBatch, applied: int) -> None:
    """Keep what a batch brings of snapshots. Offsets below ``applied`` were staged before."""
    for part in batch.snapshots:
        memory.snapshots_of(batch.source).stage(
            part, batch.contributors, batch.partition, batch.partitions, applied
        )


def is_pending(memory: Memory) -> bool:
    """Whether a complete snapshot has not been taken over yet."""
    return any(snapshots.pending for snapshots in memory.snapshots.values())


def next_slice(memory: Memory, news: News) -> bool:
    """Take over the next slice of a complete snapshot; False if there is none."""
    for source, snapshots in memory.snapshots.items():
        part = snapshots.next_slice(SLICE)
        if part is None:
            continue
        for key, start, more in part.differences:
            series = memory.series_of(key)
            series.take_difference(start, more, f"{source}-{part.snapshot}", news)
            memory.touched[key] = series
        if part.max_time is not None:
            rules = memory.rules.sources.of(source)
            told = part.max_time + rules.bucket if part.until is None else part.until
            reached = min(told, part.max_time - rules.lateness)
            _advance(memory, snapshots.series_with(part.families), reached, news)
            snapshots.forget(reached)
            _end_quiet(memory, source, reached)
        return True
    return False


def close_all(memory: Memory, source: str, news: News) -> None:
    """Nothing more comes for now: close the buckets that wait, up to the newest one of each account."""
    snapshots = memory.snapshots.get(source)
    if snapshots is None or snapshots.pending:
        return
    rules = memory.rules.sources.of(source)
    for family, newest in snapshots.newest().items():
        _advance(memory, snapshots.series_with({family}), _end_of(newest, rules), news)


def _advance(memory: Memory, texts: Iterable[str], watermark: int, news: News) -> None:
    for text in sorted(texts):
        key = SeriesKey.parse(text)
        series = memory.series.get(key)
        if series is None or (
            series.closed_until is not None
            and watermark < series.closed_until + series.rules.bucket
        ):
            continue
        series.advance(watermark, (), news)  # never ended while its snapshots are kept
        memory.touched[key] = series


def _end_quiet(memory: Memory, source: str, watermark: int) -> None:
    """End the series whose snapshots are forgotten; where single charges come too, their watermark does it."""
    if memory.sources[source].watermark is not None:
        return
    snapshots = memory.snapshots_of(source)
    for series in [one for one in memory.series.values() if one.key.source == source]:
        if watermark - series.last_charge > RETIRE_AFTER and not snapshots.holds(series.text):
            memory.end(series)


def _end_of(newest: int, rules: SourceRules) -> int:
    return newest // rules.bucket * rules.bucket + rules.bucket
