"""A message's charges of a snapshot by page of time, each page packed: the form in which they wait."""

from alerting.series import SeriesKey
from stream.detect import packed
from stream.detect.snapshots.records import PagePart
from stream.ingest.batch import ChargeLine, ScopedCharges


def pages_of(
    groups: list[ScopedCharges], contributors: list[str], applied: int, length: int
) -> tuple[dict[int, bytes], dict[str, int]]:
    """Encoded `PagePart` by start of the page, and how many charges there are of each scope.

    Args:
        groups: the charges.
        contributors: texts that charges name by index.
        applied: charges of offsets below it are left out.
        length: of a page in seconds.
    """
    parts: dict[int, _Packing] = {}
    counts: dict[str, int] = {}
    for group in groups:
        for line in group.lines:
            if line.offset < applied:
                continue
            page = line.time - line.time % length
            packing = parts.get(page)
            if packing is None:
                packing = parts[page] = _Packing(contributors)
            packing.add(group.scope, group.key, line)
            counts[group.scope] = counts.get(group.scope, 0) + 1
    return {page: packing.pack() for page, packing in parts.items()}, counts


class _Packing:
    """Gathers a message's charges of one page."""

    __slots__ = ("_indexes", "_named", "_part")

    def __init__(self, named: list[str]) -> None:
        self._named = named
        self._indexes: dict[int, int] = {}
        self._part = PagePart([], [])

    def add(self, scope: str, key: SeriesKey, line: ChargeLine) -> None:
        groups = self._part.series
        if not groups or groups[-1].scope != scope or groups[-1].key != key:
            groups.append(ScopedCharges(scope, key, []))
        index = self._indexes.get(line.contributor)
        if index is None:
            index = self._indexes[line.contributor] = len(self._indexes)
            self._part.contributors.append(self._named[line.contributor])
        groups[-1].lines.append(ChargeLine(0, line.time, line.cost, index, line.usage))

    def pack(self) -> bytes:
        return packed.encode(self._part)
