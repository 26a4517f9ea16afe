"""Snapshots of a bill: an export replaces the one before, and counts once all of it is there.

A snapshot is *staged* while it comes, *complete* when each source partition has brought its begin and its end
mark, and then *taken over* in order of time, a slice after the other. Of two complete snapshots of a scope the
one that was taken later counts, whichever was complete first; one that never gets complete changes nothing.

Bounds: `MAX_UNFINISHED` snapshots and `MAX_STAGED` bytes are staged, then the oldest is given up; a snapshot has
at most `MAX_SCOPES` scopes; of counted series as many as the limits allow are told apart; a scope is forgotten
`KEPT` after its end and the newest charge of the last snapshot that had it.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Final

from stream.detect import snapshot_records as records
from stream.detect.counted import DAY, Counted, family_of
from stream.detect.progress import later
from stream.detect.slices import Slicer
from stream.detect.snapshot_records import (
    ChunkRecord,
    HeadRecord,
    OwnerRecord,
    ReachRecord,
    SnapshotStateError,
)
from stream.detect.staged import Origin, Staged, States
from stream.detect.takeover import Ahead, Slice
from stream.ingest.batch import SnapshotCharges

PAGE: Final = 24  # buckets
KEPT: Final = 100 * DAY
MAX_UNFINISHED: Final = 32
MAX_STAGED: Final = 256 << 20  # bytes of all that are unfinished
MAX_SCOPES: Final = 10_000
_PERIOD: Final = 31 * DAY
_OUTDATED: Final = 7 * DAY * 1000  # milliseconds between an unfinished snapshot and a complete one
_FEW: Final = 20  # charges of which the loss of half says nothing


class Snapshots:
    """The snapshots of one source in one partition of `charges`.

    Args:
        step: length of a bucket in seconds.
        partition: the partition, which names the series of what is beyond ``max_series``.
        max_series: how many series of snapshots are told apart.
    """

    def __init__(self, step: int, partition: int = 0, max_series: int = 10_000) -> None:
        self._length = step * PAGE
        self._states: States = {}
        self._staged: dict[str, Staged] = {}
        self._counted = Counted(step, self._length, self._states)
        self._slicer = Slicer(self._counted, step, self._length, partition, max_series)
        self._forgotten: int | None = None  # scopes whose period began before it are forgotten
        self.max_time: int | None = (
            None  # newest event time of what is taken over, in any partition
        )
        self.warnings: list[str] = []  # for the log; whoever tells them clears them
        self.refused = 0  # charges of forgotten scopes

    @property
    def pending(self) -> bool:
        """Whether a complete snapshot waits for `next_slice`."""
        return any(staged.order is not None for staged in self._staged.values())

    @property
    def watermark(self) -> int | None:
        """How far the snapshots had come when scopes were last forgotten; None before."""
        return None if self._forgotten is None else self._forgotten + KEPT + _PERIOD

    def holds(self, series: str) -> bool:
        """Whether charges of a series came with snapshots, by which its buckets close."""
        return self._counted.holds(series)

    def series_with(self, families: Iterable[str]) -> set[str]:
        """Series that have charges of these providers' accounts."""
        return self._counted.series_with(families)

    def scopes(self) -> set[str]:
        """Scopes of which a snapshot counts."""
        return set(self._counted.owners)

    def newest(self) -> dict[str, int]:
        """Newest charge of each provider's account, epoch seconds."""
        newest: dict[str, int] = {}
        for scope, owner in self._counted.owners.items():
            family = family_of(scope)
            newest[family] = max(newest.get(family, 0), owner.newest)
        return newest

    # --- staging

    def stage(
        self,
        part: SnapshotCharges,
        contributors: list[str],
        source_partition: int,
        partitions: int,
        lines_from: int,
    ) -> None:
        """Stage what a batch brings of a snapshot.

        Args:
            part: one of the batch's ``snapshots``.
            contributors: the batch's.
            source_partition: the batch's ``partition``.
            partitions: the batch's, of the source topic.
            lines_from: offset below which the source partition was applied before.
        """
        staged = self._staged.get(part.snapshot)
        begins = part.begun is not None and part.begun >= lines_from
        if (
            staged is not None
            and begins
            and staged.order is None
            and part.taken_at > staged.taken_at
        ):
            self._give_up(staged, "another one was begun under its id")
            staged = None
        if staged is None:
            if not begins or self._counted.has((part.taken_at, part.snapshot)):
                return  # the rest of one that is over, or that was given up; or it again
            staged = Staged(part.snapshot, part.taken_at, self._states)
            self._staged[part.snapshot] = staged
        if staged.order is not None or staged.taken_at != part.taken_at:
            return
        origin = Origin(source_partition, partitions, lines_from)
        staged.take(
            part,
            contributors,
            origin,
            length=self._length,
            is_over=partial(self._is_over, staged),
        )
        if len(staged.scopes) > MAX_SCOPES:
            self._give_up(staged, f"it has more than {MAX_SCOPES:,} billing periods")
        elif staged.is_whole:
            self._complete(staged)
        self._keep_bounds()

    def _is_over(self, staged: Staged, scope: str) -> bool:
        """Whether what a snapshot says of a scope will never count, since a later one is complete."""
        owner = self._counted.rank(scope)
        return owner is not None and owner > staged.rank

    def _complete(self, staged: Staged) -> None:
        charges = staged.charges()
        shrunk: list[str] = []
        refused: list[str] = []
        for scope in sorted(staged.scopes):
            before = self._counted.owners.get(scope)
            if before is None and self._is_forgotten(scope):
                refused.append(scope)
                self.refused += charges.get(scope, 0)
            elif before is None or (before.taken_at, before.snapshot) < staged.rank:
                count = charges.get(scope, 0)
                if before is not None and before.charges >= _FEW and 2 * count < before.charges:
                    shrunk.append(f"{scope} ({count:,} of {before.charges:,} charges)")
                self._counted.own(_owner(scope, staged, count))
        self._warn(staged, shrunk, refused)
        ranks = [other.order for other in self._staged.values() if other.order is not None]
        staged.order = max(ranks, default=0) + 1
        staged.write_head()
        self._prune(staged)

    def _warn(self, staged: Staged, shrunk: list[str], refused: list[str]) -> None:
        if shrunk:
            self.warnings.append(
                f"snapshot {staged.snapshot} has less than half of what there was of {len(shrunk)} billing "
                f"periods, such as {shrunk[0]}: it counts, but if its files hold days and not whole periods, "
                "set `delivery: append`"
            )
        if refused:
            self.warnings.append(
                f"snapshot {staged.snapshot}: {len(refused)} billing periods, such as {refused[0]}, ended more "
                f"than {KEPT // DAY} days ago and are refused, since they may have been counted before"
            )

    def _prune(self, complete: Staged) -> None:
        for staged in list(self._staged.values()):
            staged.prune(partial(self._is_over, staged))
            late = complete.taken_at - staged.taken_at > _OUTDATED
            if staged.order is None and late:
                self._give_up(staged, "one that was taken a week later is complete")

    def _keep_bounds(self) -> None:
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
        self.warnings.append(
            f"snapshot {staged.snapshot} is not complete and is given up, since {reason}: publish it again, "
            "in smaller parts if it is the largest"
        )
        self._drop(staged)

    def _drop(self, staged: Staged) -> None:
        staged.drop()
        del self._staged[staged.snapshot]

    # --- takeover

    def ahead(self) -> Ahead | None:
        """Where the oldest takeover is; None if nothing is pending."""
        staged = self._oldest()
        if staged is None:
            return None
        families = frozenset(map(family_of, staged.scopes))
        return Ahead(families, self._slicer.next_page(staged), staged.max_time)

    def next_slice(self, limit: int) -> Slice | None:
        """The next step of the oldest takeover; None if nothing is pending. What it tells is counted now.

        Args:
            limit: differences, and series compared, after which a slice ends; a series' page is never parted.
        """
        staged = self._oldest()
        if staged is None:
            return None
        told = self._slicer.take_over(staged, limit)
        if told is not None:
            staged.write_head()
            return Slice(staged.rank, told, is_last=False)
        self.max_time = later(self.max_time, staged.max_time)
        self._write_reach()
        self._drop(staged)
        return Slice(staged.rank, [], is_last=True)

    def _oldest(self) -> Staged | None:
        """The complete snapshot that is taken over first."""
        complete = [staged for staged in self._staged.values() if staged.order is not None]
        return min(complete, key=lambda each: each.order or 0, default=None)

    # --- age

    def forget(self, watermark: int) -> bool:
        """Give up the scopes that ended long before the watermark; a later snapshot of them is refused.

        Returns:
            Whether time went on by a day or more, so that some may have gone.
        """
        oldest = (watermark - KEPT - _PERIOD) // DAY * DAY
        if self.pending or (self._forgotten is not None and oldest <= self._forgotten):
            return False
        self._forgotten = oldest
        self._write_reach()
        old = {
            scope
            for scope, owner in self._counted.owners.items()
            if self._is_forgotten(scope) and owner.newest < watermark - KEPT
        }
        if old:
            self._counted.forget(old)
        return True

    def _is_forgotten(self, scope: str) -> bool:
        return self._forgotten is not None and period_start(scope) < self._forgotten

    # --- state records

    def _write_reach(self) -> None:
        self._states[records.REACH] = records.encode(
            ReachRecord(records.VERSION, self.max_time, self._forgotten)
        )

    def changes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """State records since the last call; None deletes. All keys begin with ``snapshot_records.PREFIX``."""
        changed = list(self._states.items())
        self._states.clear()
        yield from changed

    def load(self, key: bytes, value: bytes) -> None:
        """Take over a state record, in any order.

        Raises:
            SnapshotStateError: if it cannot be read; the partition must not go on without it.
        """
        if key.startswith(records.HEAD):
            head: HeadRecord = records.read(value, HeadRecord)
            self._loading(head.snapshot).load_head(head)
        elif key.startswith(records.CHUNK):
            snapshot, number = records.parse_chunk_key(key)
            self._loading(snapshot).load_chunk(number, records.read(value, ChunkRecord))
        elif key.startswith(records.OWNER):
            self._counted.load_owner(value)
        elif key.startswith(records.COUNTED):
            self._counted.load_page(key, value)
        elif key == records.REACH:
            reach: ReachRecord = records.read(value, ReachRecord)
            self.max_time, self._forgotten = reach.max_time, reach.forgotten
        else:
            raise SnapshotStateError(f"{key!r} is no record of a snapshot")

    def _loading(self, snapshot: str) -> Staged:
        return self._staged.setdefault(snapshot, Staged(snapshot, 0, self._states))


def period_start(scope: str) -> int:
    """When a scope's billing period begins, in epoch seconds; 0 where it does not say so."""
    try:
        day = datetime.fromisoformat(scope.rpartition("|")[2])
    except ValueError:
        return 0
    return int(day.replace(tzinfo=UTC).timestamp())


def _owner(scope: str, staged: Staged, charges: int) -> OwnerRecord:
    return OwnerRecord(
        records.VERSION, scope, staged.snapshot, staged.taken_at, charges, staged.max_time or 0
    )
