"""When the newest message of a topic came, by the broker's clock."""

import time
from collections.abc import Iterable
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from stream.kafka.cluster import Cluster, unreachable
from stream.kafka.readback import partitions_of

_BACK: Final = 10  # offsets: the newest ones may be marks of transactions, which are no messages
_PATIENCE: Final = 10.0  # seconds for the end of one partition
_WAIT_MS: Final = 500


async def newest_times(cluster: Cluster, topics: Iterable[str]) -> dict[str, int | None]:
    """When the newest committed message of each topic came, epoch seconds; None where it holds none.

    Read from the last records themselves, which every version of Kafka that the service works with can give.

    Raises:
        UserError: if the brokers do not answer or there is no such topic.
    """
    try:
        async with cluster.reading() as consumer:
            return {topic: await _newest(consumer, topic) for topic in topics}
    except (KafkaError, TimeoutError) as error:
        raise unreachable(cluster.brokers) from error


async def _newest(consumer: AIOKafkaConsumer, topic: str) -> int | None:
    partitions = [TopicPartition(topic, number) for number in await partitions_of(consumer, topic)]
    found = [await _newest_of(consumer, partition) for partition in partitions]
    return max((one for one in found if one is not None), default=None)


async def _newest_of(consumer: AIOKafkaConsumer, partition: TopicPartition) -> int | None:
    consumer.assign([partition])
    end = (await consumer.end_offsets([partition]))[partition]
    begin = (await consumer.beginning_offsets([partition]))[partition]
    consumer.seek(partition, max(begin, end - _BACK))
    newest: int | None = None
    deadline = time.monotonic() + _PATIENCE
    while await consumer.position(partition) < end:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the end of {partition} did not come")
        batch = await consumer.getmany(partition, timeout_ms=_WAIT_MS)
        times = [record.timestamp // 1000 for record in batch.get(partition, ())]
        newest = max(times, default=newest) if newest is None else max([newest, *times])
    return newest
