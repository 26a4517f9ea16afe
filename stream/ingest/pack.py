"""A chunk as the messages that are sent of it: whatever its size, each is one that the topic takes."""

from collections.abc import Sequence
from typing import NamedTuple

from stream.ingest.fold import Folded, Folder
from stream.ingest.slices import LIMIT, slices
from stream.ingest.source import SourceRecord, Span


class Packed(NamedTuple):
    """What was folded, and its messages by partition of `charges`; those of a partition in their order."""

    folded: Folded
    messages: list[list[bytes]]


def pack(folder: Folder, span: Span, records: Sequence[SourceRecord], limit: int = LIMIT) -> Packed:
    """Fold a chunk into messages of about ``limit`` bytes at most.

    A source message whose charges for one partition are larger is refused whole, for all partitions: half of
    it would count twice when it is replayed.
    """
    refused: frozenset[int] = frozenset()
    while True:
        folded = folder.fold(span, records, refused)
        sliced = [slices(batch, limit) for batch in folded.batches]
        too_large = frozenset(offset for one in sliced for offset in one.too_large)
        if not too_large:
            return Packed(folded, [one.messages for one in sliced])
        refused |= too_large
