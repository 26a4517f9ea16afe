"""The charges of a batch as lines, whichever form they came in, and lines as columns."""

from collections.abc import Iterable

import numpy as np

from alerting.series import SeriesKey
from stream.ingest import columns
from stream.ingest.batch import ChargeBatch, ChargeLine
from stream.ingest.columns import NAMES, USAGE, ChargeColumns, Place
from stream.money import scaled


def lines_of(batch: ChargeBatch) -> list[tuple[SeriesKey, ChargeLine]]:
    """All charges but those of snapshots, with their series; those of columns first."""
    lines = [] if batch.columns is None else list(_lines(batch.columns))
    return lines + [(each.key, line) for each in batch.series for line in each.lines]


def _lines(held: ChargeColumns) -> Iterable[tuple[SeriesKey, ChargeLine]]:
    rows = zip(*(held.numbers(name).tolist() for name in NAMES), strict=True)
    for place, offset, time, identity, cost, *usage in rows:
        key, contributor, exponent, _ = held.places[place]
        requests, tokens, read, write, output, unpriced = usage
        line = ChargeLine(
            offset,
            time,
            scaled(cost, exponent),
            contributor,
            (requests, tokens, read, write, output, unpriced),
            identity % (1 << 64),
        )
        yield held.keys[key], line


def parts_of(batch: ChargeBatch) -> list[tuple[int, tuple[float, float] | None]]:
    """Offset and parts of the cost of each charge in columns."""
    held = batch.columns
    if held is None:
        return []
    named = ("offset", "place", "requests", "input", "output")
    rows = zip(*(held.numbers(name).tolist() for name in named), strict=True)
    return [
        (offset, None if rates is None else rates.parts(*measured))
        for offset, place, *measured in rows
        for rates in (held.places[place].rates,)
    ]


def columns_of(lines: Iterable[tuple[SeriesKey, ChargeLine]]) -> ChargeColumns | None:
    """Columns of lines whose costs have few digits."""
    keys: list[SeriesKey] = []
    places: list[Place] = []
    rows = []
    for key, line in lines:
        exponent = line.cost.as_tuple().exponent
        assert isinstance(exponent, int)
        if key not in keys:
            keys.append(key)
        place = Place(keys.index(key), line.contributor, exponent)
        if place not in places:
            places.append(place)
        identity = line.identity - (1 << 64 if line.identity >= 1 << 63 else 0)
        cost = int(line.cost.scaleb(-exponent))
        usage = line.usage or (0,) * len(USAGE)
        rows.append((places.index(place), line.offset, line.time, identity, cost, *usage))
    numbers = np.array(rows, dtype=np.int64).reshape(-1, len(NAMES))
    (packed,) = columns.pack(numbers, [len(rows)], [(keys, places)])
    return packed
