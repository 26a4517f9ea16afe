"""Say something on the topic `alerts`, and see whether a worker has taken it up."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from alerting import inbox
from alerting.inbox import Heard
from config.settings import Settings
from stream.kafka.cluster import Cluster
from stream.kafka.following import following
from stream.kafka.topics import Topics
from stream.publish.publisher import Publisher

_ONLY_PARTITION: Final = 0  # one order counts


def send(settings: Settings, said: Sequence[Heard]) -> None:
    """Put it on the topic, in this order, and wait for Kafka's acknowledgement.

    Raises:
        UserError: if Kafka does not answer, the topic is missing, or it is not acknowledged.
    """
    topic = Topics(settings.topic_prefix).alerts
    with Publisher(settings.kafka_brokers, [topic], linger_ms=0) as publisher:
        for one in said:
            publisher.send(topic, inbox.encode(one), partition=_ONLY_PARTITION)


async def send_and_see(
    settings: Settings,
    said: Sequence[Heard],
    topic: str,
    sees_all: Callable[[bytes], bool],
    wait: float,
) -> bool:
    """Put it on `alerts`, and follow what a worker writes of it.

    Args:
        settings: where Kafka is.
        said: what to say, in this order.
        topic: where a worker writes what becomes of it: `cases` or `silences`.
        sees_all: is given each value that comes there; true once all that was said is in them.
        wait: seconds to wait at most; 0 does not.

    Returns:
        Whether a worker has taken up all of it.

    Raises:
        UserError: as `send`.
    """
    if wait <= 0:
        await asyncio.to_thread(send, settings, said)
        return False
    async with following(Cluster.of(settings), topic) as newest:
        await asyncio.to_thread(send, settings, said)
        async for value in newest.values(wait):
            if sees_all(value):
                return True
    return False
