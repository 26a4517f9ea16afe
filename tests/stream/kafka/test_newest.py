"""When the newest message of a topic came, on a real Kafka."""

import asyncio
import time

import pytest
from aiokafka import AIOKafkaProducer
from fixtures_kafka import Kafka
from kafka.admin import KafkaAdminClient, NewTopic

from config.rules import Rules
from stream.errors import UserError
from stream.freshness.watch import FreshnessWatch
from stream.kafka.cluster import Cluster
from stream.kafka.newest import newest_times
from stream.kafka.topics import Topics
from tests.stream.detect.batches import rules

pytestmark = pytest.mark.kafka


def created(kafka: Kafka, *names: str) -> Cluster:
    """Topics of three partitions, stamped by the broker."""
    client = KafkaAdminClient(bootstrap_servers=kafka.brokers)
    stamped = {"message.timestamp.type": "LogAppendTime"}
    client.create_topics([NewTopic(name, 3, 1, topic_configs=stamped) for name in names])
    client.close()
    return Cluster(tuple(kafka.brokers.split(",")))


def test_it_is_the_brokers_time_of_the_newest_partition(kafka: Kafka, topic_prefix: str) -> None:
    """Whatever time the producer says, and in whichever partition; an empty topic has none."""
    asyncio.run(_it_is_the_brokers_time_of_the_newest_partition(kafka, topic_prefix))


async def _it_is_the_brokers_time_of_the_newest_partition(kafka: Kafka, topic_prefix: str) -> None:
    full, empty = f"{topic_prefix}full", f"{topic_prefix}empty"
    cluster = created(kafka, full, empty)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.brokers)
    await producer.start()
    before = int(time.time())
    for partition in (0, 2):
        for _ in range(15):
            await producer.send_and_wait(full, b"x", partition=partition, timestamp_ms=1)
    await producer.stop()

    found = await newest_times(cluster, [full, empty])

    assert found[empty] is None
    newest = found[full]
    assert newest is not None
    assert before - 1 <= newest <= time.time() + 1


def test_marks_of_transactions_are_no_messages(kafka: Kafka, topic_prefix: str) -> None:
    """What stands last may be the end of a transaction; what was taken back never came."""
    asyncio.run(_marks_of_transactions_are_no_messages(kafka, topic_prefix))


async def _marks_of_transactions_are_no_messages(kafka: Kafka, topic_prefix: str) -> None:
    name = f"{topic_prefix}marks"
    cluster = created(kafka, name)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.brokers, transactional_id=name)
    await producer.start()
    await producer.begin_transaction()
    await producer.send_and_wait(name, b"taken back", partition=0)
    await producer.abort_transaction()
    assert (await newest_times(cluster, [name]))[name] is None
    async with producer.transaction():
        await producer.send_and_wait(name, b"x", partition=0)
    await producer.stop()

    assert (await newest_times(cluster, [name]))[name] is not None


def test_a_topic_that_is_not_there_is_named(kafka: Kafka, topic_prefix: str) -> None:
    """With what to do."""
    asyncio.run(_a_topic_that_is_not_there_is_named(kafka, topic_prefix))


async def _a_topic_that_is_not_there_is_named(kafka: Kafka, topic_prefix: str) -> None:
    with pytest.raises(UserError, match=f"there is no topic '{topic_prefix}none'"):
        await newest_times(Cluster(tuple(kafka.brokers.split(","))), [f"{topic_prefix}none"])


def test_a_source_stops_and_comes_back(kafka: Kafka, topic_prefix: str) -> None:
    """The watch sees it by the topics alone."""
    asyncio.run(_a_source_stops_and_comes_back(kafka, topic_prefix))


async def _a_source_stops_and_comes_back(kafka: Kafka, topic_prefix: str) -> None:
    topics, known = Topics(topic_prefix), rules(stale_after="1h")
    assert isinstance(known, Rules)
    cluster = created(kafka, topics.billing, topics.usage)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.brokers)
    await producer.start()
    await producer.send_and_wait(topics.usage, b"x", partition=1)
    watch, now = FreshnessWatch(cluster, topics, known), int(time.time())

    assert await watch.look(now) == []
    (stopped,) = await watch.look(now + 2 * 3600)
    assert (stopped.source, stopped.stale) == ("usage", True)
    time_of_first = watch.sources["usage"].newest
    while watch.sources["usage"].newest == time_of_first:  # the broker's clock must move on
        await producer.send_and_wait(topics.usage, b"x", partition=0)
        told = await watch.look(int(time.time()))
    await producer.stop()
    assert [(one.source, one.stale, one.since) for one in told] == [("usage", False, stopped.since)]
