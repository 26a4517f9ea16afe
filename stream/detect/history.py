"""Closed buckets of a series within the horizon, in pages that are also its state records.

A late charge may restate any of them, but few ever come: only the newest page is kept as objects, the others
as the bytes of their record.
"""

from collections.abc import Iterator
from typing import Final

from stream.detect import records
from stream.detect.bucket import ClosedBucket
from stream.detect.records import ClosedRecord

PAGE: Final = 8  # buckets


class History:
    """Remembers closed buckets by their start; ``step`` is their length in seconds."""

    __slots__ = ("_changed", "_length", "_open", "_packed")

    def __init__(self, step: int) -> None:
        self._length = step * PAGE
        self._open: dict[int, dict[int, ClosedBucket]] = {}
        self._packed: dict[int, bytes] = {}
        self._changed: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._open or self._packed)

    def get(self, start: int) -> ClosedBucket | None:
        """The bucket with that start, if it is remembered."""
        page = start - start % self._length
        buckets = self._open.get(page)
        if buckets is None and page in self._packed:
            buckets = self._opened(page)
        return None if buckets is None else buckets.get(start)

    def put(self, start: int, bucket: ClosedBucket) -> None:
        """Remember a bucket, in place of the one with that start."""
        page = start - start % self._length
        self._opened(page)[start] = bucket
        self._changed.add(page)

    def forget(self, before: int) -> None:
        """Give up the pages that end by a moment."""
        for pages in (self._open, self._packed):
            for page in [page for page in pages if page + self._length <= before]:
                del pages[page]
                self._changed.add(page)

    def pages(self) -> set[int]:
        """Starts of all pages that have a state record, or had one at the last call of `changes`."""
        return {*self._open, *self._packed, *self._changed}

    def changes(self) -> Iterator[tuple[int, bytes | None]]:
        """State records since the last call, None for a page that was given up."""
        newest = max(self._open, default=None)
        for page in [page for page in self._open if page != newest]:
            self._packed[page] = _record_of(self._open.pop(page))
        for page in self._changed:
            buckets = self._open.get(page)
            yield page, self._packed.get(page) if buckets is None else _record_of(buckets)
        self._changed.clear()

    def load(self, page: int, record: bytes) -> None:
        """Take over a state record.

        Raises:
            RecordError: if it cannot be read.
        """
        records.read(record, ClosedRecord)
        self._packed[page] = record

    def _opened(self, page: int) -> dict[int, ClosedBucket]:
        if page not in self._open:
            packed = self._packed.pop(page, None)
            self._open[page] = {} if packed is None else records.read(packed, ClosedRecord).buckets
        return self._open[page]


def _record_of(buckets: dict[int, ClosedBucket]) -> bytes:
    return records.encode(ClosedRecord(records.VERSION, buckets))
