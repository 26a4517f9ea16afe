"""Fold a chunk: decode, price, allocate, and gather by destination partition and series."""

import zlib
from collections.abc import Callable, Container, Iterable, Sequence
from decimal import Decimal
from hashlib import blake2b
from operator import attrgetter
from typing import NamedTuple, Protocol

from alerting.series import SeriesKey
from config.rules import Rules
from stream.allocation import Allocator
from stream.charge import Charge, Dimensions, Usage
from stream.formats import Refused, decode
from stream.ingest.batch import VERSION, ChargeBatch, ChargeLine, SeriesCharges
from stream.ingest.present import spans_of
from stream.ingest.snapshots import gather, is_marked
from stream.memo import Memo
from stream.pricing import Pricer

_ZERO = Decimal(0)
_TOO_LARGE = (
    "the charges of its events are more than one message can hold; write fewer events a message"
)
_NEVER = -(1 << 62)
_line = tuple.__new__  # a named tuple of one tuple: its constructor by fields takes twice as long
_DIMENSIONS = ("model", "sku", "api_key", "region", "account", "resource")
_MAX_VALUE = 120  # characters of a contributor's value
_values = attrgetter(*_DIMENSIONS)


class SourceRecord(Protocol):
    """What is used of a Kafka record."""

    @property
    def offset(self) -> int:
        """Offset in its partition."""

    @property
    def timestamp(self) -> int:
        """The broker's append time, epoch milliseconds."""

    @property
    def value(self) -> bytes | None:
        """The event's bytes."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]:
        """The message's headers."""


class Span(NamedTuple):
    """Which offsets of which source partition a chunk covers; ``following`` is exclusive."""

    source: str
    partition: int
    partitions: int
    start: int
    following: int


class DeadLetter(NamedTuple):
    """An event that could not be read, with where it came from."""

    refused: Refused
    span: Span
    offset: int
    number: int  # among the refused events of its message
    timestamp: int


class Folded(NamedTuple):
    """One batch for each partition of `charges`, and what was refused."""

    batches: list[ChargeBatch]
    dead: list[DeadLetter]
    charges: int


class _Home(NamedTuple):
    """A series and the partition on which it lives."""

    key: SeriesKey
    partition: int


def partition_of(key: SeriesKey, partitions: int) -> int:
    """The partition on which a series lives: stable over processes and versions."""
    return zlib.crc32(key.text().encode()) % partitions


class Folder:
    """Folds chunks by one set of rules, for a given number of partitions of `charges`."""

    def __init__(self, rules: Rules, partitions: int) -> None:
        self._pricer = Pricer(rules.pricing)
        self._allocator = Allocator(rules.allocation)
        self._partitions = partitions
        self._sources = rules.sources
        self._homes: Memo[_Home] = Memo()

    def fold(
        self, span: Span, records: Iterable[SourceRecord], too_large: Container[int] = ()
    ) -> Folded:
        """Batches for all partitions; every accepted charge is in exactly one of them.

        Messages at offsets that are ``too_large`` are refused whole.
        """
        gathering = _Gathering(self._home, span, self._partitions)
        add, price = gathering.add, self._pricer.price
        dead: list[DeadLetter] = []
        newest = _NEVER
        times: set[int] = set()
        of_snapshots: list[SourceRecord] = []
        for record in records:
            if record.offset in too_large:
                refused = Refused("message_too_large", _TOO_LARGE, record.value or b"")
                dead.append(DeadLetter(refused, span, record.offset, 0, record.timestamp))
                continue
            if record.headers and is_marked(record.headers):
                of_snapshots.append(record)
                continue
            offset, latest = record.offset, record.timestamp // 1000
            decoded = decode(span.source, record.value, record.headers)
            for charge in decoded.charges:
                add(offset, charge, price(charge) if charge.cost is None else charge.cost)
                time = charge.time
                times.add(time)
                if time > newest:  # a future date moves no watermark
                    newest = max(newest, min(time, latest))
            gathering.count += len(decoded.charges)
            dead += [
                DeadLetter(refused, span, offset, number, record.timestamp)
                for number, refused in enumerate(decoded.refused)
            ]
        if of_snapshots:
            found = gather(
                of_snapshots, span.source, gathering.batches, self._home, gathering.contributor_of
            )
            gathering.count += found.charges
            dead += [
                DeadLetter(refused, span, record.offset, number, record.timestamp)
                for record, number, refused in found.refused
            ]
        present = spans_of(times, self._sources.of(span.source).bucket)
        for batch in gathering.batches:
            batch.max_time = None if newest == _NEVER else newest
            batch.present = present
        return Folded(gathering.batches, dead, gathering.count)

    def idle(self, span: Span) -> list[ChargeBatch]:
        """Batches that say that a source partition is drained and quiet."""
        batches = [_empty(span) for _ in range(self._partitions)]
        for batch in batches:
            batch.idle = True
        return batches

    def _home(self, source: str, charge: Dimensions) -> _Home:
        owner = self._allocator.owner(charge)
        names = (
            source,
            owner.team,
            charge.service,
            owner.environment,
            charge.charge_kind,
            charge.currency,
        )
        home = self._homes.get(names)
        if home is None:
            key = SeriesKey(*names)
            home = self._homes.keep(names, _Home(key, partition_of(key, self._partitions)))
        return home


