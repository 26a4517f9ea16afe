"""All snapshots that are staged, within bounds: what never gets complete must not fill the memory.

Bounds: `MAX_UNFINISHED` snapshots and `MAX_STAGED` bytes are unfinished, then the oldest is given up; a snapshot has
at most `MAX_SCOPES` scopes; one that was taken a week before a complete one is given up.
"""

from functools import partial
from typing import Final

from stream.detect import packed
from stream.detect.snapshots import records
from stream.detect.snapshots.counted import Counted
from stream.detect.snapshots.records import ChunkRecord, HeadRecord, States
from stream.detect.snapshots.staged import Origin, Staged
from stream.ingest.batch import SnapshotCharges

MAX_UNFINISHED: Final = 32
MAX_STAGED: Final = 256 << 20  # bytes of all that are unfinished
MAX_SCOPES: Final = 10_000
_OUTDATED: Final = (
    7 * 86_400 * 1000
)  # milliseconds between an unfinished snapshot and a complete one


class Staging:
    """Unfinished snapshots, and complete ones until they are taken over.

    Args:
        length: of a page in seconds.
        counted: whose scopes have owners.
        states: gets what must be written.
        warnings: gets what an operator should hear of.
    """

    def __init__(self, length: int, counted: Counted, states: States, warnings: list[str]) -> None:
        self._length = length
        self._counted = counted
        self._states = states
        self._warnings = warnings
        self._staged: dict[str, Staged] = {}

    def take(self, part: SnapshotCharges, contributors: list[str], origin: Origin) -> Staged | None:
        """Stage what a batch brings of a snapshot; the snapshot, if all of it is there now."""
        staged = self._of(part, origin)
        if staged is None or staged.order is not None or staged.taken_at != part.taken_at:
            return None  # the rest of one that is over, or that was given up; or it again
        is_over = partial(self._counted.is_over, rank=staged.rank)
        staged.take(part, contributors, origin, length=self._length, is_over=is_over)
        if len(staged.scopes) > MAX_SCOPES:
            self._give_up(staged, f"it has more than {MAX_SCOPES:,} billing periods")
            return None
        return staged if staged.is_whole else None

    def _of(self, part: SnapshotCharges, origin: Origin) -> Staged | None:
        """The snapshot of a part, which begins here if its begin mark comes for the first time."""
        staged = self._staged.get(part.snapshot)
        if not origin.begins(part):
            return staged
        if staged is not None and staged.order is None and part.taken_at > staged.taken_at:
            self._give_up(staged, "another one was begun under its id")
            staged = None
        if staged is None and not self._counted.has((part.taken_at, part.snapshot)):
            staged = Staged(part.snapshot, part.taken_at, self._states)
            self._staged[part.snapshot] = staged
        return staged

    def complete(self, staged: Staged) -> None:
        """Put a snapshot behind the others that wait for their takeover; what it replaces is given up."""
        staged.order = max((each.order or 0 for each in self._staged.values()), default=0) + 1
        staged.write_head()
        for other in list(self._staged.values()):
            other.prune(partial(self._counted.is_over, rank=other.rank))
            if other.order is None and staged.taken_at - other.taken_at > _OUTDATED:
                self._give_up(other, "one that was taken a week later is complete")

    def next(self) -> Staged | None:
        """The complete snapshot that is taken over first; None if there is none."""
        complete = [staged for staged in self._staged.values() if staged.order is not None]
        return min(complete, key=lambda each: each.order or 0, default=None)

    def keep_bounds(self) -> None:
        """Give up the oldest of what is unfinished, as long as it is too much."""
        unfinished = sorted(
            (staged for staged in self._staged.values() if staged.order is None),
            key=lambda staged: staged.rank,
            reverse=True,
        )
        size = sum(staged.size for staged in unfinished)
        while len(unfinished) > MAX_UNFINISHED or size > MAX_STAGED:
            oldest = unfinished.pop()
            size -= oldest.size
            self._give_up(oldest, "too much is unfinished at a time")

    def _give_up(self, staged: Staged, reason: str) -> None:
        self._warnings.append(
            f"snapshot {staged.snapshot} is not complete and is given up, since {reason}: publish it again, "
            "in smaller parts if it is the largest"
        )
        self.drop(staged)

    def drop(self, staged: Staged) -> None:
        """Let go of a snapshot, with its state records."""
        staged.drop()
        del self._staged[staged.snapshot]

    def load_head(self, data: bytes) -> None:
        """Take over the state record of a snapshot's head."""
        head: HeadRecord = packed.read(data, HeadRecord)
        self._loading(head.snapshot).load_head(head)

    def load_chunk(self, key: bytes, data: bytes) -> None:
        """Take over the state record of a snapshot's chunk."""
        snapshot, number = records.parse_chunk_key(key)
        self._loading(snapshot).load_chunk(number, packed.read(data, ChunkRecord))

    def _loading(self, snapshot: str) -> Staged:
        return self._staged.setdefault(snapshot, Staged(snapshot, 0, self._states))
