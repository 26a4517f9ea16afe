"""Topics of a group that no worker has: asked for again, and no state to stay in."""

from typing import Any

from aiokafka import AIOKafkaConsumer

PATIENCE = 90.0  # seconds; longer than a cut of the brokers and the rebalance after it take


def ask_for_unknown_topics(consumer: AIOKafkaConsumer) -> None:
    """Have the leader of a group ask Kafka again for topics of which it knows no partition.

    The leader assigns what it knows of. If the brokers go down before it has asked for its topics, it knows of
    none; aiokafka asks again only after ``metadata_max_age_ms``, five minutes from the last attempt, and until
    then a healthy group has nothing. Once a topic is known aiokafka itself has the group join again.
    """
    coordinator = consumer._coordinator
    is_leader = coordinator._group_subscription is not None  # of the present generation
    if is_leader and 0 in coordinator._metadata_snapshot.values():
        consumer._client.force_metadata_update()


def unserved_topics(consumer: AIOKafkaConsumer, assignor: Any) -> frozenset[str]:
    """Topics of this worker that no worker of its group has a partition of; all of them while it joins.

    A worker that has nothing because there are more workers than partitions has no such topics: each worker
    is told what all others have.
    """
    topics: frozenset[str] = frozenset(consumer.subscription())
    if consumer._subscription.reassignment_in_progress:
        return topics
    served = {
        topic
        for assigned in assignor.external_topic_distribution.values()
        for topic, partitions in assigned.items()
        if partitions
    }
    return topics - served


class Unserved:
    """For how long the same worker has seen topics that nobody has."""

    def __init__(self) -> None:
        self._since: float | None = None

    def is_too_long(self, topics: frozenset[str], now: float) -> bool:
        """Take note of a look at `unserved_topics`; ``now`` in seconds of a steady clock."""
        if not topics:
            self._since = None
        elif self._since is None:
            self._since = now
        return self._since is not None and now - self._since > PATIENCE
