"""Snapshots of a bill: an export replaces the one before, and counts once all of it is there.

A snapshot is *staged* while it comes, *complete* when each source partition has brought its begin and its end
mark, and then *taken over* in order of time, a slice after the other. Of two complete snapshots of a scope the
one that was taken later counts, whichever was complete first; one that never gets complete changes nothing.

Bounds: those of `Staging`; of counted series as many as the limits allow are told apart; a scope is forgotten
`KEPT` after its end and the newest charge of the last snapshot that had it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from stream.detect import packed
from stream.detect.packed import RecordError
from stream.detect.snapshots import records
from stream.detect.snapshots.counted import Counted
from stream.detect.snapshots.records import OwnerRecord, ReachRecord, States
from stream.detect.snapshots.scope import family_of, period_start
from stream.detect.snapshots.slices import Slicer
from stream.detect.snapshots.staged import Origin, Staged
from stream.detect.snapshots.staging import Staging
from stream.detect.snapshots.takeover import Ahead, Slice
from stream.ingest.batch import SnapshotCharges

DAY: Final = 86_400
PAGE: Final = 24  # buckets
KEPT: Final = 100 * DAY
_PERIOD: Final = 31 * DAY
_FEW: Final = 20  # charges of which the loss of half says nothing


class Snapshots:
    """The snapshots of one source in one partition of `charges`.

    Args:
        step: length of a bucket in seconds.
        partition: the partition, which names the series of what is beyond ``max_series``.
        max_series: how many series of snapshots are told apart.
    """

    def __init__(self, step: int, partition: int = 0, max_series: int = 10_000) -> None:
        length = step * PAGE
        self.warnings: list[str] = []  # for the log; whoever tells them clears them
        self._states: States = {}
        self._counted = Counted(step, length, self._states)
        self._staging = Staging(length, self._counted, self._states, self.warnings)
        self._slicer = Slicer(self._counted, step, length, partition, max_series)
        self._forgotten: int | None = None  # scopes whose period began before it are forgotten

    @property
    def pending(self) -> bool:
        """Whether a complete snapshot waits for `next_slice`."""
        return self._staging.next() is not None

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

    def newest(self) -> dict[str, int]:
        """Newest charge of each provider's account, epoch seconds."""
        newest: dict[str, int] = {}
        for scope, owner in self._counted.owners.items():
            family = family_of(scope)
            newest[family] = max(newest.get(family, 0), owner.newest)
        return newest

    # --- staging

    def stage(self, part: SnapshotCharges, contributors: list[str], origin: Origin) -> None:
        """Stage what a batch brings of a snapshot.

        Args:
            part: one of the batch's ``snapshots``.
            contributors: the batch's.
            origin: where the batch comes from.
        """
        whole = self._staging.take(part, contributors, origin)
        if whole is not None:
            self._complete(whole)
        self._staging.keep_bounds()

    def _complete(self, staged: Staged) -> None:
        charges = staged.charges()
        shrunk: list[str] = []
        refused: list[str] = []
        for scope in sorted(staged.scopes):
            before = self._counted.owners.get(scope)
            if before is None and self._is_forgotten(scope):
                refused.append(scope)
            elif not self._counted.is_over(scope, staged.rank):
                count = charges.get(scope, 0)
                if before is not None and before.charges >= _FEW and 2 * count < before.charges:
                    shrunk.append(f"{scope} ({count:,} of {before.charges:,} charges)")
                self._counted.own(_owner(scope, staged, count))
        self._warn(staged, shrunk, refused)
        self._staging.complete(staged)

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

    # --- takeover

    def ahead(self) -> Ahead | None:
        """Where the oldest takeover is; None if nothing is pending."""
        staged = self._staging.next()
        if staged is None:
            return None
        families = frozenset(map(family_of, staged.scopes))
        return Ahead(families, self._slicer.next_page(staged), staged.max_time)

    def next_slice(self, limit: int) -> Slice | None:
        """The next step of the oldest takeover; None if nothing is pending. What it tells is counted now.

        Args:
            limit: differences, and series compared, after which a slice ends; a series' page is never parted.
        """
        staged = self._staging.next()
        if staged is None:
            return None
        told = self._slicer.take_over(staged, limit)
        if told is not None:
            staged.write_head()
            return Slice(staged.rank, told, is_last=False)
        self._staging.drop(staged)
        return Slice(staged.rank, [], is_last=True)

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
        reach = ReachRecord(packed.VERSION, None, oldest)
        self._states[records.REACH] = packed.encode(reach)
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

    def changes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """State records since the last call; None deletes. All keys begin with ``records.PREFIX``."""
        changed = list(self._states.items())
        self._states.clear()
        yield from changed

    def load(self, key: bytes, value: bytes) -> None:
        """Take over a state record, in any order.

        Raises:
            RecordError: if it cannot be read; the partition must not go on without it.
        """
        if key.startswith(records.HEAD):
            self._staging.load_head(value)
        elif key.startswith(records.CHUNK):
            self._staging.load_chunk(key, value)
        elif key.startswith(records.OWNER):
            self._counted.load_owner(value)
        elif key.startswith(records.COUNTED):
            self._counted.load_page(key, value)
        elif key == records.REACH:
            reach: ReachRecord = packed.read(value, ReachRecord)
            self._forgotten = reach.forgotten
        else:
            raise RecordError(f"{key!r} is no record of a snapshot")


def _owner(scope: str, staged: Staged, charges: int) -> OwnerRecord:
    return OwnerRecord(
        packed.VERSION, scope, staged.snapshot, staged.taken_at, charges, staged.max_time or 0
    )