class _Place(NamedTuple):
    """Where charges of the same dimensions go."""

    append: Callable[[ChargeLine], None]
    contributor: int
    dimensions: Dimensions  # held, so that no other object gets its ``id``


class _Gathering:
    """Builds the batches of a chunk."""

    def __init__(
        self, home_of: Callable[[str, Dimensions], _Home], span: Span, partitions: int
    ) -> None:
        self.batches = [_empty(span) for _ in range(partitions)]
        self.count = 0
        self._home_of = home_of
        self._source = span.source
        self._places: dict[int, _Place] = {}  # by the ``id`` of the dimensions, which many share
        self._series: dict[SeriesKey, list[ChargeLine]] = {}
        self._contributors: list[dict[tuple[str, ...], int]] = [{} for _ in range(partitions)]

    def add(self, offset: int, charge: Charge, cost: Decimal | None) -> None:
        """Add a charge to its series, in the batch of its partition."""
        dimensions = charge.dimensions
        place = self._places.get(id(dimensions))
        if place is None:
            place = self._places[id(dimensions)] = self._place(dimensions)
        append, contributor, _ = place
        append(
            _line(
                ChargeLine,
                (
                    offset,
                    charge.time,
                    _ZERO if cost is None else cost,
                    contributor,
                    None
                    if charge.usage is None
                    else _measures(charge.usage, priced=cost is not None),
                    _identity(charge) if charge.identified else 0,
                ),
            )
        )

    def _place(self, dimensions: Dimensions) -> _Place:
        key, partition = self._home_of(self._source, dimensions)
        batch = self.batches[partition]
        lines = self._series.get(key)
        if lines is None:
            lines = self._series[key] = []
            batch.series.append(SeriesCharges(key, lines))
        return _Place(lines.append, self.contributor_of(partition, dimensions), dimensions)

    def contributor_of(self, partition: int, dimensions: Dimensions) -> int:
        """The index of a contributor in the batch of a partition."""
        known, values = self._contributors[partition], _values(dimensions)
        contributor = known.get(values)
        if contributor is None:
            contributor = known[values] = len(known)
            self.batches[partition].contributors.append(_contributor(values))
        return contributor


def _contributor(values: Iterable[str]) -> str:
    named = zip(_DIMENSIONS, values, strict=True)
    return ";".join(f"{name}={_clean(value)}" for name, value in named if value)


def _identity(charge: Charge) -> int:
    """Hash of the id and its time: bills use a line item's id in every hour. 0 is for charges without one."""
    digest = blake2b(f"{charge.time} {charge.charge_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def _clean(value: str) -> str:
    return value[:_MAX_VALUE].replace(";", ",")


def _measures(used: Usage, *, priced: bool) -> tuple[int, int, int, int, int, int]:
    unpriced = 0 if priced else used.input_tokens + used.output_tokens
    return (
        used.requests,
        used.input_tokens,
        used.cache_read_tokens,
        used.cache_write_tokens,
        used.output_tokens,
        unpriced,
    )


def _empty(span: Span) -> ChargeBatch:
    return ChargeBatch(
        version=VERSION,
        source=span.source,
        partition=span.partition,
        partitions=span.partitions,
        start=span.start,
        following=span.following,
        max_time=None,
        idle=False,
        contributors=[],
        series=[],
    )
