"""What comes on one partition of a topic from now on: committed records only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from stream.kafka.cluster import Cluster
from stream.kafka.readback import partition_count

_LOOK_MS = 200


class Following:
    """A reader that stood at the partition's end when it began."""

    def __init__(self, consumer: AIOKafkaConsumer, partition: TopicPartition) -> None:
        self._consumer = consumer
        self._partition = partition

    async def values(self, seconds: float) -> AsyncIterator[bytes]:
        """The values that come within so many seconds; ends earlier if nobody asks for more."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        while (left := deadline - clock()) > 0:
            wait = min(_LOOK_MS, max(1, int(left * 1000)))
            batch = await self._consumer.getmany(self._partition, timeout_ms=wait)
            for record in batch.get(self._partition, ()):
                if record.value is not None:
                    yield record.value


@asynccontextmanager
async def following(cluster: Cluster, topic: str, number: int = 0) -> AsyncIterator[Following]:
    """Follow a partition of a topic.

    Raises:
        UserError: if no broker answers or there is no such topic.
    """
    await partition_count(cluster, topic)  # a consumer would make a topic that is missing
    partition = TopicPartition(topic, number)
    async with cluster.reading() as consumer:
        consumer.assign([partition])
        consumer.seek(partition, (await consumer.end_offsets([partition]))[partition])
        yield Following(consumer, partition)
