"""Closed buckets of a series within the horizon, in pages that are also its state records.

A late charge may restate any of them, but few ever come: pages are kept as the bytes of their record, and a
bucket that closes is added behind the others of its page. A page that cannot be read is *lost*: what it held is
not restated any more.
"""

from typing import Final

from stream.detect import packed
from stream.detect.bucket import ClosedBucket
from stream.detect.kept import passed_over
from stream.detect.packed import RecordError
from stream.detect.records import ClosedPage, ClosedRecord, closed_key

PAGE: Final = 8  # buckets

_HEAD: Final = packed.encode(ClosedRecord(packed.VERSION, {}))  # ends with the size of the map
_SIZE: Final = len(_HEAD) - 1  # its place
_BEFORE_ALL: Final = -(1 << 62)
_AFTER_ALL: Final = 1 << 62
_NOTHING_LOST: Final[frozenset[int]] = frozenset()  # one for all series


class History:
    """Remembers closed buckets by their start.

    Args:
        step: their length in seconds.
        series: text of the series, by which lost pages are told.
        unreadable: where they are noted.
    """

    __slots__ = (
        "_changed", "_length", "_lost", "_newest", "_oldest", "_pages", "_series", "_unreadable",
    )  # fmt: skip

    def __init__(self, step: int, series: str, unreadable: list[str]) -> None:
        self._length = step * PAGE
        self._series = series
        self._unreadable = unreadable
        self._lost = _NOTHING_LOST  # starts of pages
        self._pages: dict[int, bytes] = {}
        self._changed: tuple[int, ...] = ()
        self._newest = _BEFORE_ALL  # no start is later
        self._oldest = _AFTER_ALL  # no page starts earlier

    def __bool__(self) -> bool:
        return bool(self._pages)

    def get(self, start: int) -> ClosedBucket | None:
        """The bucket with that start, if it is remembered; None too if its page turns out to be lost."""
        record = self._pages.get(start - start % self._length)
        if record is None:
            return None
        try:
            return _buckets_of(record).get(start)
        except RecordError as error:
            self._give_up(start - start % self._length, error)
            return None

    def put(self, start: int, bucket: ClosedBucket) -> None:
        """Remember a bucket, in place of the one with that start; alone, if the others of its page are lost."""
        page = start - start % self._length
        record = self._pages.get(page)
        if record is None:
            record = _HEAD
            self._oldest = min(self._oldest, page)
        try:
            self._pages[page] = self._with(record, start, bucket)
        except RecordError as error:
            self._give_up(page, error)
            self._pages[page] = self._with(_HEAD, start, bucket)
        self._newest = max(self._newest, start)
        self._note(page)

    def _with(self, record: bytes, start: int, bucket: ClosedBucket) -> bytes:
        if start > self._newest:
            return _appended(record, start, bucket)
        buckets = _buckets_of(record)
        buckets[start] = bucket
        return packed.encode(ClosedRecord(packed.VERSION, buckets))

    def is_lost(self, start: int) -> bool:
        """Whether the page of a bucket cannot be read."""
        return bool(self._lost) and start - start % self._length in self._lost

    def lose(self, page: int) -> None:
        """The record of a page, whose start it is, cannot be read."""
        self._lost |= {page}

    def _give_up(self, page: int, error: RecordError) -> None:
        """A page turns out to be unreadable when one of its buckets is needed."""
        self.lose(page)
        del self._pages[page]
        self._note(page)
        self._unreadable.append(passed_over(closed_key(self._series, page), error))

    def forget(self, before: int) -> None:
        """Give up the pages that end by a moment."""
        if self._oldest + self._length > before:
            return
        for page in [page for page in self._pages if page + self._length <= before]:
            del self._pages[page]
            self._note(page)
        self._oldest = min(self._pages, default=_AFTER_ALL)

    def pages(self) -> set[int]:
        """Starts of all pages that have a state record, or had one at the last call of `changes`."""
        return {*self._pages, *self._changed}

    @property
    def end(self) -> int | None:
        """End of the newest page that is known, a lost one too; None if there is none."""
        pages = self.pages() | self._lost
        return max(pages) + self._length if pages else None

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
