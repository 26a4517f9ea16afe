"""An embedded Kafka for the demo and for quick tests: librdkafka's mock cluster, in this process.

It speaks the protocol, transactions included, but keeps about 5 MB of a partition, fences nobody and
forgets all with the process. It proves nothing about exactness; tests of that use Apache Kafka.
"""

from types import TracebackType
from typing import Final, Self

from confluent_kafka import KafkaException, Producer

PARTITIONS: Final = 4  # of every topic: the mock cluster's own default
_PATIENCE: Final = 10.0
_MOCK: Final = "mockCluster"  # how librdkafka names it


class EmbeddedKafka:
    """Runs while it is entered; ``brokers`` says where."""

    def __init__(self, topics: tuple[str, ...]) -> None:
        self._topics = topics
        self._cluster: Producer | None = None
        self.brokers: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self._cluster = Producer(
            {"bootstrap.servers": "mock", "test.mock.num.brokers": 1, "log_level": 0}
        )
        known = self._cluster.list_topics(timeout=_PATIENCE)
        self.brokers = tuple(f"{broker.host}:{broker.port}" for broker in known.brokers.values())
        for topic in self._topics:  # asking for a topic makes it
            self._cluster.list_topics(topic, timeout=_PATIENCE)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cluster = None  # the cluster ends with its client


def is_embedded(brokers: tuple[str, ...]) -> bool:
    """Whether that is an embedded Kafka; False if nothing answers there."""
    asking = Producer({"bootstrap.servers": ",".join(brokers), "log_level": 0})
    try:
        known = asking.list_topics(timeout=_PATIENCE)
    except KafkaException:
        return False
    return str(getattr(known, "cluster_id", "")).startswith(_MOCK)
