"""What charges add up to before they reach their buckets: a sum a series, bucket and contributor, exact."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from alerting.series import SeriesKey
from stream.detect.bucket import Parts, Totals
from stream.ingest.batch import ChargeLine
from stream.ingest.columns import USAGE, ChargeColumns, Numbers
from stream.money import scaled

_MOST = 1 << 63  # beyond the numbers of an array


class Sum(NamedTuple):
    """Charges of one contributor in one bucket."""

    start: int  # of the bucket, epoch seconds
    contributor: str
    totals: Totals
    parts: Parts | None = None


class Group(NamedTuple):
    """A sum with its series, and the offset of the first of its charges."""

    key: SeriesKey
    offset: int
    sum: Sum


def sum_of(line: ChargeLine, contributors: list[str], step: int) -> Sum:
    """One charge as a sum; buckets are ``step`` seconds long."""
    totals = Totals()
    totals.add(line)
    return Sum(line.time - line.time % step, contributors[line.contributor], totals)


def groups_of(
    columns: ChargeColumns, rows: Numbers | None, contributors: list[str], step: int
) -> Iterator[Group]:
    """Charges added up, in the order of their places.

    Args:
        columns: the charges.
        rows: which of them, in order; None for all.
        contributors: texts that places name by index.
        step: length of a bucket in seconds.
    """
    places = _chosen(columns.numbers("place"), rows)
    times = _chosen(columns.numbers("time"), rows)
    starts, bucket = np.unique(times - times % step, return_inverse=True)
    group = places * starts.size + bucket
    order = np.argsort(group, kind="stable")
    group = group[order]
    firsts = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1])))
    counts = (np.concatenate((firsts[1:], [group.size])) - firsts).tolist()
    if rows is not None:
        order = rows[order]
    first_offsets = columns.numbers("offset")[order[firsts]].tolist()
    where, numbers = np.divmod(group[firsts], starts.size)
    begins = starts[numbers].tolist()
    added = (_added(columns, name, order, firsts, counts) for name in ("cost", *USAGE))
    keys, known = columns.keys, columns.places
    for place, start, offset, charges, cost, *usage in zip(
        where.tolist(), begins, first_offsets, counts, *added, strict=True
    ):
        key, contributor, exponent, rates = known[place]
        totals = Totals(scaled(cost, exponent), charges, *usage)
        parts = None
        if rates is not None:
            requests, tokens, _, _, output, _ = usage
            parts = rates.parts(requests, tokens, output)
        yield Group(keys[key], offset, Sum(start, contributors[contributor], totals, parts))


def _chosen(numbers: Numbers, rows: Numbers | None) -> Numbers:
    return numbers if rows is None else numbers[rows]


def _added(
    columns: ChargeColumns, name: str, order: Numbers, firsts: Numbers, counts: list[int]
) -> list[int]:
    """Sums of a column over groups of ``counts`` rows that begin at ``firsts`` of the ordered ones."""
    same = columns.same(name)
    if same is not None:
        return [same * count for count in counts]
    numbers = columns.numbers(name)[order]
    if max(-int(numbers.min()), int(numbers.max())) * numbers.size < _MOST:
        sums: list[int] = np.add.reduceat(numbers, firsts).tolist()
        return sums
    ends = [*firsts[1:].tolist(), numbers.size]
    each: list[int] = numbers.tolist()
    return [sum(each[first:end]) for first, end in zip(firsts.tolist(), ends, strict=True)]
