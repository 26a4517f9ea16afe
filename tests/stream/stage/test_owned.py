"""State of a partition on a real Kafka: committed or not there, and one owner at a time."""

import asyncio
import os
import signal

import pytest
from aiokafka import TopicPartition
from fixtures_kafka import Kafka
from kafka_server import ApacheKafka

from config.settings import Settings
from stream.kafka.cluster import Cluster
from stream.kafka.readback import read_topic
from stream.kafka.topic_admin import TopicAdmin
from stream.kafka.topics import Topics
from stream.stage.core import Output
from stream.stage.owned import Fenced, OwnedPartition, Place, read_partition

pytestmark = pytest.mark.kafka


@pytest.fixture
def place(kafka: Kafka, topic_prefix: str) -> Place:
    return made_place(kafka.brokers, topic_prefix)


def made_place(brokers: str, topic_prefix: str) -> Place:
    settings = Settings.model_validate(
        {"kafka_brokers": brokers, "topic_prefix": topic_prefix, "partitions": 1}
    )
    with TopicAdmin(settings, wait=10) as admin:
        admin.create()
    topics = Topics(topic_prefix)
    return Place(
        Cluster(settings.kafka_brokers), f"{topics.group}-detect", topics.state("detect"), 0
    )


def test_what_was_committed_is_there_when_the_partition_is_opened_again(place: Place) -> None:
    """The newest value of each key; deleted keys are gone."""

    async def story() -> dict[bytes, bytes]:
        first = OwnedPartition(place)
        assert await first.open() == {}
        await first.write({b"a": b"1", b"b": b"1"}, [])
        await first.write({b"a": b"2", b"b": None}, [])
        await first.close()
        second = OwnedPartition(place)
        states = await second.open()
        await second.close()
        return states

    assert asyncio.run(story()) == {b"a": b"2"}


def test_a_new_owner_fences_the_old_one(place: Place, topic_prefix: str) -> None:
    """A worker that was stopped and wakes up can write neither state nor results any more."""
    spend = Topics(topic_prefix).spend

    async def story() -> tuple[dict[bytes, bytes], list[bytes | None]]:
        old, new = OwnedPartition(place), OwnedPartition(place)
        await old.open()
        await old.write({b"a": b"old"}, [Output(spend, b"k", b"1")])
        assert await new.open() == {b"a": b"old"}
        with pytest.raises(Fenced):
            await old.write({b"a": b"zombie"}, [Output(spend, b"k", b"2")])
        await new.write({b"a": b"new"}, [Output(spend, b"k", b"3")])
        await old.close()
        await new.close()
        values = [record.value async for record in read_topic(place.cluster, spend)]
        partition = TopicPartition(place.state_topic, place.partition)
        return await read_partition(place.cluster, partition), values

    states, results = asyncio.run(story())
    assert states == {b"a": b"new"}
    assert results == [b"1", b"3"]


def test_what_a_dead_owner_left_open_is_aborted(place: Place) -> None:
    """Records of a transaction that was never committed are not in the state."""

    async def story() -> dict[bytes, bytes]:
        dead = OwnedPartition(place)
        await dead.open()
        producer = dead._producer
        assert producer is not None
        await producer.begin_transaction()
        await producer.send_and_wait(place.state_topic, b"half", key=b"a", partition=0)
        heir = OwnedPartition(place)
        states = await heir.open()
        await heir.close()
        await dead.close()
        return states

    assert asyncio.run(story()) == {}


def test_closing_ends_a_write_that_the_broker_does_not_answer(own_kafka: ApacheKafka) -> None:
    """Its partition went to another worker; the chunk must not wait for ever, nor those behind it."""

    async def story() -> None:
        owner = OwnedPartition(made_place(own_kafka.brokers, "stalled."))
        await owner.open()
        os.kill(own_kafka.pid, signal.SIGSTOP)
        try:
            writing = asyncio.ensure_future(owner.write({b"a": b"1"}, []))
            await asyncio.wait({writing}, timeout=0.5)
            assert not writing.done()
            await owner.close()
            with pytest.raises(Fenced):
                await asyncio.wait_for(writing, 5)
        finally:
            os.kill(own_kafka.pid, signal.SIGCONT)

    asyncio.run(story())
