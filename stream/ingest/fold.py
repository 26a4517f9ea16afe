"""Fold a chunk: decode, price, allocate, and gather by destination partition and series."""

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from config.rules import Rules
from stream.charge import Charge
from stream.formats import Refused, decode, is_metered
from stream.formats.event import Format
from stream.formats.mapped import formats_of
from stream.ingest.batch import ChargeBatch
from stream.ingest.gathering import Gathering, empty
from stream.ingest.homing import Homing
from stream.ingest.metered import Alike, Metered
from stream.ingest.snapshots import gather, is_marked
from stream.ingest.source import SourceRecord, Span
from stream.ingest.unpriced import unpriced_units
from stream.memo import Memo
from stream.pricing import Pricer

_TOO_LARGE = (
    "the charges of its events are more than one message can hold; write fewer events a message"
)
_NEVER = -(1 << 62)


class DeadLetter(NamedTuple):
    """An event that could not be read, with where it came from."""

    refused: Refused
    span: Span
    offset: int
    number: int  # among the refused events of its message
    timestamp: int
    headers: Sequence[tuple[str, bytes]] = ()  # of its message


class Folded(NamedTuple):
    """One batch for each partition of `charges`, and what was refused."""

    batches: list[ChargeBatch]
    dead: list[DeadLetter]
    charges: int


class Folder:
    """Folds chunks by one set of rules, for a given number of partitions of `charges`."""

    def __init__(self, rules: Rules, partitions: int) -> None:
        self._pricer = Pricer(rules.pricing)
        self._homing = Homing(rules.allocation, partitions)
        self._own = formats_of(rules.mappings)
        self._partitions = partitions
        self._sources = rules.sources
        self._alike: Memo[Alike] = Memo()

    def fold(
        self, span: Span, records: Iterable[SourceRecord], too_large: Container[int] = ()
    ) -> Folded:
        """Batches for all partitions; every accepted charge is in exactly one of them.

        Messages at offsets that are ``too_large`` are refused whole.
        """
        gathering = Gathering(self._homing, span, self._partitions)
        chunk = _Chunk(span, gathering, self._homing, self._pricer, self._alike, self._own)
        marked: list[SourceRecord] = []
        for record in records:
            if record.offset in too_large:
                chunk.refuse(
                    record, 0, Refused("message_too_large", _TOO_LARGE, record.value or b"")
                )
            elif record.headers and is_marked(record.headers):
                marked.append(record)
            else:
                chunk.take(record)
        of_snapshots = chunk.gather_snapshots(marked) if marked else 0
        gathering.finish(chunk.newest, self._sources.of(span.source).bucket)
        return Folded(gathering.batches, chunk.dead, gathering.count + of_snapshots)

    def idle(self, span: Span) -> list[ChargeBatch]:
        """Batches that say that a source partition is drained and quiet."""
        batches = [empty(span) for _ in range(self._partitions)]
        for batch in batches:
            batch.idle = True
        return batches


class _Chunk:
    """What is known of a chunk on its way through it."""

    def __init__(
        self,
        span: Span,
        gathering: Gathering,
        homing: Homing,
        pricer: Pricer,
        alike: Memo[Alike],
        own: Sequence[Format],
    ) -> None:
        self.dead: list[DeadLetter] = []
        self._span = span
        self._gathering, self._homing = gathering, homing
        self._priced = pricer.priced
        self._own = own
        self._metered = Metered(gathering, pricer, alike)
        self._is_metered = is_metered(span.source)
        self._newest = _NEVER

    @property
    def newest(self) -> int | None:
        """The newest event time; None if there is no charge."""
        return None if self._newest == _NEVER else self._newest

    def take(self, record: SourceRecord) -> None:
        """The charges of a message, and what in it is none."""
        value, headers = record.value, record.headers
        if value and (is_metered(self._span.source, headers) if headers else self._is_metered):
            seen = self._metered.take(record.offset, value)
            if seen is not None:
                if seen > self._newest:
                    self._see(seen, record)
                return
        decoded = decode(self._span.source, value, headers, self._own)
        unpriced: list[Charge] = []
        for charge in decoded.charges:
            priced = self._priced(charge)
            if priced is None and charge.quantity is not None:
                unpriced.append(charge)
                continue
            self._gathering.add(record.offset, charge, priced)
            self._see(charge.time, record)
        if unpriced:
            decoded.refused.append(unpriced_units(unpriced, value))
        for number, refused in enumerate(decoded.refused):
            self.refuse(record, number, refused)

    def _see(self, time: int, record: SourceRecord) -> None:
        """A future date moves no watermark."""
        self._newest = max(self._newest, min(time, record.timestamp // 1000))

    def refuse(self, record: SourceRecord, number: int, refused: Refused) -> None:
        """Note what goes to the dead letters."""
        self.dead.append(
            DeadLetter(refused, self._span, record.offset, number, record.timestamp, record.headers)
        )

    def gather_snapshots(self, marked: list[SourceRecord]) -> int:
        """What messages bring of snapshots; how many charges that are."""
        found = gather(
            marked,
            self._span.source,
            self._gathering,
            self._homing,
            self._priced,
            self._own,
        )
        for record, number, refused in found.refused:
            self.refuse(record, number, refused)
        return found.charges
