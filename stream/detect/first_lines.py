"""The charges of a batch that are here for the first time."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from alerting.series import SeriesKey
from stream.detect.memory import Memory
from stream.ingest.batch import ChargeBatch, ChargeLine


class FirstLines:
    """Leaves out what was applied before, by offset, and what its producer sent before, by id."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.repeats = 0  # charges that were left out by their ids

    def of(self, batch: ChargeBatch, applied: int) -> Iterator[tuple[SeriesKey, list[ChargeLine]]]:
        """Charges by series, in the batch's order. Offsets below ``applied`` were applied before."""
        groups = [(charges.key, charges.lines) for charges in batch.series]
        if applied > batch.start:
            groups = [
                (key, [line for line in lines if line.offset >= applied]) for key, lines in groups
            ]
        first = self._first_seen(batch.source, groups)
        if first.all():
            yield from ((key, lines) for key, lines in groups if lines)
            return
        self.repeats += int(first.size - first.sum())
        verdicts = iter(first.tolist())
        for key, lines in groups:
            new = [line for line in lines if next(verdicts)]
            if new:
                yield key, new

    def _first_seen(
        self, source: str, groups: list[tuple[SeriesKey, list[ChargeLine]]]
    ) -> NDArray[np.bool_]:
        """Which charges are no repeats; those without an id never are."""
        count = sum(len(lines) for _, lines in groups)
        ids = np.fromiter(
            (line.identity for _, lines in groups for line in lines), np.uint64, count
        )
        times = np.fromiter((line.time for _, lines in groups for line in lines), np.int64, count)
        named = ids != 0
        first: NDArray[np.bool_] = ~named
        first[named] = self._memory.ids_of(source).first_seen(ids[named], times[named])
        return first
