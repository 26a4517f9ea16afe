"""Charges that their producer sent before: found by id, exactly, in bounded memory.

Ids are 64-bit hashes in sorted arrays, 8 bytes each, one array a block of event time, so that a block is
forgotten as a whole. A repeat has the time of the original, and so is looked for in one block only.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint64]
BLOCKS: Final = 32  # that a source's memory of ids is divided into
MAX_IDS: Final = 500_000  # of a source in a partition: 4 MB
_MAX_PARTS: Final = 32  # state records of a block, before they are written as one
_VERSION: Final = b"\x01"
_FORM: Final = np.dtype("<u8")


class BlockPart(NamedTuple):
    """One state record: ids that a chunk added to a block; None where it is to be deleted."""

    block: int
    part: int
    data: bytes | None


class SeenIds:
    """Remembers the ids of one source's charges for ``window`` seconds of event time."""

    def __init__(self, window: int) -> None:
        self._span = max(window // BLOCKS, 1)
        self._window = window
        self._blocks: dict[int, Ids] = {}
        self._parts: dict[int, int] = {}
        self._added: dict[int, list[Ids]] = {}
        self._dropped: list[BlockPart] = []
        self.forgotten = 0  # ids given up early, since there were too many

    def __len__(self) -> int:
        return sum(block.size for block in self._blocks.values())

    def first_seen(self, ids: Ids, times: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the charges are here for the first time; they are remembered from now on."""
        first = np.zeros(ids.size, dtype=np.bool_)
        numbers = times // self._span
        for number in np.unique(numbers).tolist():
            at = np.flatnonzero(numbers == number)
            distinct, where = np.unique(ids[at], return_index=True)
            known = self._blocks.get(number)
            if known is not None and known.size:
                place = np.minimum(np.searchsorted(known, distinct), known.size - 1)
                new = known[place] != distinct
                distinct, where = distinct[new], where[new]
            first[at[where]] = True
            if distinct.size:
                self._remember(number, distinct)
        return first

    def _remember(self, number: int, ids: Ids) -> None:
        known = self._blocks.get(number)
        self._blocks[number] = ids if known is None else np.union1d(known, ids)
        self._added.setdefault(number, []).append(ids)

    def forget(self, watermark: int) -> None:
        """Give up the blocks that are older than the window, and the oldest ones beyond `MAX_IDS`."""
        oldest = (watermark - self._window) // self._span
        for number in [number for number in self._blocks if number < oldest]:
            self._drop(number)
        while len(self) > MAX_IDS and len(self._blocks) > 1:
            number = min(self._blocks)
            self.forgotten += self._blocks[number].size
            self._drop(number)

    def _drop(self, number: int) -> None:
        del self._blocks[number]
        self._added.pop(number, None)
        parts = self._parts.pop(number, 0)
        self._dropped += [BlockPart(number, part, None) for part in range(parts)]

    def changes(self) -> Iterator[BlockPart]:
        """State records since the last call."""
        yield from self._dropped
        self._dropped = []
        for number, added in self._added.items():
            part = self._parts.get(number, 0)
            if part < _MAX_PARTS:
                yield BlockPart(number, part, _bytes_of(np.concatenate(added)))
                self._parts[number] = part + 1
                continue
            yield BlockPart(number, 0, _bytes_of(self._blocks[number]))
            yield from (BlockPart(number, old, None) for old in range(1, part))
            self._parts[number] = 1
        self._added = {}

    def load(self, parts: Mapping[tuple[int, int], bytes]) -> None:
        """Take over state records, keyed by block and part.

        Raises:
            ValueError: if one of them cannot be read.
        """
        for (number, part), data in parts.items():
            if data[:1] != _VERSION or (len(data) - 1) % _FORM.itemsize:
                raise ValueError("not a record of ids of this version")
            ids = np.frombuffer(data, dtype=_FORM, offset=1)
            known = self._blocks.get(number)
            self._blocks[number] = np.unique(ids) if known is None else np.union1d(known, ids)
            self._parts[number] = max(self._parts.get(number, 0), part + 1)


def _bytes_of(ids: Ids) -> bytes:
    return _VERSION + ids.astype(_FORM).tobytes()
