"""Fold a chunk: decode, price, allocate, and gather by destination partition and series."""

import zlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import blake2b
from operator import attrgetter
from typing import NamedTuple, Protocol, TypeAlias

from alerting.series import SeriesKey
from config.rules import Rules
from stream.allocation import Allocator
from stream.charge import Charge
from stream.formats import Refused, decode
from stream.ingest.batch import VERSION, ChargeBatch, ChargeLine, SeriesCharges
from stream.pricing import Pricer

_ZERO = Decimal(0)
_DIMENSIONS = ("model", "sku", "api_key", "region", "account", "resource")
_MAX_VALUE = 120  # characters of a contributor's value
_MOST_REMEMBERED = 50_000  # series whose partition is known without computing it
_values = attrgetter(*_DIMENSIONS)
_Names: TypeAlias = tuple[str, str, str, str, str, str]


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
        self._homes: dict[_Names, _Home] = {}

    def fold(self, span: Span, records: Iterable[SourceRecord]) -> Folded:
        """Batches for all partitions; every accepted charge is in exactly one of them."""
        batches = [_empty(span) for _ in range(self._partitions)]
        gathered = [_Gathered(batch) for batch in batches]
        dead: list[DeadLetter] = []
        newest: int | None = None
        count = 0
        for record in records:
            decoded = decode(span.source, record.value, record.headers)
            for charge in decoded.charges:
                self._gather(gathered, record.offset, charge, span.source)
                seen = min(
                    charge.time, record.timestamp // 1000
                )  # a future date moves no watermark
                newest = seen if newest is None or seen > newest else newest
            count += len(decoded.charges)
            dead += [
                DeadLetter(refused, span, record.offset, number, record.timestamp)
                for number, refused in enumerate(decoded.refused)
            ]
        for batch in batches:
            batch.max_time = newest
        return Folded(batches, dead, count)

    def idle(self, span: Span) -> list[ChargeBatch]:
        """Batches that say that a source partition is drained and quiet."""
        batches = [_empty(span) for _ in range(self._partitions)]
        for batch in batches:
            batch.idle = True
        return batches

    def _gather(
        self, gathered: "list[_Gathered]", offset: int, charge: Charge, source: str
    ) -> None:
        cost = charge.cost if charge.cost is not None else self._pricer.price(charge)
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
            home = self._home(names)
        gathered[home.partition].add(home.key, offset, charge, cost)

    def _home(self, names: _Names) -> _Home:
        if len(self._homes) >= _MOST_REMEMBERED:
            self._homes.clear()
        key = SeriesKey(*names)
        home = self._homes[names] = _Home(key, partition_of(key, self._partitions))
        return home


class _Gathered:
    """Builds one batch."""

    __slots__ = ("_batch", "_contributors", "_series")

    def __init__(self, batch: ChargeBatch) -> None:
        self._batch = batch
        self._series: dict[SeriesKey, list[ChargeLine]] = {}
        self._contributors: dict[tuple[str, ...], int] = {}

    def add(self, key: SeriesKey, offset: int, charge: Charge, cost: Decimal | None) -> None:
        lines = self._series.get(key)
        if lines is None:
            lines = self._series[key] = []
            self._batch.series.append(SeriesCharges(key, lines))
        line = ChargeLine(
            offset,
            charge.time,
            _ZERO if cost is None else cost,
            self._contributor(charge),
            _measures(charge, priced=cost is not None),
            _identity(charge),
        )
        lines.append(line)

    def _contributor(self, charge: Charge) -> int:
        values = _values(charge)
        index = self._contributors.get(values)
        if index is None:
            index = self._contributors[values] = len(self._contributors)
            named = zip(_DIMENSIONS, values, strict=True)
            self._batch.contributors.append(
                ";".join(f"{name}={_clean(value)}" for name, value in named if value)
            )
        return index


def _identity(charge: Charge) -> int:
    """Hash of the id and its time: bills use a line item's id in every hour. 0 where there is none."""
    if not charge.identified:
        return 0
    digest = blake2b(f"{charge.time} {charge.charge_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def _clean(value: str) -> str:
    return value[:_MAX_VALUE].replace(";", ",")


def _measures(charge: Charge, *, priced: bool) -> tuple[int, int, int, int, int, int] | None:
    used = charge.usage
    if used is None:
        return None
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
