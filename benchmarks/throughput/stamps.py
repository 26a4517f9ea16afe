"""When records came to a topic, by the brokers' clock."""

import time
from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import uuid4

from confluent_kafka import Consumer, TopicPartition

from benchmarks.throughput.processes import FailedError

_PATIENCE: Final = 10.0


class _Stamp(NamedTuple):
    at: float
    value: bytes


class Stamps:
    """Follows topics from their end on and keeps when each record was appended.

    Args:
        brokers: bootstrap servers.
        topics: with ``message.timestamp.type`` LogAppendTime.
    """

    def __init__(self, brokers: str, topics: Sequence[str]) -> None:
        self._kept: dict[str, list[_Stamp]] = {topic: [] for topic in topics}
        self._consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": f"stamps-{uuid4()}",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "log_level": 0,
            }
        )
        known = self._consumer.list_topics(timeout=_PATIENCE).topics
        self._consumer.assign(
            [TopicPartition(topic, at, 0) for topic in topics for at in known[topic].partitions]
        )

    def first(self, topic: str, after: float, words: str) -> float:
        """When the first record with these words came after a time.

        Raises:
            FailedError: if none is there.
        """
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            self._read()
            for stamp in self._kept[topic]:
                if stamp.at >= after and words.encode() in stamp.value:
                    return stamp.at
        raise FailedError(f"{topic}: no record with {words}")

    def last(self, topic: str, after: float, before: float) -> float:
        """When the last record between two times came; the first time if there is none."""
        self._read()
        return max(
            (stamp.at for stamp in self._kept[topic] if after <= stamp.at <= before), default=after
        )

    def _read(self) -> None:
        for record in self._consumer.consume(5000, timeout=0.05):
            value, topic = record.value(), record.topic()
            if record.error() is None and value is not None and topic is not None:
                self._kept[topic].append(_Stamp(record.timestamp()[1] / 1000, value))
