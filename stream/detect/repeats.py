"""Charges that their producer sent before: found by id, exactly, in bounded memory.

Ids are 64-bit hashes in sorted arrays, 8 bytes each, one array a block of event time, so that a block is
forgotten as a whole. A repeat has the time of the original, and so is looked for in one block only. How long
a block is follows from the window; blocks from before the window was changed keep their length.

A block's ids are several sorted arrays, each more than twice as long as the next: to add a few costs a few, not
the whole block, and to look one up costs a search in each, of which there are as many as the size has bits.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint64]


class Block(NamedTuple):
    """Event time from ``number * span`` to ``(number + 1) * span``, in seconds."""

    span: int
    number: int


BLOCKS: Final = 32  # that a source's memory of ids is divided into
_MAX_PARTS: Final = 32  # state records of a block, before they are written as one
_VERSION: Final = b"\x01"
_FORM: Final = np.dtype("<u8")


class BlockPart(NamedTuple):
    """One state record: ids that a chunk added to a block; None where it is to be deleted."""

    block: Block
    part: int
    data: bytes | None


class SeenIds:
    """Remembers the ids of one source's charges for ``window`` seconds of event time, ``limit`` of them at most."""

    def __init__(self, window: int, limit: int = 2_000_000) -> None:
        self._limit = limit
        self.span = max(window // BLOCKS, 1)  # seconds of a new block
        self._window = window
        self._former: set[int] = set()  # spans of blocks that another window made
        self._blocks: dict[Block, list[Ids]] = {}
        self._parts: dict[Block, int] = {}
        self._added: dict[Block, list[Ids]] = {}
        self._dropped: list[BlockPart] = []
        self.forgotten = 0  # ids given up early, since there were too many

    def __len__(self) -> int:
        return sum(map(_size, self._blocks.values()))

    def first_seen(self, ids: Ids, times: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the charges are here for the first time; they are remembered from now on."""
        first = np.zeros(ids.size, dtype=np.bool_)
        new = ~self._known_from_former(ids, times)
        numbers = times // self.span
        for number in np.unique(numbers[new]).tolist():
            at = np.flatnonzero(new & (numbers == number))
            block = Block(self.span, number)
            distinct, where = np.unique(ids[at], return_index=True)
            fresh = ~_within(self._blocks.get(block), distinct)
            first[at[where[fresh]]] = True
            if fresh.any():
                self._remember(block, distinct[fresh])
        return first

    def _known_from_former(self, ids: Ids, times: NDArray[np.int64]) -> NDArray[np.bool_]:
        known = np.zeros(ids.size, dtype=np.bool_)
        for span in self._former:
            numbers = times // span
            for number in np.unique(numbers).tolist():
                at = np.flatnonzero(numbers == number)
                known[at] |= _within(self._blocks.get(Block(span, number)), ids[at])
        return known

    def _remember(self, block: Block, ids: Ids) -> None:
        _add(self._blocks.setdefault(block, []), ids)
        self._added.setdefault(block, []).append(ids)

    def forget(self, watermark: int) -> None:
        """Give up the blocks that are older than the window, and the oldest ones beyond the limit."""
        oldest = watermark - self._window
        for block in [block for block in self._blocks if _end(block) <= oldest]:
            self._drop(block)
        while len(self) > self._limit and len(self._blocks) > 1:
            block = min(self._blocks, key=_end)
            self.forgotten += _size(self._blocks[block])
            self._drop(block)
        self._former = {block.span for block in self._blocks} - {self.span}

    def _drop(self, block: Block) -> None:
        del self._blocks[block]
        self._added.pop(block, None)
        parts = self._parts.pop(block, 0)
        self._dropped += [BlockPart(block, part, None) for part in range(parts)]

    def changes(self) -> Iterator[BlockPart]:
        """State records since the last call."""
        yield from self._dropped
        self._dropped = []
        for block, added in self._added.items():
            part = self._parts.get(block, 0)
            if part < _MAX_PARTS:
                yield BlockPart(block, part, _bytes_of(np.concatenate(added)))
                self._parts[block] = part + 1
                continue
            yield BlockPart(block, 0, _bytes_of(np.concatenate(self._blocks[block])))
            yield from (BlockPart(block, old, None) for old in range(1, part))
            self._parts[block] = 1
        self._added = {}

    def load(self, block: Block, part: int | None, data: bytes) -> None:
        """Take over a state record; one without a number of its ``part`` is written anew.

        Raises:
            ValueError: if it cannot be read.
        """
        if data[:1] != _VERSION or (len(data) - 1) % _FORM.itemsize:
            raise ValueError("not a record of ids of this version")
        ids = np.frombuffer(data, dtype=_FORM, offset=1)
        runs = self._blocks.setdefault(block, [])
        ids = np.unique(ids)
        _add(runs, ids[~_within(runs, ids)])
        if part is None:
            self._added.setdefault(block, []).append(ids)
        else:
            self._parts[block] = max(self._parts.get(block, 0), part + 1)
        if block.span != self.span:
            self._former.add(block.span)


def _end(block: Block) -> int:
    return (block.number + 1) * block.span


def _size(runs: list[Ids]) -> int:
    return sum(run.size for run in runs)


def _add(runs: list[Ids], ids: Ids) -> None:
    """Add ids, which are sorted and in none of the runs; each run stays more than twice as long as the next."""
    runs.append(ids)
    while len(runs) > 1 and runs[-2].size <= 2 * runs[-1].size:
        last = runs.pop()
        runs[-1] = np.sort(np.concatenate((runs[-1], last)), kind="stable")


def _within(runs: list[Ids] | None, ids: Ids) -> NDArray[np.bool_]:
    """Which of the ids are in a run."""
    found: NDArray[np.bool_] = np.zeros(ids.size, dtype=np.bool_)
    for run in runs or ():
        if run.size:
            place = np.minimum(np.searchsorted(run, ids), run.size - 1)
            found |= run[place] == ids
    return found


def _bytes_of(ids: Ids) -> bytes:
    return _VERSION + ids.astype(_FORM).tobytes()
