"""Records of a chunk are those that aiokafka decoded, and say what its own `ConsumerRecord` says."""

from types import SimpleNamespace

import pytest
from aiokafka.consumer.fetcher import FetchError, PartitionRecords
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

from stream.transport.chunks import leave_as_decoded

READ = ("offset", "timestamp", "timestamp_type", "key", "value")
TP = TopicPartition("usage", 0)


def _fetched() -> PartitionRecords:
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1 << 16)
    for offset, (key, value, headers) in enumerate(
        [
            (None, b"one", []),
            (b"key", None, [("ce_id", b"7")]),
            (b"", b"", [("a", b""), ("a", b"2")]),
        ]
    ):
        builder.append(offset, 1_767_225_600_000 + offset, key, value, headers)
    held = MemoryRecords(bytes(builder.build()))
    return PartitionRecords(TP, held, [], 0, None, None, True, 1)


def test_decoded_records_say_the_same() -> None:
    """All that ingest and the stages read of them; what a failed fetch left is passed over."""
    fetched = _fetched()
    failed = FetchError(error=ValueError(), backoff=1)
    leave_as_decoded(
        SimpleNamespace(_records={TP: SimpleNamespace(_partition_records=fetched), "other": failed})
    )
    decoded, copied = list(fetched), list(_fetched())
    assert type(decoded[0]) is not type(copied[0])
    assert len(decoded) == len(copied) == 3
    for one, other in zip(decoded, copied, strict=True):
        assert [getattr(one, name) for name in READ] == [getattr(other, name) for name in READ]
        assert list(one.headers) == list(other.headers)


@pytest.mark.parametrize("passed_over", [1, 3])
def test_the_place_of_the_next_fetch_is_kept(passed_over: int) -> None:
    """Positions come of the records, and must not depend on what they are made into."""
    fetched = _fetched()
    leave_as_decoded(SimpleNamespace(_records={TP: SimpleNamespace(_partition_records=fetched)}))
    for _ in range(passed_over):
        next(fetched)
    assert fetched.next_fetch_offset == passed_over
