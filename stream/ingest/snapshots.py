"""What a chunk brings of snapshots: their charges and marks, gathered apart from what counts by itself."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from alerting.series import SeriesKey
from stream.allocation.sharing import money_parts
from stream.charge import Charge, Dimensions
from stream.formats import Refused, decode
from stream.formats.event import Format
from stream.formats.snapshot_header import SnapshotHeader, SnapshotHeaderError, parse, value_of
from stream.ingest.batch import ChargeBatch, ChargeLine, ScopedCharges, SnapshotCharges
from stream.ingest.gathering import Gathering, Homing
from stream.ingest.home import Home, Homes
from stream.ingest.source import SourceRecord
from stream.ingest.unpriced import unpriced_units, with_costs
from stream.money import ZERO
from stream.tariff import Priced


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
    gathering: Gathering,
    homing: Homing,
    priced: Callable[[Charge], Priced | None],
    own: Sequence[Format] = (),
) -> Found:
    """Put the charges and marks of ``records`` into the ``snapshots`` of the batches.

    Args:
        records: messages with the header of a snapshot.
        source: whose topic they stood in.
        gathering: of the chunk, whose batches and contributors they become part of.
        homing: tells where charges live.
        priced: tells the cost of a charge that brings a quantity in its place.
        own: formats of the rules' mappings.
    """
    parts: dict[str, _Parts] = {}
    places = _Places(source, gathering, homing)
    refused: list[tuple[SourceRecord, int, Refused]] = []
    count = 0
    for record in records:
        header, charges, bad = _read(source, record, own)
        refused += [(record, number, each) for number, each in enumerate(bad)]
        if header is None:
            continue
        if any(charge.cost is None for charge in charges):
            charges, unpriced = with_costs(charges, priced)
            if unpriced:
                refused.append((record, len(bad), unpriced_units(unpriced, record.value)))
        part = parts.get(header.id)
        if part is None:
            part = parts[header.id] = _Parts(header, gathering.batches)
        part.mark(header, record.offset)
        for charge in charges:
            part.add(charge, record, places.of(charge))
        count += len(charges)
    for part in parts.values():
        part.finish()
    return Found(count, refused)


def _read(
    source: str, record: SourceRecord, own: Sequence[Format]
) -> tuple[SnapshotHeader | None, list[Charge], list[Refused]]:
    """The header, the charges, and what is refused of a message."""
    value = record.value or b""
    try:
        header = parse(value_of(record.headers) or b"")
    except SnapshotHeaderError as error:
        return None, [], [Refused("bad_snapshot", str(error), value)]
    if header.mark is not None:
        return header, [], []
    decoded = decode(source, record.value, record.headers, own)
    if all(charge.scope for charge in decoded.charges):
        return header, decoded.charges, decoded.refused
    detail = "only rows of a bill may come as a snapshot; leave out the header spendwatch-snapshot"
    return None, [], [Refused("bad_snapshot", detail, value)]


class _Place(NamedTuple):
    """Where charges of the same dimensions and era go: homes, with the index of the contributor in each."""

    homes: Homes
    contributors: tuple[int, ...]
    dimensions: Dimensions  # held, so that no other object gets its ``id``


class _Places:
    """The places of a chunk's charges, by the ``id`` of the dimensions, which many charges share, and the era."""

    def __init__(self, source: str, gathering: Gathering, homing: Homing) -> None:
        self._source, self._gathering, self._homing = source, gathering, homing
        self._known: dict[tuple[int, int], _Place] = {}

    def of(self, charge: Charge) -> _Place:
        at = id(charge.dimensions), self._homing.era(charge.time)
        place = self._known.get(at)
        if place is None:
            place = self._known[at] = self._new(charge.dimensions, at[1])
        return place

    def _new(self, dimensions: Dimensions, era: int) -> _Place:
        homes = self._homing.homes(self._source, dimensions, era)
        contributors = tuple(
            self._gathering.contributor_of(home.partition, dimensions, home.marks)
            for home in homes.homes
        )
        return _Place(homes, contributors, dimensions)


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

    def add(self, charge: Charge, record: SourceRecord, place: _Place) -> None:
        cost = ZERO if charge.cost is None else charge.cost
        homes, weights = place.homes
        costs = [cost] if len(homes) == 1 else money_parts(cost, weights)
        for home, contributor, part in zip(homes, place.contributors, costs, strict=True):
            line = ChargeLine(record.offset, charge.time, part, contributor)
            self._lines_of(charge.scope, home).append(line)
        seen = min(charge.time, record.timestamp // 1000)  # a future date moves no watermark
        self._newest = seen if self._newest is None else max(self._newest, seen)

    def _lines_of(self, scope: str, home: Home) -> list[ChargeLine]:
        lines = self._lines.get((scope, home.key))
        if lines is None:
            lines = self._lines[scope, home.key] = []
            self._scopes[scope] = None
            self._parts[home.partition].series.append(ScopedCharges(scope, home.key, lines))
        return lines

    def finish(self) -> None:
        """What every partition must hear of, whichever the charges went to."""
        for part in self._parts:
            part.scopes, part.max_time = list(self._scopes), self._newest
            part.begun, part.ended = self._begun, self._ended
