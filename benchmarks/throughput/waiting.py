"""How far a consumer group or a topic is, asked of the brokers."""

import time
from typing import Final
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, TopicPartition

from benchmarks.throughput.processes import FailedError, Measured

_LOOK_EVERY: Final = 0.2
_ASK_PATIENCE: Final = 10.0


def wait_until_written(
    brokers: str, topic: str, count: int, program: Measured, patience: float
) -> None:
    """Wait until a topic, which may not be there yet, has so many records.

    Raises:
        FailedError: if that takes longer than ``patience`` seconds, or the program ends before.
    """
    consumer = _asking(brokers, f"asks-{uuid4()}")
    deadline = time.monotonic() + patience
    while (written := sum(_ends(consumer, topic).values())) < count:
        program.require_alive()
        if time.monotonic() > deadline:
            raise FailedError(f"{topic}: {written} of {count} records after {patience:.0f} s")
        time.sleep(_LOOK_EVERY)
    consumer.close()


def wait_until_committed(
    brokers: str, group: str, topic: str, count: int, program: Measured, patience: float
) -> None:
    """Wait until a group has committed so many records of a topic without markers.

    Raises:
        FailedError: if that takes longer than ``patience`` seconds, or the program ends before.
    """
    consumer = _asking(brokers, group)
    deadline = time.monotonic() + patience
    partitions = [TopicPartition(topic, number) for number in _ends(consumer, topic)]
    while True:
        offsets = [at.offset for at in consumer.committed(partitions, timeout=_ASK_PATIENCE)]
        if sum(at for at in offsets if at > 0) >= count:
            break
        program.require_alive()
        if time.monotonic() > deadline:
            raise FailedError(f"{topic}: at {offsets} after {patience:.0f} s")
        time.sleep(_LOOK_EVERY)
    consumer.close()


def _asking(brokers: str, group: str) -> Consumer:
    return Consumer({"bootstrap.servers": brokers, "group.id": group, "log_level": 0})


def _ends(consumer: Consumer, topic: str) -> dict[int, int]:
    """End of each partition; nothing yet where the topic is just being made."""
    known = consumer.list_topics(timeout=_ASK_PATIENCE).topics.get(topic)
    ends = {}
    for number in [] if known is None else known.partitions:
        try:
            asked = TopicPartition(topic, number)
            ends[number] = consumer.get_watermark_offsets(asked, timeout=_ASK_PATIENCE)[1]
        except KafkaException:
            return {}
    return ends
