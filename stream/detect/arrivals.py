"""The charges of a batch that are here for the first time, added up by series, bucket and contributor."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerting.series import SeriesKey
from stream.detect.memory import Memory
from stream.detect.sums import Group, Sum, groups_of, sum_of
from stream.ingest.batch import ChargeBatch, ChargeLine
from stream.ingest.columns import Numbers

_Lines = list[tuple[SeriesKey, ChargeLine]]
_NONE: Numbers = np.empty(0, dtype=np.int64)


class Arrived(NamedTuple):
    """What came to a series for the first time."""

    offset: int  # of the first of the charges
    sums: list[Sum]


class Arrivals:
    """Leaves out what was applied before, by offset, and what its producer sent before, by id."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.repeats = 0  # charges that were left out by their ids

    def of(self, batch: ChargeBatch, applied: int, step: int) -> dict[SeriesKey, Arrived]:
        """What came to each series, in the batch's order.

        Args:
            batch: the batch.
            applied: offsets below it were applied before.
            step: length of a bucket in seconds.
        """
        columns = batch.columns
        lines: _Lines = [
            (charges.key, line)
            for charges in batch.series
            for line in charges.lines
            if line.offset >= applied
        ]
        rows = _NONE if columns is None else np.arange(columns.count)
        if columns is not None and applied > batch.start:
            rows = rows[columns.numbers("offset") >= applied]
        first = self._first_seen(batch, rows, lines)
        self.repeats += int(first.size - np.count_nonzero(first))
        arrived: dict[SeriesKey, Arrived] = {}
        if columns is not None and first[: rows.size].any():
            chosen = rows[first[: rows.size]]
            whole = chosen.size == columns.count
            _gather(
                groups_of(columns, None if whole else chosen, batch.contributors, step), arrived
            )
        verdicts = first[rows.size :].tolist()
        new = (one for one, is_first in zip(lines, verdicts, strict=True) if is_first)
        _gather(
            (Group(key, line.offset, sum_of(line, batch.contributors, step)) for key, line in new),
            arrived,
        )
        return arrived

    def _first_seen(self, batch: ChargeBatch, rows: Numbers, lines: _Lines) -> NDArray[np.bool_]:
        """Which of the rows, and then of the lines, are no repeats; those without an id never are."""
        ids, times = _numbers(batch, rows, "identity"), _numbers(batch, rows, "time")
        if not lines:
            return self._verdicts(batch.source, ids.view(np.uint64), times)
        own = np.array([line.identity for _, line in lines], dtype=np.uint64)
        ids_of_all = np.concatenate((ids.view(np.uint64), own))
        times = np.concatenate((times, [line.time for _, line in lines]))
        offsets = np.concatenate(
            (_numbers(batch, rows, "offset"), [line.offset for _, line in lines])
        )
        order = np.argsort(offsets, kind="stable")  # of several with one id the first counts
        first = np.empty(order.size, dtype=np.bool_)
        first[order] = self._verdicts(batch.source, ids_of_all[order], times[order])
        return first

    def _verdicts(self, source: str, ids: NDArray[np.uint64], times: Numbers) -> NDArray[np.bool_]:
        seen, named = self._memory.ids_of(source), ids != 0
        if named.all():
            return seen.first_seen(ids, times)
        first: NDArray[np.bool_] = ~named
        first[named] = seen.first_seen(ids[named], times[named])
        return first


def _numbers(batch: ChargeBatch, rows: Numbers, name: str) -> Numbers:
    if batch.columns is None:
        return _NONE
    numbers = batch.columns.numbers(name)
    return numbers if rows.size == numbers.size else numbers[rows]


def _gather(groups: Iterable[Group], arrived: dict[SeriesKey, Arrived]) -> None:
    for key, offset, more in groups:
        known = arrived.get(key)
        if known is None:
            arrived[key] = Arrived(offset, [more])
            continue
        known.sums.append(more)
        if offset < known.offset:
            arrived[key] = Arrived(offset, known.sums)
