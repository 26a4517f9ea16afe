"""Gathers a chunk's charges by destination: rows of numbers, which become the columns of each partition's batch."""

from collections.abc import Iterator
from decimal import Context, Decimal
from struct import Struct
from typing import Final, NamedTuple, Protocol, TypeAlias

import numpy as np

from alerting.series import SeriesKey
from stream.charge import Charge, Dimensions, Usage
from stream.ingest import columns
from stream.ingest.batch import VERSION, ChargeBatch, ChargeLine, SeriesCharges
from stream.ingest.columns import MOST_EXPONENT, Place
from stream.ingest.contributor import contributor_text, contributor_values
from stream.ingest.home import UNMARKED, Homes, Marks
from stream.ingest.identity import identity
from stream.ingest.present import spans_of
from stream.ingest.shared import parts_of
from stream.ingest.source import Span
from stream.rates import TokenRates
from stream.tariff import Priced

MOST: Final = (1 << 63) - 1  # of a number in a row
_ROW: Final = Struct("<3q8s7q")  # in the order of `columns.NAMES`; the identity as it is digested
_EXACT: Final = Context(prec=256)
_UNUSED: Final = (0, 0, 0, 0, 0, 0)

row_of: Final = _ROW.pack

Row: TypeAlias = tuple[int, bytes, int]
"""The partition that takes the row, its bytes, and the charge's time."""


class Slot(NamedTuple):
    """Where charges of the same dimensions and unit go."""

    partition: int
    number: int  # index into the places of its batch


class Homing(Protocol):
    """Knows where charges live, and in which era of the rules of allocation a charge is."""

    shares: bool  # some charges have several homes
    dated: bool  # there is more than one era

    def era(self, time: int, /) -> int:
        """The era of a time."""

    def homes(self, source: str, charge: Dimensions, era: int, /) -> Homes:
        """Where charges with these dimensions live in an era."""


class Gathering:
    """Builds the batches of a chunk. ``homing`` tells where charges live; ``rows`` are by partition."""

    def __init__(self, homing: Homing, span: Span, partitions: int) -> None:
        self.batches = [empty(span) for _ in range(partitions)]
        self._homing = homing
        self._dated, self._shares = homing.dated, homing.shares
        self._source = span.source
        self.rows: list[list[bytes]] = [[] for _ in range(partitions)]
        self._tables: list[tuple[list[SeriesKey], list[Place]]] = [
            ([], []) for _ in range(partitions)
        ]
        self._keys: dict[SeriesKey, int] = {}  # indices into the keys of its batch
        # by ``id`` of the dimensions, which are held so that no others get it, and era
        self._known: dict[tuple[int, int], tuple[Homes, Dimensions]] = {}
        # by ``id`` of the dimensions, exponent, rates, era and part
        self._slots: dict[tuple[int, int, TokenRates | None, int, int], Slot] = {}
        self._lines: dict[SeriesKey, list[ChargeLine]] = {}
        self._contributors: list[dict[tuple[str, ...], int]] = [{} for _ in range(partitions)]
        self._more_parts = 0  # of charges that are shared, beside the first ones

    def add(self, offset: int, charge: Charge, priced: Priced | None) -> None:
        """Add a charge to the batch of its partition, or its parts to theirs; None is a cost that is not known."""
        era = self._homing.era(charge.time) if self._dated else 0
        if not self._shares or not self.is_shared(charge.dimensions, era):
            self._add(offset, charge, priced, era)
            return
        homes = self._homes(charge.dimensions, era)
        self._more_parts += len(homes.homes) - 1
        for number, (part, cost) in enumerate(parts_of(charge, priced, homes)):
            self._add(offset, part, cost, era, number)

    def era_of(self, time: int) -> int:
        """The era of a time."""
        return self._homing.era(time) if self._dated else 0

    def is_shared(self, dimensions: Dimensions, era: int) -> bool:
        """Whether charges with these dimensions have several homes."""
        return self._shares and len(self._homes(dimensions, era).homes) > 1

    def _homes(self, dimensions: Dimensions, era: int) -> Homes:
        known = self._known.get((id(dimensions), era))
        if known is None:
            homes = self._homing.homes(self._source, dimensions, era)
            known = self._known[id(dimensions), era] = (homes, dimensions)
        return known[0]

    def _add(
        self, offset: int, charge: Charge, priced: Priced | None, era: int, part: int = 0
    ) -> None:
        cost, rates = (None, None) if priced is None else priced
        number, exponent = (0, 0) if cost is None else _whole(cost)
        if not -MOST <= number <= MOST or abs(exponent) > MOST_EXPONENT:
            self._add_line(offset, charge, cost or Decimal(0), era, part)
            return
        partition, place = self.slot(charge.dimensions, exponent, rates, era, part)
        usage = _measures(charge.usage, priced=cost is not None)
        digest = identity(charge)
        self.rows[partition].append(row_of(place, offset, charge.time, digest, number, *usage))

    def slot(
        self,
        dimensions: Dimensions,
        exponent: int,
        rates: TokenRates | None = None,
        era: int = 0,
        part: int = 0,
    ) -> Slot:
        """Where charges of these dimensions and rates go whose costs are multiples of ten to ``exponent``.

        Args:
            dimensions: what they are for.
            exponent: of their costs.
            rates: that make up their costs.
            era: of their times.
            part: which one, where they are shared.
        """
        at = id(dimensions), exponent, rates, era, part
        slot = self._slots.get(at)
        if slot is None:
            slot = self._slots[at] = self._new_slot(dimensions, exponent, rates, era, part)
        return slot

    def _new_slot(
        self, dimensions: Dimensions, exponent: int, rates: TokenRates | None, era: int, part: int
    ) -> Slot:
        home = self._homes(dimensions, era).homes[part]
        keys, places = self._tables[home.partition]
        key = self._keys.get(home.key)
        if key is None:
            key = self._keys[home.key] = len(keys)
            keys.append(home.key)
        contributor = self.contributor_of(home.partition, dimensions, home.marks)
        places.append(Place(key, contributor, exponent, rates))
        return Slot(home.partition, len(places) - 1)

    def _add_line(self, offset: int, charge: Charge, cost: Decimal, era: int, part: int) -> None:
        home = self._homes(charge.dimensions, era).homes[part]
        lines = self._lines.get(home.key)
        if lines is None:
            lines = self._lines[home.key] = []
            self.batches[home.partition].series.append(SeriesCharges(home.key, lines))
        contributor = self.contributor_of(home.partition, charge.dimensions, home.marks)
        usage = None if charge.usage is None else _measures(charge.usage, priced=True)
        named = int.from_bytes(identity(charge), "little")
        lines.append(ChargeLine(offset, charge.time, cost, contributor, usage, named))

    @property
    def count(self) -> int:
        """How many charges were added; one that is shared counts once."""
        added = sum(map(len, self.rows)) + sum(map(len, self._lines.values()))
        return added - self._more_parts

    def contributor_of(
        self, partition: int, dimensions: Dimensions, marks: Marks = UNMARKED
    ) -> int:
        """The index of a contributor in the batch of a partition."""
        known, values = self._contributors[partition], contributor_values(dimensions, marks)
        contributor = known.get(values)
        if contributor is None:
            contributor = known[values] = len(known)
            self.batches[partition].contributors.append(contributor_text(values))
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
