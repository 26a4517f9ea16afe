"""The takeover of a complete snapshot, page by page of time and series by series."""

from itertools import groupby
from operator import itemgetter

from alerting.series import SeriesKey
from stream.detect.bucket import OpenBucket
from stream.detect.limits import OTHER, overflow_key
from stream.detect.snapshots.counted import Counted, Pair
from stream.detect.snapshots.staged import Staged
from stream.detect.snapshots.takeover import Difference, differences

Buckets = dict[int, OpenBucket]


class Slicer:
    """Makes staged buckets the counted ones and tells the differences.

    Args:
        counted: what is counted.
        step: length of a bucket in seconds.
        length: of a page.
        partition: names the series of what is beyond the limit.
        max_series: how many series are told apart.
    """

    def __init__(
        self, counted: Counted, step: int, length: int, partition: int, max_series: int
    ) -> None:
        self._counted = counted
        self._step, self._length = step, length
        self._partition, self._max_series = partition, max_series
        self._unpacked: tuple[str, int, dict[Pair, Buckets]] | None = None

    def take_over(self, staged: Staged, limit: int) -> list[Difference] | None:
        """Go on with a takeover by about ``limit`` differences, or series, of a page; None if nothing is left."""
        page = self.next_page(staged)
        if page is None:
            self._unpacked = None
            return None
        if page != staged.page:
            staged.page, staged.series = page, ""
        return self._take_over(staged, page, limit)

    def next_page(self, staged: Staged) -> int | None:
        """The first page of which not all is taken over; None if there is none."""
        pages = (staged.next_page(), self._counted.next_page(staged.page, staged.rank))
        return min((page for page in pages if page is not None), default=None)

    def _take_over(self, staged: Staged, page: int, limit: int) -> list[Difference]:
        new = self._buckets(staged, page)
        pairs = sorted({*new, *self._counted.pairs(page, staged.rank)})
        ahead = (pair for pair in pairs if pair[0] > staged.series)
        told: list[Difference] = []
        for number, (text, group) in enumerate(groupby(ahead, itemgetter(0))):
            if max(len(told), number) >= limit:  # to compare what did not change takes time too
                return told
            told += self._replace(page, text, {pair: new.get(pair, {}) for pair in group})
            staged.series = text
        staged.page, staged.series = page + self._length, ""
        return told

    def _replace(self, page: int, text: str, new: dict[Pair, Buckets]) -> list[Difference]:
        """Count the new buckets of a series' page in place of the old."""
        old = [self._counted.get(page, pair) for pair in new]
        for pair, buckets in new.items():
            totals = {start: bucket.totals for start, bucket in buckets.items()}
            self._counted.put(page, pair, totals)
        return differences(SeriesKey.parse(text), old, new.values())

    def _buckets(self, staged: Staged, page: int) -> dict[Pair, Buckets]:
        """The staged buckets of a page, of the scopes that the snapshot owns."""
        if self._unpacked is None or self._unpacked[:2] != (staged.snapshot, page):
            self._unpacked = (staged.snapshot, page, self._unpack(staged, page))
        owned = self._unpacked[2].items()
        return {pair: each for pair, each in owned if self._counted.rank(pair[1]) == staged.rank}

    def _unpack(self, staged: Staged, page: int) -> dict[Pair, Buckets]:
        pairs: dict[Pair, Buckets] = {}
        known = self._counted.series - self._overflow(self._counted.series)
        for part in staged.parts(page):
            for group in part.series:
                text = self._series(group.key, known)
                buckets = pairs.setdefault((text, group.scope), {})
                for line in group.lines:
                    start = line.time - line.time % self._step
                    bucket = buckets.get(start)
                    if bucket is None:
                        bucket = buckets[start] = OpenBucket.empty()
                    bucket.add(line, part.contributors[line.contributor])
        return pairs

    def _series(self, key: SeriesKey, known: set[str]) -> str:
        """The series' text; beyond the limit that of the one that takes what is too much."""
        text = key.text()
        if text in known:
            return text
        if len(known) >= self._max_series:
            return overflow_key(key, self._partition).text()
        known.add(text)
        return text

    def _overflow(self, series: set[str]) -> set[str]:
        """Those that take what is too much: they do not count to the limit."""
        mark = f"|{OTHER}|{OTHER}-{self._partition}|"
        return {text for text in series if mark in text}
