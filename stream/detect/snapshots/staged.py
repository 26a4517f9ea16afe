"""A snapshot that is on its way: what came of it waits, packed, until all of it is there.

Its charges are kept as the bytes that they came as, by page of time: a bill of a million rows is some tens of
megabytes, and only the page that is being taken over is unpacked. What a message brought is one state record,
written once, so that a bill in any order costs no more than its rows.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from stream.detect import packed
from stream.detect.progress import later
from stream.detect.snapshots import records
from stream.detect.snapshots.pages import pages_of
from stream.detect.snapshots.records import ChunkRecord, HeadRecord, PagePart, Rank, States
from stream.ingest.batch import SnapshotCharges


class Origin(NamedTuple):
    """Where a part came from. Offsets of the source partition below ``applied`` were staged before."""

    partition: int
    partitions: int
    applied: int

    def begins(self, part: SnapshotCharges) -> bool:
        """Whether a part brings its begin mark for the first time."""
        return part.begun is not None and part.begun >= self.applied


class Chunk(NamedTuple):
    """What one message brought."""

    scopes: list[str]
    charges: dict[str, int]
    pages: dict[int, bytes]

    def names(self) -> Iterator[str]:
        """All scopes in it."""
        yield from self.scopes
        yield from self.charges


class Staged:
    """One snapshot, from its first begin mark to the end of its takeover. ``states`` gets what must be written."""

    def __init__(self, snapshot: str, taken_at: int, states: States) -> None:
        self.snapshot = snapshot
        self.taken_at = taken_at
        self.scopes: set[str] = set()
        self.chunks: dict[int, Chunk] = {}
        self.max_time: int | None = None
        self.order: int | None = None  # among the complete ones
        self.page: int | None = None
        self.series = ""
        self.size = 0  # bytes
        self._partitions = 1
        self._begun: set[int] = set()
        self._ended: set[int] = set()
        self._next = 0
        self._states = states

    @property
    def rank(self) -> Rank:
        """Which of two snapshots is the later one."""
        return self.taken_at, self.snapshot

    @property
    def is_whole(self) -> bool:
        """Whether each source partition has begun and ended it."""
        return len(self._begun & self._ended) >= self._partitions

    def take(
        self,
        part: SnapshotCharges,
        contributors: list[str],
        origin: Origin,
        *,
        length: int,
        is_over: Callable[[str], bool],
    ) -> None:
        """Stage a part. ``length`` is that of a page in seconds; charges of scopes that are over are left out."""
        self._partitions = max(self._partitions, origin.partitions)
        if origin.begins(part):
            self._begun.add(origin.partition)
        if origin.partition not in self._begun:
            return
        if part.ended:
            self._ended.add(origin.partition)
        self.max_time = later(self.max_time, part.max_time)
        new = [scope for scope in part.scopes if scope not in self.scopes]
        groups = [group for group in part.series if not is_over(group.scope)]
        pages, charges = pages_of(groups, contributors, origin.applied, length)
        if new or pages:
            self._keep(new, charges, pages)
        self.write_head()

    def _keep(self, scopes: list[str], charges: dict[str, int], pages: dict[int, bytes]) -> None:
        self._states[records.chunk_key(self.snapshot, self._next)] = packed.encode(
            ChunkRecord(packed.VERSION, scopes, charges, pages)
        )
        self._put(self._next, Chunk(scopes, charges, pages))

    def _put(self, number: int, chunk: Chunk) -> None:
        self.chunks[number] = chunk
        self._next = max(self._next, number + 1)
        self.scopes.update(chunk.names())
        self.size += sum(map(len, chunk.pages.values()))

    def charges(self) -> dict[str, int]:
        """How many charges are staged of each scope."""
        counts: dict[str, int] = {}
        for chunk in self.chunks.values():
            for scope, count in chunk.charges.items():
                counts[scope] = counts.get(scope, 0) + count
        return counts

    def parts(self, page: int) -> Iterator[PagePart]:
        """What is staged of a page, in the order in which it came."""
        for _, chunk in sorted(self.chunks.items()):
            data = chunk.pages.get(page)
            if data is not None:
                yield packed.unpack(data, PagePart)

    def next_page(self) -> int | None:
        """The first page that is not yet behind the takeover."""
        ahead = (page for chunk in self.chunks.values() for page in chunk.pages)
        return min((page for page in ahead if self.page is None or page >= self.page), default=None)

    def prune(self, is_over: Callable[[str], bool]) -> None:
        """Give up the chunks of which all scopes are over."""
        for number, chunk in list(self.chunks.items()):
            if all(map(is_over, chunk.names())):
                self.size -= sum(map(len, chunk.pages.values()))
                del self.chunks[number]
                self._states[records.chunk_key(self.snapshot, number)] = None

    def write_head(self) -> None:
        """Note the head for writing."""
        self._states[records.head_key(self.snapshot)] = packed.encode(
            HeadRecord(
                packed.VERSION,
                self.snapshot,
                self.taken_at,
                self._partitions,
                sorted(self._begun),
                sorted(self._ended),
                self.max_time,
                self.order,
                self.page,
                self.series,
            )
        )

    def drop(self) -> None:
        """Note all records for deletion."""
        self._states[records.head_key(self.snapshot)] = None
        for number in self.chunks:
            self._states[records.chunk_key(self.snapshot, number)] = None

    def load_head(self, head: HeadRecord) -> None:
        """Take over the state record of the head."""
        self.taken_at, self._partitions = head.taken_at, head.partitions
        self._begun, self._ended = set(head.begun), set(head.ended)
        self.max_time, self.order = head.max_time, head.order
        self.page, self.series = head.page, head.series

    def load_chunk(self, number: int, chunk: ChunkRecord) -> None:
        """Take over the state record of a chunk."""
        self._put(number, Chunk(chunk.scopes, chunk.charges, chunk.pages))
