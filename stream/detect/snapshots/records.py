"""State records of snapshots. They bear money: one that cannot be read stops its reader, it is never skipped."""

from typing import Final, TypeAlias

import msgspec

from stream.detect.bucket import Totals
from stream.detect.packed import RecordError, encode, unpack
from stream.ingest.batch import ScopedCharges

PREFIX: Final = b"s|"
HEAD, CHUNK, OWNER, COUNTED, REACH = b"s|h|", b"s|c|", b"s|o|", b"s|t|", b"s|w"

States: TypeAlias = dict[bytes, bytes | None]
"""Records that changed, by key; None deletes."""

Rank: TypeAlias = tuple[int, str]
"""When a snapshot was taken, and its id: of two snapshots of a scope the one of the higher rank counts."""


class HeadRecord(msgspec.Struct, array_like=True):
    """A snapshot that is being staged or taken over. ``order`` is None until it is complete."""

    version: int
    snapshot: str
    taken_at: int
    partitions: int
    begun: list[int]
    ended: list[int]
    max_time: int | None
    order: int | None  # among the complete ones that are taken over
    page: int | None  # pages before it are taken over
    series: str  # and of it the series up to this one


class ChunkRecord(msgspec.Struct, array_like=True):
    """What one message brought of a snapshot, by page of time."""

    version: int
    scopes: list[str]  # heard of here for the first time
    charges: dict[str, int]  # how many charges of each scope are in ``pages``
    pages: dict[int, bytes]  # encoded `PagePart` by start of the page


class PagePart(msgspec.Struct, array_like=True):
    """Some charges of one page. Their offsets are not kept."""

    contributors: list[str]
    series: list[ScopedCharges]


class OwnerRecord(msgspec.Struct, array_like=True):
    """The newest complete snapshot of a scope: the one that counts, or is about to."""

    version: int
    scope: str
    snapshot: str
    taken_at: int
    charges: int  # of the scope in this partition
    newest: int  # newest charge of the snapshot, in any partition; epoch seconds

    @property
    def rank(self) -> Rank:
        """That of the snapshot."""
        return self.taken_at, self.snapshot


class CountedRecord(msgspec.Struct, array_like=True):
    """What of a page of a series' buckets is counted: totals by number of the bucket in the page."""

    version: int
    buckets: dict[int, Totals]


class ReachRecord(msgspec.Struct, array_like=True):
    """Before which start of its period a scope is forgotten; epoch seconds."""

    version: int
    unused: int | None  # versions before 0.2 wrote how far all snapshots had come
    forgotten: int | None


class CountedKey(msgspec.Struct, array_like=True):
    """Names a `CountedRecord`."""

    page: int
    series: str
    scope: str


def head_key(snapshot: str) -> bytes:
    """Key of a snapshot's head."""
    return HEAD + snapshot.encode()


def chunk_key(snapshot: str, number: int) -> bytes:
    """Key of a snapshot's chunk."""
    return CHUNK + f"{number}|{snapshot}".encode()


def parse_chunk_key(key: bytes) -> tuple[str, int]:
    """Snapshot and number of a key made by `chunk_key`.

    Raises:
        RecordError: for any other key.
    """
    number, parted, snapshot = key[len(CHUNK) :].decode(errors="replace").partition("|")
    if not parted or not number.isdecimal():
        raise RecordError(f"{key!r} is no key of a chunk")
    return snapshot, int(number)


def owner_key(scope: str) -> bytes:
    """Key of a scope's owner."""
    return OWNER + scope.encode()


def counted_key(page: int, series: str, scope: str) -> bytes:
    """Key of a page of counted totals."""
    return COUNTED + encode(CountedKey(page, series, scope))


def parse_counted_key(key: bytes) -> CountedKey:
    """Page, series and scope of a key made by `counted_key`.

    Raises:
        RecordError: for any other key.
    """
    named: CountedKey = unpack(key[len(COUNTED) :], CountedKey)
    return named
