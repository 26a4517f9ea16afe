"""What a chunk brings of snapshots: their charges and marks, gathered apart from what counts by itself."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from alerting.series import SeriesKey
from stream.charge import Charge, Dimensions
from stream.formats import Refused, decode
from stream.formats.snapshot_header import SnapshotHeader, SnapshotHeaderError, parse, value_of
from stream.ingest.batch import ChargeBatch, ChargeLine, ScopedCharges, SnapshotCharges
from stream.ingest.home import Home
from stream.ingest.source import SourceRecord
from stream.money import ZERO


class Found(NamedTuple):
    """How many charges there were, and what was refused, with its number within its message."""

    charges: int
    refused: list[tuple[SourceRecord, int, Refused]]


def is_marked(headers: Sequence[tuple[str, bytes]]) -> bool:
    """Whether a message belongs to a snapshot."""
    return value_of(headers) is not None


def gather(
    records: Iterable[SourceRecord],
    source: str,
    batches: Sequence[ChargeBatch],
    home_of: Callable[[str, Dimensions], Home],
    contributor_of: Callable[[int, Dimensions], int],
) -> Found:
    """Put the charges and marks of ``records`` into the ``snapshots`` of the batches.

    Args:
        records: messages with the header of a snapshot.
        source: whose topic they stood in.
        batches: one for each partition of `charges`.
        home_of: tells the series of a charge and its partition.
        contributor_of: tells the index of a charge's contributor in a partition's batch.
    """
    parts: dict[str, _Parts] = {}
    places: dict[int, _Place] = {}  # by the ``id`` of the dimensions, which many charges share
    refused: list[tuple[SourceRecord, int, Refused]] = []
    count = 0
    for record in records:
        header, charges, bad = _read(source, record)
        refused += [(record, number, each) for number, each in enumerate(bad)]
        if header is None:
            continue
        part = parts.get(header.id)
        if part is None:
            part = parts[header.id] = _Parts(header, batches)
        part.mark(header, record.offset)
        for charge in charges:
            dimensions = charge.dimensions
            place = places.get(id(dimensions))
            if place is None:
                home = home_of(source, dimensions)
                place = _Place(home, contributor_of(home.partition, dimensions), dimensions)
                places[id(dimensions)] = place
            part.add(charge, record, place.home, place.contributor)
        count += len(charges)
    for part in parts.values():
        part.finish()
    return Found(count, refused)


def _read(
    source: str, record: SourceRecord
) -> tuple[SnapshotHeader | None, list[Charge], list[Refused]]:
    """The header, the charges, and what is refused of a message."""
    value = record.value or b""
    try:
        header = parse(value_of(record.headers) or b"")
    except SnapshotHeaderError as error:
        return None, [], [Refused("bad_snapshot", str(error), value)]
    if header.mark is not None:
        return header, [], []
    decoded = decode(source, record.value, record.headers)
    if all(charge.scope for charge in decoded.charges):
        return header, decoded.charges, decoded.refused
    detail = "only rows of a bill may come as a snapshot; leave out the header spendwatch-snapshot"
    return None, [], [Refused("bad_snapshot", detail, value)]


class _Place(NamedTuple):
    """Where charges of the same dimensions go."""

    home: Home
    contributor: int
    dimensions: Dimensions  # held, so that no other object gets its ``id``


class _Parts:
    """One snapshot's part of each batch."""

    def __init__(self, header: SnapshotHeader, batches: Sequence[ChargeBatch]) -> None:
        self._parts = [
            SnapshotCharges(
                header.id, header.taken_at, ended=False, max_time=None, scopes=[], series=[]
            )
            for _ in batches
        ]
        self._lines: dict[tuple[str, SeriesKey], list[ChargeLine]] = {}
        self._scopes: dict[str, None] = {}
        self._newest: int | None = None
        self._begun: int | None = None
        self._ended = False
        for batch, part in zip(batches, self._parts, strict=True):
            batch.snapshots.append(part)

    def mark(self, header: SnapshotHeader, offset: int) -> None:
        if header.mark == "begin" and self._begun is None:
            self._begun = offset
        self._ended |= header.mark == "end"

    def add(self, charge: Charge, record: SourceRecord, home: Home, contributor: int) -> None:
        scoped = (charge.scope, home.key)
        lines = self._lines.get(scoped)
        if lines is None:
            lines = self._lines[scoped] = []
            self._scopes[charge.scope] = None
            self._parts[home.partition].series.append(ScopedCharges(*scoped, lines))
        cost = ZERO if charge.cost is None else charge.cost
        lines.append(ChargeLine(record.offset, charge.time, cost, contributor))
        seen = min(charge.time, record.timestamp // 1000)  # a future date moves no watermark
        self._newest = seen if self._newest is None else max(self._newest, seen)

    def finish(self) -> None:
        """What every partition must hear of, whichever the charges went to."""
        for part in self._parts:
            part.scopes, part.max_time = list(self._scopes), self._newest
            part.begun, part.ended = self._begun, self._ended
