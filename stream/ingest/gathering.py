"""Gathers a chunk's charges by destination: rows of numbers, which become the columns of each partition's batch."""

from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from struct import Struct
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from alerting.series import SeriesKey
from stream.charge import Charge, Dimensions, Usage
from stream.ingest import columns
from stream.ingest.batch import VERSION, ChargeBatch, ChargeLine, SeriesCharges
from stream.ingest.columns import MOST_EXPONENT, Place
from stream.ingest.home import Home
from stream.ingest.present import spans_of
from stream.ingest.source import Span
from stream.rates import TokenRates
from stream.tariff import Priced

MOST: Final = (1 << 63) - 1  # of a number in a row
_ROW: Final = Struct("<3q8s7q")  # in the order of `columns.NAMES`; the identity as it is digested
_EXACT: Final = Context(prec=256)
_UNNAMED: Final = bytes(8)
_UNUSED: Final = (0, 0, 0, 0, 0, 0)
_DIMENSIONS: Final = ("model", "sku", "api_key", "region", "account", "resource")
_MAX_VALUE: Final = 120  # characters of a contributor's value
_values = attrgetter(*_DIMENSIONS)
_hash = blake2b(digest_size=8).copy  # to copy one takes half as long as to make one

row_of: Final = _ROW.pack

Row: TypeAlias = tuple[int, bytes, int]
"""The partition that takes the row, its bytes, and the charge's time."""


class Slot(NamedTuple):
    """Where charges of the same dimensions and unit go."""

    partition: int
    number: int  # index into the places of its batch
    dimensions: Dimensions  # held, so that no other object gets its ``id``


