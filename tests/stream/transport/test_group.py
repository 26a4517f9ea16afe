"""A group's topics reach a worker, also if its leader first knew nothing of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import faust
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from fixtures_kafka import Kafka

from stream.transport.chunks import ChunkThread
from stream.transport.group import PATIENCE, Unserved

TOPICS = frozenset({"charges"})
WITHIN = 20.0  # seconds; far less than the five minutes after which aiokafka asks by itself


@dataclass(frozen=True)
class Member:
    """A worker of a group: Faust's consumer thread, here in the loop of the test, and its consumer."""

    thread: ChunkThread
    consumer: AIOKafkaConsumer

    async def check(self) -> frozenset[str]:
        """What the watchdog does every two seconds."""
        return await self.thread.check_coordinator()

    @property
    def has_joined(self) -> bool:
        return not self.consumer._subscription.reassignment_in_progress

    @property
    def partitions(self) -> int:
        return len(self.consumer.assignment())


@asynccontextmanager
async def member(kafka: Kafka, group: str, topic: str, name: str) -> AsyncIterator[Member]:
    """A worker of the group, as Faust's consumer thread makes it, that subscribes once it is connected."""
    app = faust.App(group, store="memory://", canonical_url=f"http://{name}:6066")
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka.brokers,
        group_id=group,
        partition_assignment_strategy=[app.assignor],
        enable_auto_commit=False,
        heartbeat_interval_ms=200,
    )
    thread = ChunkThread.__new__(ChunkThread)
    thread.app, thread._consumer = app, consumer
    await consumer.start()
    try:
        consumer.subscribe([topic])
        yield Member(thread, consumer)
    finally:
        await consumer.stop()


async def make_topic(kafka: Kafka, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.brokers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def until(happened: Callable[[], bool], *watched: Member) -> None:
    """Look after these workers until it has happened."""
    async with asyncio.timeout(WITHIN):
        while not happened():
            for worker in watched:
                await worker.check()
            await asyncio.sleep(0.1)


def test_a_group_that_was_assigned_nothing_gets_its_topic_once_kafka_knows_it(
    kafka: Kafka, topic_prefix: str
) -> None:
    """It is so too when the brokers go down while the first worker joins: it has asked for no topic yet."""
    topic = f"{topic_prefix}charges"

    async def scenario() -> None:
        async with member(kafka, f"{topic_prefix}group", topic, "worker-0") as worker:
            await until(lambda: worker.has_joined)
            assert worker.partitions == 0
            assert await worker.check() == {topic}

            await make_topic(kafka, topic)
            await until(lambda: worker.partitions == 1, worker)
            assert await worker.check() == frozenset()

    asyncio.run(scenario())


def test_a_worker_that_has_rightly_nothing_stays(kafka: Kafka, topic_prefix: str) -> None:
    """There are more workers than partitions: it misses no topic, whether it is the leader or not."""
    topic, group = f"{topic_prefix}charges", f"{topic_prefix}group"

    async def scenario() -> None:
        await make_topic(kafka, topic)
        async with (
            member(kafka, group, topic, "worker-0") as one,
            member(kafka, group, topic, "worker-1") as other,
        ):
            both = (one, other)

            def settled() -> bool:
                generations = {worker.consumer._coordinator.generation for worker in both}
                return len(generations) == 1 and all(worker.has_joined for worker in both)

            await until(settled, *both)
            assert sorted(worker.partitions for worker in both) == [0, 1]
            assert [await worker.check() for worker in both] == [frozenset()] * 2

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("looks", "is_too_long"),
    [
        pytest.param([(0.0, TOPICS)], False, id="a first look"),
        pytest.param([(0.0, TOPICS), (PATIENCE, TOPICS)], False, id="a long rebalance"),
        pytest.param([(0.0, TOPICS), (PATIENCE + 1, TOPICS)], True, id="too long"),
        pytest.param(
            [(0.0, TOPICS), (PATIENCE, frozenset()), (PATIENCE + 1, TOPICS)], False, id="had it"
        ),
        pytest.param([(0.0, frozenset()), (PATIENCE + 1, frozenset())], False, id="all is well"),
    ],
)
def test_topics_that_nobody_has_are_borne_for_a_time(
    looks: list[tuple[float, frozenset[str]]], *, is_too_long: bool
) -> None:
    """The time counts from when they were first missed since somebody had them."""
    unserved = Unserved()
    answers = [unserved.is_too_long(topics, now) for now, topics in looks]
    assert answers[-1] == is_too_long
    assert not any(answers[:-1])
