"""Publish events onto the source topics: in order, with an idempotent producer, counted."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Final, Self

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from stream.errors import UserError
from stream.kafka.cluster import unreachable

_METADATA_PATIENCE: Final = 10.0
_POLL_EVERY: Final = 1000
_ANY_PARTITION: Final = -1


class Publisher:
    """A producer that loses nothing silently: leaving it waits for every acknowledgement.

    Args:
        brokers: bootstrap servers.
        topics: the topics that will be written; each must exist.
        linger_ms: how long a batch waits for more.
        sticky: fill one partition's batch after the other (larger batches); else spread evenly.

    Raises:
        UserError: on entering, if Kafka does not answer or a topic is missing; on leaving, if events
            were not acknowledged.
    """

    def __init__(
        self,
        brokers: tuple[str, ...],
        topics: Sequence[str],
        *,
        linger_ms: int = 20,
        sticky: bool = True,
    ) -> None:
        self._brokers = brokers
        self._topics = topics
        self._partitions: dict[str, list[int]] = {}
        self._failed: list[str] = []
        self.sent = 0
        self._producer = Producer(
            {
                "bootstrap.servers": ",".join(brokers),
                "enable.idempotence": True,
                "compression.type": "lz4",
                "linger.ms": linger_ms,
                "sticky.partitioning.linger.ms": 2 * linger_ms if sticky else 0,
                "queue.buffering.max.messages": 200_000,
                "queue.buffering.max.kbytes": 262_144,
                "partitioner": "murmur2_random",
                "log_level": 0,
            }
        )

    def __enter__(self) -> Self:
        try:
            known = self._producer.list_topics(timeout=_METADATA_PATIENCE).topics
        except KafkaException:
            raise unreachable(self._brokers) from None
        for topic in self._topics:
            if topic not in known or not known[topic].partitions:
                raise UserError(
                    f"there is no topic {topic!r}: run `spendwatch topics create`", exit_code=3
                )
            self._partitions[topic] = sorted(known[topic].partitions)
        return self

    def send(
        self,
        topic: str,
        value: bytes,
        headers: Sequence[tuple[str, bytes]] = (),
        partition: int = _ANY_PARTITION,
    ) -> None:
        """Queue one event; waits while the queue is full."""
        self._produce(topic, value, headers, partition)
        self.sent += 1
        if self.sent % _POLL_EVERY == 0:
            self._producer.poll(0)

    def mark(self, topic: str, headers: Sequence[tuple[str, bytes]]) -> None:
        """Queue a message that is no event to each partition of the topic; it is not counted."""
        for partition in self._partitions[topic]:
            self._produce(topic, None, headers, partition)

    def _produce(
        self,
        topic: str,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        partition: int,
    ) -> None:
        while True:
            try:
                self._producer.produce(
                    topic,
                    value,
                    partition=partition,
                    headers=list(headers),
                    on_delivery=self._delivered,
                )
                break
            except BufferError:
                self._producer.poll(0.1)

    def flush(self) -> None:
        """Wait until all that was sent is acknowledged.

        Raises:
            UserError: if some of it was not.
        """
        self._producer.flush()
        if self._failed:
            raise UserError(
                f"{len(self._failed)} of {self.sent} events were not acknowledged, the first because "
                f"of: {self._failed[0]}; publish the file again",
                exit_code=3,
            )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.flush()
        else:
            self._producer.flush(5)

    def _delivered(self, error: KafkaError | None, _message: Message | Any) -> None:
        if error is not None:
            self._failed.append(str(error))
