"""What of snapshots is counted: a scope's owner, and the totals of its buckets.

The next snapshot of a scope counts by its difference to these. They are kept as packed bytes, a page of a
series a piece, some 20 bytes a bucket: a thousand series of a month's hours are some 15 MB.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Final

from stream.detect import packed
from stream.detect.bucket import Totals
from stream.detect.snapshots import records
from stream.detect.snapshots.records import CountedRecord, OwnerRecord, Rank, States
from stream.detect.snapshots.scope import family_of

Pair = tuple[str, str]  # a series' text, and a scope
_NO_TOTALS: Final[dict[int, Totals]] = {}


class Counted:
    """Owners by scope, and counted pages. ``step`` is the length of a bucket, ``length`` of a page, in seconds."""

    def __init__(self, step: int, length: int, states: States) -> None:
        self._step, self._length = step, length
        self._states = states
        self._pages: dict[int, dict[Pair, bytes]] = {}
        self.owners: dict[str, OwnerRecord] = {}
        self._families: dict[str, set[str]] = {}

    @property
    def series(self) -> set[str]:
        """All series with counted totals."""
        return set().union(*self._families.values())

    def series_with(self, families: Iterable[str]) -> set[str]:
        """Series with counted totals of these accounts."""
        return set().union(*(self._families.get(family, set()) for family in families))

    def holds(self, series: str) -> bool:
        """Whether a series has counted totals."""
        return any(series in members for members in self._families.values())

    def _note(self, pair: Pair) -> None:
        self._families.setdefault(family_of(pair[1]), set()).add(pair[0])

    def rank(self, scope: str) -> Rank | None:
        """The rank of the snapshot that owns a scope; None if none does."""
        owner = self.owners.get(scope)
        return None if owner is None else owner.rank

    def is_over(self, scope: str, rank: Rank) -> bool:
        """Whether what a snapshot says of a scope will never count, since a later one is complete."""
        owner = self.rank(scope)
        return owner is not None and owner > rank

    def has(self, rank: Rank) -> bool:
        """Whether a snapshot owns any scope."""
        return any(owner.rank == rank for owner in self.owners.values())

    def own(self, owner: OwnerRecord) -> None:
        """Let a snapshot own a scope."""
        self.owners[owner.scope] = owner
        self._states[records.owner_key(owner.scope)] = packed.encode(owner)

    def get(self, page: int, pair: Pair) -> dict[int, Totals]:
        """The counted totals of a page, by start of the bucket."""
        data = self._pages.get(page, {}).get(pair)
        if data is None:
            return _NO_TOTALS
        record: CountedRecord = packed.read(data, CountedRecord)
        return {page + at * self._step: totals for at, totals in record.buckets.items()}

    def put(self, page: int, pair: Pair, totals: dict[int, Totals]) -> None:
        """Count these totals of a page, and none that were counted before.

        Where there are none any more, a record says so: the series is held as long as the scope is kept, since
        its entries are told and the next snapshot may bring it back.
        """
        pairs = self._pages.setdefault(page, {})
        numbered = {(at - page) // self._step: each for at, each in sorted(totals.items())}
        data = packed.encode(CountedRecord(packed.VERSION, numbered))
        if pairs.get(pair) != data:
            pairs[pair] = self._states[records.counted_key(page, *pair)] = data
            self._note(pair)

    def pairs(self, page: int, rank: Rank) -> Iterator[Pair]:
        """Series and scopes that have counted totals in a page, of the scopes that a snapshot owns."""
        return (pair for pair in self._pages.get(page, {}) if self.rank(pair[1]) == rank)

    def next_page(self, start: int | None, rank: Rank) -> int | None:
        """The first page from ``start`` on that has counted totals of the scopes that a snapshot owns."""
        ahead = sorted(page for page in self._pages if start is None or page >= start)
        return next((page for page in ahead if any(True for _ in self.pairs(page, rank))), None)

    def forget(self, scopes: set[str]) -> None:
        """Give up scopes with all that is counted of them."""
        for scope in scopes:
            del self.owners[scope]
            self._states[records.owner_key(scope)] = None
        for page, pairs in list(self._pages.items()):
            for pair in [pair for pair in pairs if pair[1] in scopes]:
                del pairs[pair]
                self._states[records.counted_key(page, *pair)] = None
            if not pairs:
                del self._pages[page]
        self._families.clear()
        for pairs in self._pages.values():
            for pair in pairs:
                self._note(pair)

    def load_owner(self, data: bytes) -> None:
        """Take over an owner's state record."""
        owner: OwnerRecord = packed.read(data, OwnerRecord)
        self.owners[owner.scope] = owner

    def load_page(self, key: bytes, data: bytes) -> None:
        """Take over a page's state record."""
        named = records.parse_counted_key(key)
        packed.read(data, CountedRecord)
        pair = (sys.intern(named.series), sys.intern(named.scope))
        self._pages.setdefault(named.page, {})[pair] = data
        self._note(pair)
