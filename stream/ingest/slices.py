"""Messages of a size that the topic `charges` takes: what is larger is cut between offsets of the source.

Each slice covers offsets of its own, so a partition that has applied some of them knows where to go on. It
must say all that is to be known of them: when the chunk is handled again, with other bounds, what was applied is
passed over. So each tells the buckets with charges and the newest time of its own charges; the last one tells
the newest time of the chunk.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from stream.ingest.batch import (
    ChargeBatch,
    ChargeLine,
    ScopedCharges,
    SeriesCharges,
    SnapshotCharges,
    encode,
)

_END = 1 << 63  # beyond all offsets

LIMIT = 7 << 20
"""Bytes of a message. The topic takes 8 MB, with its frame and with what speaks of the whole chunk."""


class Sliced(NamedTuple):
    """Messages of one batch, in order, and offsets whose charges alone are more than a message may hold."""

    messages: list[bytes]
    too_large: list[int]


def slices(batch: ChargeBatch, limit: int = LIMIT) -> Sliced:
    """The batch as messages of about ``limit`` bytes at most.

    Where an offset is ``too_large``, the messages are none to send: fold the chunk again without it.
    """
    data = encode(batch)
    if len(data) <= limit:
        return Sliced([data], [])
    offsets = sorted(_offsets(batch))
    if not offsets or offsets[0] == offsets[-1]:
        content = msgspec.msgpack.encode(
            (batch.contributors, batch.series, batch.snapshots, batch.columns)
        )
        return Sliced([data], offsets[:1] if len(content) > limit else [])
    middle = offsets[len(offsets) // 2]
    if middle == offsets[0]:
        middle = next(offset for offset in offsets if offset > middle)
    left = slices(_slice(batch, batch.start, middle), limit)
    right = slices(_slice(batch, middle, batch.following), limit)
    return Sliced(left.messages + right.messages, left.too_large + right.too_large)


def _offsets(batch: ChargeBatch) -> Iterator[int]:
    for charges in batch.series:
        yield from (line.offset for line in charges.lines)
    for snapshot in batch.snapshots:
        for scoped in snapshot.series:
            yield from (line.offset for line in scoped.lines)
    if batch.columns is not None:
        yield from batch.columns.numbers("offset").tolist()


def _slice(batch: ChargeBatch, start: int, following: int) -> ChargeBatch:
    """What the batch says of the offsets from ``start`` to ``following``."""
    offsets = range(start, following)
    used = _Contributors(batch.contributors)
    series = [
        SeriesCharges(charges.key, lines)
        for charges in batch.series
        if (lines := used.lines(charges.lines, offsets))
    ]
    snapshots = [_part(snapshot, offsets, used) for snapshot in batch.snapshots]
    columns = None if batch.columns is None else batch.columns.within(offsets, used.index)
    max_time = batch.max_time
    if following != batch.following and max_time is not None:
        times = [line.time for charges in series for line in charges.lines]
        times += [] if columns is None else [int(columns.numbers("time").max())]
        max_time = min(max(times), max_time) if times else None
    return replace(
        batch,
        start=start,
        following=following,
        max_time=max_time,
        series=series,
        snapshots=snapshots,
        columns=columns,
        contributors=used.texts,
    )


def _part(snapshot: SnapshotCharges, offsets: range, used: "_Contributors") -> SnapshotCharges:
    """What of a snapshot is within the offsets. It has ended once none of its charges follows."""
    begun, later = snapshot.begun, range(offsets.stop, _END)
    follows = (begun is not None and begun in later) or any(
        line.offset in later for scoped in snapshot.series for line in scoped.lines
    )
    return replace(
        snapshot,
        begun=begun if begun is not None and begun in offsets else None,
        ended=snapshot.ended and not follows,
        series=[
            ScopedCharges(scoped.scope, scoped.key, lines)
            for scoped in snapshot.series
            if (lines := used.lines(scoped.lines, offsets))
        ],
    )


class _Contributors:
    """The contributors that a slice names, with indices of its own."""

    def __init__(self, all_texts: list[str]) -> None:
        self._all = all_texts
        self._indices: dict[int, int] = {}
        self.texts: list[str] = []

    def lines(self, lines: Iterable[ChargeLine], offsets: range) -> list[ChargeLine]:
        """The lines within the offsets."""
        return [
            line._replace(contributor=self.index(line.contributor))
            for line in lines
            if line.offset in offsets
        ]

    def index(self, index: int) -> int:
        """The slice's index of a contributor."""
        known = self._indices.get(index)
        if known is None:
            known = self._indices[index] = len(self.texts)
            self.texts.append(self._all[index])
        return known
