"""Large drains are split into chunks whose positions join."""

from dataclasses import dataclass

import pytest

from stream.transport.chunks import Chunk
from stream.transport.consumer import MAX_RECORDS, split


@dataclass
class _Record:
    offset: int


@pytest.mark.parametrize("count", [0, 1, MAX_RECORDS, MAX_RECORDS + 1, 3 * MAX_RECORDS])
def test_split_chunks_join_without_a_hole(count: int) -> None:
    """Every record is in one chunk, and each chunk starts where the last one ended."""
    records = [_Record(offset=100 + 2 * index) for index in range(count)]  # markers between them
    drained = Chunk(records, start=95, following=100 + 2 * count + 7)
    chunks = list(split(drained))
    assert [record for chunk in chunks for record in chunk] == records
    assert all(len(chunk) <= MAX_RECORDS for chunk in chunks)
    assert chunks[0].start == 95
    assert chunks[-1].next == drained.next
    assert [chunk.next for chunk in chunks[:-1]] == [chunk.start for chunk in chunks[1:]]