class Gathering:
    """Builds the batches of a chunk. ``home_of`` tells where a source's charges live; ``rows`` are by partition."""

    def __init__(
        self, home_of: Callable[[str, Dimensions], Home], span: Span, partitions: int
    ) -> None:
        self.batches = [empty(span) for _ in range(partitions)]
        self._home_of = home_of
        self._source = span.source
        self.rows: list[list[bytes]] = [[] for _ in range(partitions)]
        self._tables: list[tuple[list[SeriesKey], list[Place]]] = [
            ([], []) for _ in range(partitions)
        ]
        self._keys: dict[SeriesKey, int] = {}  # indices into the keys of its batch
        # by ``id`` of the dimensions, exponent and rates
        self._slots: dict[tuple[int, int, TokenRates | None], Slot] = {}
        self._lines: dict[SeriesKey, list[ChargeLine]] = {}
        self._contributors: list[dict[tuple[str, ...], int]] = [{} for _ in range(partitions)]

    def add(self, offset: int, charge: Charge, priced: Priced | None) -> None:
        """Add a charge to the batch of its partition; None is a cost that is not known."""
        cost, rates = (None, None) if priced is None else priced
        number, exponent = (0, 0) if cost is None else _whole(cost)
        if not -MOST <= number <= MOST or abs(exponent) > MOST_EXPONENT:
            self._add_line(offset, charge, cost or Decimal(0))
            return
        partition, place, _ = self.slot(charge.dimensions, exponent, rates)
        usage = _measures(charge.usage, priced=cost is not None)
        digest = _identity(charge)
        self.rows[partition].append(row_of(place, offset, charge.time, digest, number, *usage))

    def slot(self, dimensions: Dimensions, exponent: int, rates: TokenRates | None = None) -> Slot:
        """Where charges of these dimensions and rates go whose costs are multiples of ten to ``exponent``."""
        at = id(dimensions), exponent, rates
        slot = self._slots.get(at)
        if slot is None:
            slot = self._slots[at] = self._new_slot(dimensions, exponent, rates)
        return slot

    def _new_slot(self, dimensions: Dimensions, exponent: int, rates: TokenRates | None) -> Slot:
        home = self._home_of(self._source, dimensions)
        keys, places = self._tables[home.partition]
        key = self._keys.get(home.key)
        if key is None:
            key = self._keys[home.key] = len(keys)
            keys.append(home.key)
        contributor = self.contributor_of(home.partition, dimensions)
        places.append(Place(key, contributor, exponent, rates))
        return Slot(home.partition, len(places) - 1, dimensions)

    def _add_line(self, offset: int, charge: Charge, cost: Decimal) -> None:
        home = self._home_of(self._source, charge.dimensions)
        lines = self._lines.get(home.key)
        if lines is None:
            lines = self._lines[home.key] = []
            self.batches[home.partition].series.append(SeriesCharges(home.key, lines))
        contributor = self.contributor_of(home.partition, charge.dimensions)
        usage = None if charge.usage is None else _measures(charge.usage, priced=True)
        digest = _identity(charge)
        named = int.from_bytes(digest, "little")
        lines.append(ChargeLine(offset, charge.time, cost, contributor, usage, named))

    @property
    def count(self) -> int:
        """How many charges were added."""
        return sum(map(len, self.rows)) + sum(map(len, self._lines.values()))

    def contributor_of(self, partition: int, dimensions: Dimensions) -> int:
        """The index of a contributor in the batch of a partition."""
        known, values = self._contributors[partition], _values(dimensions)
        contributor = known.get(values)
        if contributor is None:
            contributor = known[values] = len(known)
            self.batches[partition].contributors.append(_contributor(values))
        return contributor

    def finish(self, newest: int | None, bucket: int) -> None:
        """Make the batches whole.

        Args:
            newest: event time of the chunk.
            bucket: length of a bucket of the source, in seconds.
        """
        data = b"".join(row for rows in self.rows for row in rows)
        rows = np.frombuffer(data, dtype="<i8").reshape(-1, len(columns.NAMES))
        sizes = [len(rows) for rows in self.rows]
        present = spans_of(self._starts(rows[:, 2], bucket), bucket)
        packed = columns.pack(rows, sizes, self._tables)
        for batch, own in zip(self.batches, packed, strict=True):
            batch.columns, batch.max_time, batch.present = own, newest, present

    def _starts(self, times: columns.Numbers, bucket: int) -> Iterator[int]:
        """The starts of the buckets in which charges are, and maybe times within them."""
        yield from np.unique(times - times % bucket).tolist()
        yield from (line.time for lines in self._lines.values() for line in lines)


def identity_of(text: str) -> bytes:
    """Hash of a charge's time and id: bills use a line item's id in every hour. 0 is for charges without one."""
    state = _hash()
    state.update(text.encode())
    digest = state.digest()
    return _FIRST if digest == _UNNAMED else digest


def _identity(charge: Charge) -> bytes:
    return identity_of(f"{charge.time} {charge.charge_id}") if charge.identified else _UNNAMED


_FIRST: Final = (1).to_bytes(8, "little")


def empty(span: Span) -> ChargeBatch:
    """A batch without charges."""
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


def _whole(cost: Decimal) -> tuple[int, int]:
    """The cost as a multiple of a power of ten, and its exponent: that of its last digit."""
    exponent = cost.as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError(f"a cost of {cost} is no money")
    return int(cost.scaleb(-exponent, _EXACT)), exponent


@lru_cache(maxsize=4096)
def _contributor(values: tuple[str, ...]) -> str:
    named = zip(_DIMENSIONS, values, strict=True)
    return ";".join(f"{name}={_clean(value)}" for name, value in named if value)


def _clean(value: str) -> str:
    return value[:_MAX_VALUE].replace(";", ",")


def _measures(used: Usage | None, *, priced: bool) -> tuple[int, int, int, int, int, int]:
    if used is None:
        return _UNUSED
    unpriced = 0 if priced else used.input_tokens + used.output_tokens
    return (
        used.requests,
        used.input_tokens,
        used.cache_read_tokens,
        used.cache_write_tokens,
        used.output_tokens,
        unpriced,
    )
