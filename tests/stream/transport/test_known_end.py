"""What is known of a partition's end: only what a fetch said lately."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.subscription_state import SubscriptionState

from stream.transport.chunks import ChunkThread

HERE, ELSEWHERE = TopicPartition("usage", 0), TopicPartition("usage", 1)


def thread(age: float | None) -> ChunkThread:
    """The consumer's thread, not running, with an assigned partition that a fetch spoke of so long ago."""
    subscriptions = SubscriptionState()
    subscriptions.assign_from_user([HERE])
    if age is not None:
        state = subscriptions.subscription.assignment.state_value(HERE)
        state.highwater, state.timestamp = 42, int((time.time() - age) * 1000)
    made = ChunkThread.__new__(ChunkThread)
    made._consumer = SimpleNamespace(_subscription=subscriptions)
    return made


@pytest.mark.parametrize(
    ("age", "partition", "end"),
    [
        pytest.param(0.0, HERE, 42, id="just fetched"),
        pytest.param(60.0, HERE, None, id="its broker has been silent: more may have come"),
        pytest.param(None, HERE, None, id="assigned, not fetched yet"),
        pytest.param(0.0, ELSEWHERE, None, id="another worker's"),
    ],
)
def test_known_end(age: float | None, partition: TopicPartition, end: int | None) -> None:
    """A partition is called drained, and its source idle, only by an answer of the last seconds."""

    async def asked() -> int | None:  # aiokafka's state wants a loop
        return thread(age).known_end(partition)

    assert asyncio.run(asked()) == end


def test_nothing_is_known_before_the_consumer_starts() -> None:
    """There is no consumer to ask."""
    made = ChunkThread.__new__(ChunkThread)
    made._consumer = None
    assert made.known_end(HERE) is None
