"""When the newest message of a topic came, by the broker's clock."""

import time
from collections.abc import Iterable, Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from stream.kafka.cluster import Cluster, unreachable
from stream.kafka.readback import partitions_of

_BACK: Final = 10  # offsets: the newest ones may be marks of transactions, which are no messages
_PATIENCE: Final = 10.0  # seconds for the ends of all partitions
_WAIT_MS: Final = 500


async def newest_times(cluster: Cluster, topics: Iterable[str]) -> dict[str, int | None]:
    """When the newest committed message of each topic came, epoch seconds; None where it holds none.

    Read from the last records themselves, which every version of Kafka that the service works with can give.

    Raises:
        UserError: if the brokers do not answer or there is no such topic.
    """
    try:
        async with cluster.reading() as consumer:
            partitions = [
                TopicPartition(topic, number)
                for topic in topics
                for number in await partitions_of(consumer, topic)
            ]
            times = await _newest_of(consumer, partitions)
    except (KafkaError, TimeoutError) as error:
        raise unreachable(cluster.brokers) from error
    newest: dict[str, int | None] = {}
    for partition in partitions:
        known = (newest.get(partition.topic), times.get(partition))
        newest[partition.topic] = max((one for one in known if one is not None), default=None)
    return newest


async def _newest_of(
    consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, int]:
    """When the newest record of each partition came, of those that hold one."""
    consumer.assign(partitions)
    ends = await consumer.end_offsets(partitions)
    begins = await consumer.beginning_offsets(partitions)
    for partition in partitions:
        consumer.seek(partition, max(begins[partition], ends[partition] - _BACK))
    newest: dict[TopicPartition, int] = {}
    waiting, deadline = list(partitions), time.monotonic() + _PATIENCE
    while waiting := [one for one in waiting if await consumer.position(one) < ends[one]]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the end of {waiting[0]} did not come")
        for partition, batch in (await consumer.getmany(*waiting, timeout_ms=_WAIT_MS)).items():
            times = [record.timestamp // 1000 for record in batch]
            newest[partition] = max([newest.get(partition, 0), *times])
    return newest
