"""Read a topic back from its beginning to its present end: committed records only."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from stream.errors import UserError
from stream.kafka.cluster import Cluster, unreachable

_FETCH_BYTES = 4 << 20
_WAIT_MS = 500
_PAUSE = 0.5


async def read_topic(
    cluster: Cluster, topic: str
) -> AsyncIterator[ConsumerRecord[bytes | None, bytes | None]]:
    """All committed records of a topic as of now, partition after partition.

    Raises:
        UserError: if the brokers do not answer or there is no such topic.
    """
    async with cluster.reading(max_partition_fetch_bytes=_FETCH_BYTES) as consumer:
        for number in await partitions_of(consumer, topic):
            async for record in read_to_end(consumer, TopicPartition(topic, number)):
                yield record


async def read_to_end(
    consumer: AIOKafkaConsumer, partition: TopicPartition
) -> AsyncIterator[ConsumerRecord[bytes | None, bytes | None]]:
    """All committed records of one partition, up to the last stable offset as of now."""
    consumer.assign([partition])
    end = (await consumer.end_offsets([partition]))[partition]
    await consumer.seek_to_beginning(partition)
    while await consumer.position(partition) < end:
        batch = await consumer.getmany(partition, timeout_ms=_WAIT_MS)
        for record in batch.get(partition, ()):
            yield record


async def partition_count(cluster: Cluster, topic: str) -> int:
    """How many partitions a topic has.

    Raises:
        UserError: if the brokers do not answer or there is no such topic.
    """
    async with cluster.reading() as consumer:
        return len(await partitions_of(consumer, topic))


async def partition_counts(
    cluster: Cluster, topics: Iterable[str], patience: float
) -> dict[str, int]:
    """How many partitions each topic has; asked again for ``patience`` seconds while brokers are away.

    Raises:
        UserError: if they stay away or there is no such topic.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return {topic: await partition_count(cluster, topic) for topic in topics}
        except (KafkaError, UserError) as error:
            if time.monotonic() >= deadline:
                raise (
                    error if isinstance(error, UserError) else unreachable(cluster.brokers)
                ) from error
        await asyncio.sleep(_PAUSE)


async def partitions_of(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
    """The partitions of a topic.

    Raises:
        UserError: if there is no such topic.
    """
    known = await consumer._client.fetch_all_metadata()  # noqa: SLF001 - the public call knows subscribed topics only
    numbers = known.partitions_for_topic(topic)
    if not numbers:
        raise UserError(
            f"there is no topic {topic!r}: run `spendwatch topics create`, or check "
            "SPENDWATCH_TOPIC_PREFIX",
            exit_code=3,
        )
    return sorted(numbers)
