"""Topics and records of the runs, by a client that none of the measured programs waits for."""

from collections.abc import Iterable
from typing import Final

from confluent_kafka import KafkaError, Message, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from benchmarks.throughput.processes import FailedError
from benchmarks.throughput.traffic import Traffic

_POLL_EVERY: Final = 1000
_ADMIN_PATIENCE: Final = 30.0
_BY_KEY: Final = -1

Record = tuple[bytes | None, bytes, int]  # key, value, partition


def records(
    traffic: Traffic, events: Iterable[tuple[int, bytes]], partitions: int | None
) -> Iterable[Record]:
    """Events as records: spread evenly without a key, or with team and service as key if ``partitions`` is None."""
    for number, (at, value) in enumerate(events):
        if partitions is None:
            team, service, _ = traffic.names(at)
            yield f"{team}/{service}".encode(), value, _BY_KEY
        else:
            yield None, value, number % partitions


def create_topic(brokers: str, name: str, partitions: int) -> None:
    """Create a plain topic of one replica."""
    admin = AdminClient({"bootstrap.servers": brokers, "log_level": 0})
    made = admin.create_topics([NewTopic(name, partitions, 1)])
    for future in made.values():
        future.result(_ADMIN_PATIENCE)


def delete_topics(brokers: str, names: list[str]) -> None:
    """Delete topics, so that one run's data is not on disk in the next one."""
    admin = AdminClient({"bootstrap.servers": brokers, "log_level": 0})
    for future in admin.delete_topics(names).values() if names else ():
        future.result(_ADMIN_PATIENCE)


def publish(brokers: str, topic: str, records: Iterable[Record]) -> None:
    """Write records and wait for every acknowledgement.

    Raises:
        FailedError: if one was not acknowledged.
    """
    failed: list[str] = []
    producer = Producer(
        {
            "bootstrap.servers": brokers,
            "enable.idempotence": True,
            "compression.type": "lz4",
            "linger.ms": 20,
            "queue.buffering.max.messages": 200_000,
            "partitioner": "murmur2_random",
            "log_level": 0,
        }
    )

    def delivered(error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            failed.append(str(error))

    for number, (key, value, partition) in enumerate(records):
        while True:
            try:
                producer.produce(topic, value, key, partition, on_delivery=delivered)
                break
            except BufferError:
                producer.poll(0.1)
        if number % _POLL_EVERY == 0:
            producer.poll(0)
    producer.flush()
    if failed:
        raise FailedError(f"{len(failed)} records were not acknowledged: {failed[0]}")
