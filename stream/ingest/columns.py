"""Charges as columns of whole numbers: a message's charges are read, counted and added up column by column.

A column is an array as narrow as its numbers let it be: each number less the least one, in 0, 1, 2, 4 or 8 bytes.
So a column whose numbers are all alike takes no bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from alerting.series import SeriesKey
from stream.rates import TokenRates

Numbers: TypeAlias = NDArray[np.int64]

NAMES: Final = (
    *("place", "offset", "time", "identity", "cost"),
    *("requests", "input", "cache_read", "cache_write", "output", "unpriced"),
)
"""A row of numbers a charge: `place` is an index into the places, `cost` a multiple of its place's unit, and
`identity` the bits of an unsigned hash; the others are those of a `ChargeLine`."""

MOST_EXPONENT: Final = 200
"""Of a place, above and below zero: no money is finer or larger."""

_WIDTHS: Final = {0, 1, 2, 4, 8}


class ColumnsError(ValueError):
    """The bytes do not make up the charges that they are said to be."""


class Place(NamedTuple):
    """Where charges belong: what they have in common."""

    key: int  # index into the keys of series
    contributor: int  # index into the batch's contributors
    exponent: int  # costs are multiples of ten to it
    rates: TokenRates | None = None  # by which they were priced; None where they brought their cost


class Column(NamedTuple):
    """One number a charge: ``base`` plus an unsigned little-endian number of all the bytes that a charge has."""

    base: int
    data: bytes

    def numbers(self, count: int) -> Numbers:
        """The numbers of so many charges. They wrap around as the packed ones did."""
        width = len(self.data) // count
        if width == 0:
            return np.full(count, self.base, dtype=np.int64)
        packed = np.frombuffer(self.data, dtype=f"<u{width}")
        return packed.astype(np.int64) + np.int64(self.base)

    def where(self, chosen: NDArray[np.bool_]) -> "Column":
        """The column of the chosen charges."""
        width = len(self.data) // chosen.size
        rows = np.frombuffer(self.data, dtype=np.uint8).reshape(chosen.size, width)
        return Column(self.base, rows[chosen].tobytes())

    def is_of(self, count: int) -> bool:
        """Whether it can be the column of so many charges."""
        width, rest = divmod(len(self.data), count)
        return not rest and width in _WIDTHS and -(1 << 63) <= self.base < 1 << 63


class ChargeColumns(msgspec.Struct, array_like=True, gc=False):
    """Charges of a batch in the order of their offsets, one number a charge in each of the `NAMES`' columns."""

    count: int
    keys: list[SeriesKey]
    places: list[Place]
    columns: list[Column]

    def numbers(self, name: str) -> Numbers:
        """A column's numbers."""
        return self.columns[_INDEX[name]].numbers(self.count)

    def same(self, name: str) -> int | None:
        """The number that all charges have in a column; None where it takes bytes to tell them apart."""
        base, data = self.columns[_INDEX[name]]
        return None if data else base

    def check(self, contributors: int) -> None:
        """Refuse what does not fit together, or names more contributors than there are.

        Raises:
            ColumnsError: if so.
        """
        is_whole = self.count > 0 and len(self.columns) == len(NAMES)
        if not is_whole or not all(column.is_of(self.count) for column in self.columns):
            raise ColumnsError(f"columns of other lengths than {self.count} charges have")
        places = self.numbers("place")
        if places.min() < 0 or places.max() >= len(self.places):
            raise ColumnsError("a charge names a place that is not there")
        for key, contributor, exponent, rates in self.places:
            if not 0 <= key < len(self.keys) or not 0 <= contributor < contributors:
                raise ColumnsError("a place names a series or a contributor that is not there")
            finest = exponent if rates is None else max(exponent, rates.exponent, key=abs)
            if abs(finest) > MOST_EXPONENT:
                raise ColumnsError("a place has a unit that no money has")

    def within(
        self, offsets: range, contributor_of: Callable[[int], int]
    ) -> "ChargeColumns | None":
        """The charges within the offsets, with the keys and places of their own; None if there are none.

        ``contributor_of`` gives a contributor's index among the new batch's ones.
        """
        at = self.numbers("offset")
        chosen = (at >= offsets.start) & (at < offsets.stop)
        count = int(np.count_nonzero(chosen))
        if not count:
            return None
        used, numbers = np.unique(self.numbers("place")[chosen], return_inverse=True)
        places = [self.places[number] for number in used.tolist()]
        keys = {key: at for at, key in enumerate(dict.fromkeys(place.key for place in places))}
        return ChargeColumns(
            count,
            [self.keys[key] for key in keys],
            [
                place._replace(key=keys[place.key], contributor=contributor_of(place.contributor))
                for place in places
            ],
            [_column(numbers), *(column.where(chosen) for column in self.columns[1:])],
        )


_INDEX: Final = {name: at for at, name in enumerate(NAMES)}
USAGE: Final = NAMES[5:]


def pack(
    rows: Numbers, sizes: Sequence[int], tables: Sequence[tuple[list[SeriesKey], list[Place]]]
) -> Iterator[ChargeColumns | None]:
    """Columns of rows, divided into batches.

    Args:
        rows: one a charge, of the numbers of `NAMES`.
        sizes: how many of the rows, in order, belong to each batch.
        tables: keys and places of each batch, to which its rows' places are indices.

    Returns:
        An item a batch; None for one without rows.
    """
    packed = [_narrow(column) for column in rows.T] if len(rows) else []
    start = 0
    for size, (keys, places) in zip(sizes, tables, strict=True):
        end = start + size
        columns = [Column(base, numbers[start:end].tobytes()) for base, numbers in packed]
        yield ChargeColumns(size, keys, places, columns) if size else None
        start = end


def _column(numbers: Numbers) -> Column:
    base, packed = _narrow(numbers)
    return Column(base, packed.tobytes())


def _narrow(numbers: Numbers) -> tuple[int, NDArray[np.unsignedinteger] | NDArray[np.void]]:
    """The least of the numbers, and all of them less it, in the narrowest form."""
    base, most = int(numbers.min()), int(numbers.max())
    width = _width(most - base)
    if width == 0:
        return base, np.empty(numbers.size, dtype="V0")
    return base, (numbers - np.int64(base)).astype(f"<u{width}")


def _width(reach: int) -> int:
    return next(width for width in (0, 1, 2, 4, 8) if reach < 1 << 8 * width)
