"""The methods of Faust and aiokafka that the transport overrides or reaches into are those it was written for."""

import hashlib
import inspect

import aiokafka.client
import aiokafka.consumer.fetcher
import aiokafka.consumer.group_coordinator as group
import pytest
from faust.assignor.partition_assignor import PartitionAssignor
from faust.transport import consumer
from faust.transport.drivers import aiokafka as driver

_READ = [
    (driver.AIOKafkaConsumerThread, "_create_worker_consumer", "c2701bfc3e6f6cad"),
    (driver.AIOKafkaConsumerThread, "_fetch_records", "39a2c6c79fc1455a"),
    (driver.AIOKafkaConsumerThread, "verify_event_path", "b983e7735f647cb3"),
    (driver.AIOKafkaConsumerThread, "_verify_aiokafka_event_path", "c7c75a7c73289962"),
    (driver.Producer, "_settings_extra", "a4c7bc41b6382223"),
    (driver.Consumer, "_new_consumer_thread", "0870ec53dea75083"),
    (consumer.Consumer, "perform_seek", "0e8c130ff4b0afd8"),
    (consumer.Consumer, "ack", "5fcf41cf45153475"),
    (consumer.Consumer, "getmany", "4b168d84882a70d6"),
    (consumer.Consumer, "_filter_tps_with_pending_acks", "f6f9239774234e7e"),
    (consumer.Consumer, "_new_offset", "1d2c7ea89a7ad4f1"),
    (consumer.Consumer, "on_partitions_revoked", "d04b7ae72c6fc206"),
    (consumer.ThreadDelegateConsumer, "_getmany", "f9d47aa9010b5ff2"),
    (aiokafka.consumer.fetcher.Fetcher, "fetched_records", "be4348896b9b66af"),
    (aiokafka.consumer.fetcher.FetchResult, "getall", "3e717e30de5068d5"),
    (aiokafka.consumer.fetcher.PartitionRecords, "_unpack_records", "b803e6d46480732c"),
    (aiokafka.consumer.fetcher.PartitionRecords, "_consumer_record", "e668541600b047ab"),
    (group.GroupCoordinator, "_perform_assignment", "a5cf61fa97320199"),
    (group.GroupCoordinator, "_on_join_prepare", "4d9524afc0ee2c2f"),
    (group.GroupCoordinator, "check_errors", "ba6ca51ad34838d9"),
    (group.BaseCoordinator, "_handle_metadata_update", "b2832b6d82bea7c4"),
    (aiokafka.client.AIOKafkaClient, "force_metadata_update", "cb7befef21c8f3f9"),
    (PartitionAssignor, "on_assignment", "72f34bf053d696b5"),
    (PartitionAssignor, "_get_external_topic_distribution", "d84e460e9789f8c2"),
]


@pytest.mark.parametrize(("owner", "name", "digest"), _READ)
def test_the_overridden_method_is_the_one_that_was_read(
    owner: type, name: str, digest: str
) -> None:
    """A new version that changes one of them fails here, before it can fail in the night."""
    source = inspect.getsource(getattr(owner, name))
    assert hashlib.sha256(source.encode()).hexdigest()[:16] == digest, (
        f"{owner.__name__}.{name} has changed: read it again, adapt stream/transport/, then this digest"
    )
