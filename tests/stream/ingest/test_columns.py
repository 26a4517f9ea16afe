"""Columns give back the numbers that were packed, as narrow as they are, and refuse what does not fit together."""

from decimal import Decimal

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.series import SeriesKey
from stream.ingest import batch as wire
from stream.ingest import columns
from stream.ingest.batch import ChargeLine
from stream.ingest.columns import NAMES, ChargeColumns, Column, Place
from stream.rates import TokenRates
from tests.stream.detect.batches import START, Row, batch
from tests.stream.ingest.lines import columns_of, lines_of

_numbers = st.integers(-(1 << 63), (1 << 63) - 1) | st.integers(-300, 300)
KEYS = [SeriesKey("usage", team, "llm", "", "usage", "USD") for team in ("ads", "search")]


@given(
    st.lists(st.lists(_numbers, min_size=len(NAMES), max_size=len(NAMES)), min_size=1, max_size=6),
    st.data(),
)
def test_numbers_come_back(rows: list[list[int]], data: st.DataObject) -> None:
    """All that 64 bits hold, also when the rows are divided into batches."""
    first = data.draw(st.integers(0, len(rows)))
    sizes = [first, len(rows) - first]
    packed = list(columns.pack(np.array(rows, dtype=np.int64), sizes, [([], [])] * 2))
    back = [
        list(row)
        for part in packed
        if part is not None
        for row in zip(*(part.numbers(name).tolist() for name in NAMES), strict=True)
    ]
    assert back == rows
    assert [part is None for part in packed] == [not size for size in sizes]


@pytest.mark.parametrize(
    ("most", "width"),
    [(0, 0), (255, 1), (256, 2), (65_535, 2), (65_536, 4), (1 << 32, 8), (1 << 62, 8)],
)
def test_a_column_is_as_narrow_as_its_numbers(most: int, width: int) -> None:
    """What lies between the least and the most of them counts, not how large they are."""
    rows = np.full((2, len(NAMES)), -7, dtype=np.int64)
    rows[1] += most
    (packed,) = columns.pack(rows, [2], [([], [])])
    assert packed is not None
    assert {len(column.data) for column in packed.columns} == {2 * width}


def line(offset: int, cost: str, contributor: int = 0) -> ChargeLine:
    return ChargeLine(offset, START, Decimal(cost), contributor, (1, 2, 3, 4, 5, 6), 1 << 63)


def test_a_part_has_keys_places_and_contributors_of_its_own() -> None:
    """So that parts of a message that is too large are smaller than it."""
    lines = [(KEYS[0], line(3, "1.5")), (KEYS[1], line(4, "2.25", 2)), (KEYS[1], line(5, "3", 1))]
    whole = columns_of(lines)
    assert whole is not None
    rates = TokenRates(-6, 1, 2, 3)
    whole.places = [place._replace(rates=rates) for place in whole.places]
    named: list[int] = []

    def index(contributor: int) -> int:
        named.append(contributor)
        return len(named) - 1

    part = whole.within(range(4, 9), index)
    assert part is not None
    assert part.keys == [KEYS[1]]
    assert [place.rates for place in part.places] == [rates] * 2
    assert len(part.places) == len(named) == 2
    assert sorted(named) == [1, 2]
    held = batch([], 0)
    held.columns = part
    assert [(key, each.offset, each.cost) for key, each in lines_of(held)] == [
        (KEYS[1], 4, Decimal("2.25")),
        (KEYS[1], 5, Decimal(3)),
    ]
    assert whole.within(range(6, 9), index) is None


def _broken(whole: ChargeColumns) -> list[ChargeColumns]:
    replace = msgspec.structs.replace
    short = [*whole.columns[:-1], Column(0, b"123")]
    return [
        replace(whole, count=0),
        replace(whole, count=3),
        replace(whole, columns=whole.columns[:-1]),
        replace(whole, columns=short),
        replace(whole, columns=[Column(1 << 63, b""), *whole.columns[1:]]),
        replace(whole, columns=[Column(-1, b""), *whole.columns[1:]]),
        replace(whole, columns=[Column(len(whole.places), b""), *whole.columns[1:]]),
        replace(whole, places=[]),
        replace(whole, places=[Place(1, 0, 0)]),
        replace(whole, places=[Place(0, 1, 0)]),
        replace(whole, places=[Place(0, 0, 1 << 40)]),
        replace(whole, places=[Place(0, 0, 0, TokenRates(-(1 << 40), 1, 1, 1))]),
        replace(whole, keys=[]),
    ]


@pytest.mark.parametrize("number", range(13))
def test_columns_that_do_not_fit_together_are_no_batch(number: int) -> None:
    """The message is passed over as one that cannot be read, and never counted wrongly."""
    message = batch([Row(START, Decimal(1)), Row(START, Decimal(2))], 0)
    assert message.columns is not None
    assert wire.decode(wire.encode(message)) == message
    message.columns = _broken(message.columns)[number]
    with pytest.raises(wire.BatchError, match="not a charge batch"):
        wire.decode(wire.encode(message))
