"""Closed buckets of a series within the horizon, in pages that are also its state records.

A late charge may restate any of them, but few ever come: pages are kept as the bytes of their record, and a
bucket that closes is added behind the others of its page.
"""

from typing import Final

from stream.detect import packed
from stream.detect.bucket import ClosedBucket
from stream.detect.records import ClosedPage, ClosedRecord

PAGE: Final = 8  # buckets

_HEAD: Final = packed.encode(ClosedRecord(packed.VERSION, {}))  # ends with the size of the map
_SIZE: Final = len(_HEAD) - 1  # its place
_BEFORE_ALL: Final = -(1 << 62)
_AFTER_ALL: Final = 1 << 62


class History:
    """Remembers closed buckets by their start; ``step`` is their length in seconds."""

    __slots__ = ("_changed", "_length", "_newest", "_oldest", "_pages")

    def __init__(self, step: int) -> None:
        self._length = step * PAGE
        self._pages: dict[int, bytes] = {}
        self._changed: tuple[int, ...] = ()
        self._newest = _BEFORE_ALL  # no start is later
        self._oldest = _AFTER_ALL  # no page starts earlier

    def __bool__(self) -> bool:
        return bool(self._pages)

    def get(self, start: int) -> ClosedBucket | None:
        """The bucket with that start, if it is remembered.

        Raises:
            RecordError: if its page cannot be read.
        """
        record = self._pages.get(start - start % self._length)
        return None if record is None else _buckets_of(record).get(start)

    def put(self, start: int, bucket: ClosedBucket) -> None:
        """Remember a bucket, in place of the one with that start.

        Raises:
            RecordError: if its page cannot be read.
        """
        page = start - start % self._length
        record = self._pages.get(page)
        if record is None:
            record = _HEAD
            self._oldest = min(self._oldest, page)
        if start > self._newest:
            self._pages[page] = _appended(record, start, bucket)
            self._newest = start
        else:
            buckets = _buckets_of(record)
            buckets[start] = bucket
            self._pages[page] = packed.encode(ClosedRecord(packed.VERSION, buckets))
        self._note(page)

    def forget(self, before: int) -> None:
        """Give up the pages that end by a moment."""
        if self._oldest + self._length > before:
            return
        for page in [page for page in self._pages if page + self._length <= before]:
            del self._pages[page]
            self._note(page)
        self._oldest = min(self._pages, default=_AFTER_ALL)

    def give_up(self, page: int) -> None:
        """Go on without a page, whose start it is."""
        del self._pages[page]
        self._note(page)

    def pages(self) -> set[int]:
        """Starts of all pages that have a state record, or had one at the last call of `changes`."""
        return {*self._pages, *self._changed}

    def changes(self) -> list[tuple[int, bytes | None]]:
        """State records since the last call, None for a page that was given up."""
        changed = [(page, self._pages.get(page)) for page in self._changed]
        self._changed = ()
        return changed

    def load(self, page: int, record: bytes) -> None:
        """Take over a state record. Its buckets are read when one of them is asked for.

        Raises:
            RecordError: if it is no page.
        """
        packed.read(record, ClosedPage)
        self._pages[page] = record
        self._oldest = min(self._oldest, page)
        self._newest = max(self._newest, page + self._length - 1)

    def _note(self, page: int) -> None:
        if not self._changed:
            self._changed = (page,)
        elif page not in self._changed:
            self._changed += (page,)


def _buckets_of(record: bytes) -> dict[int, ClosedBucket]:
    buckets: dict[int, ClosedBucket] = packed.read(record, ClosedRecord).buckets
    return buckets


def _appended(record: bytes, start: int, bucket: ClosedBucket) -> bytes:
    """The record with one more bucket, whose start is none of its own."""
    size = (record[_SIZE] + 1).to_bytes()
    both = packed.encode((start, bucket))  # a byte that says that they are two stands before them
    return b"".join((record[:_SIZE], size, record[_SIZE + 1 :], both[1:]))
