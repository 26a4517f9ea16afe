"""A chunk: the records of one fetch of one partition, and the positions before and after it."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import ConsumerStoppedError
from aiokafka.structs import ConsumerRecord, TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread

from stream.transport.group import ask_for_unknown_topics, unserved_topics

FETCH_MAX_WAIT_MS = 100
FETCH_MIN_BYTES = 1 << 20  # together: a full fetch at once, or whatever came in 100 ms
_UNASSIGNED_PAUSE = 0.05
_STALE_AFTER = 2.0  # seconds; twenty fetches


class Chunk(list[Any]):
    """Records of one drain of one partition.

    Between records lie markers, aborted and compacted records, so offsets of records do not tell whether
    anything is missing; the fetcher's positions ``start`` and ``next`` do.
    """

    def __init__(self, records: Iterable[Any], start: int, following: int) -> None:
        super().__init__(records)
        self.start = start
        self.next = following


class ChunkThread(AIOKafkaConsumerThread):
    """Faust's consumer thread, but for how it fetches.

    Overrides ``_create_worker_consumer`` (Faust fixes ``fetch_max_wait_ms`` at 1500 and reads committed
    records only in ``exactly_once``, `drivers/aiokafka.py:571` and `:615`) and ``_fetch_records``
    (`drivers/aiokafka.py:1088`, which returns records without the positions around them).
    """

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_wait_ms = FETCH_MAX_WAIT_MS
        consumer._fetch_min_bytes = FETCH_MIN_BYTES
        return consumer

    def verify_event_path(self, now: float, tp: Any) -> None:
        """Tell of a partition that is not fetched at all.

        Faust would also tell of one that is not committed, but measures from the last commit
        (`drivers/aiokafka.py:898`): the first chunk after five quiet minutes would be an error each time.
        """
        self._verify_aiokafka_event_path(now, tp)

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[Any],
        timeout: float | None = None,
        max_records: int | None = None,
    ) -> Mapping[TopicPartition, Chunk]:
        if not self.consumer.flow_active:
            return {}
        fetcher = consumer._fetcher
        if consumer._closed or fetcher._closed:
            raise ConsumerStoppedError
        with fetcher._subscriptions.fetch_context():
            drained = await self._drain_assigned(fetcher, active_partitions, max_records)
            if drained or not timeout or not await _woken(fetcher, timeout):
                return drained
            return await self._drain_assigned(fetcher, active_partitions, max_records)

    async def _drain_assigned(
        self, fetcher: Any, active: set[Any], max_records: int | None
    ) -> dict[TopicPartition, Chunk]:
        subscriptions = fetcher._subscriptions
        if subscriptions.reassignment_in_progress:
            await subscriptions.wait_for_assignment()
        subscription = subscriptions.subscription
        if subscription is None or subscription.assignment is None:
            await asyncio.sleep(_UNASSIGNED_PAUSE)
            return {}
        return drain(fetcher, subscription.assignment, active, max_records)

    def known_end(self, tp: TopicPartition) -> int | None:
        """The end of a partition as its newest fetch said; None if that is not known or too old.

        Nothing is known of a partition that was just assigned, and an answer from before its broker went
        down does not tell what came since.
        """
        subscription = None if self._consumer is None else self._consumer._subscription.subscription
        assignment = None if subscription is None else subscription.assignment
        state = None if assignment is None else assignment.state_value(tp)
        if state is None or state.timestamp is None:
            return None
        if time.time() - state.timestamp / 1000 > _STALE_AFTER:
            return None
        end: int | None = state.highwater
        return end

    async def check_coordinator(self) -> frozenset[str]:
        """Raise the coordinator's parked error, which Faust never asks for; give topics that nobody has."""
        consumer = self._consumer
        if consumer is None or consumer._coordinator is None:
            return frozenset()
        consumer._coordinator.check_errors()
        ask_for_unknown_topics(consumer)
        return unserved_topics(consumer, self.app.assignor)


def drain(
    fetcher: Any, assignment: Any, active: set[Any], max_records: int | None
) -> dict[TopicPartition, Chunk]:
    """Take what is fetched, with the positions read in the same step.

    There is no await in it, so no seek can come between a position and its records. A drain without
    records moves the position too (past markers), and is reported as an empty chunk.
    """
    leave_as_decoded(fetcher)
    states = {tp: assignment.state_value(tp) for tp in fetcher._records}
    before = {
        tp: state.position
        for tp, state in states.items()
        if state is not None and state.has_valid_position
    }
    records = _take_without_waiting(fetcher, active, max_records)
    if records is None:
        return {}
    chunks = {}
    for tp, start in before.items():
        position = states[tp]._position
        taken = records.get(tp, [])
        if taken or position != start:
            chunks[tp] = Chunk(taken, start, position)
    return chunks


def leave_as_decoded(fetcher: Any) -> None:
    """Let records be those that aiokafka decoded: offset, timestamp, key, value and headers are all we read.

    To copy each into a `ConsumerRecord` of eleven fields takes as long as to decode five.
    """
    for fetched in fetcher._records.values():
        records = getattr(fetched, "_partition_records", None)  # a failed fetch has none
        if records is not None:
            records._consumer_record = _as_decoded


def _as_decoded(_tp: Any, record: Any) -> Any:
    return record


def _take_without_waiting(
    fetcher: Any, active: set[Any], max_records: int | None
) -> dict[TopicPartition, list[ConsumerRecord[Any, Any]]] | None:
    """Run the fetcher's coroutine for one step; None if it had to wait, and so took nothing."""
    step = fetcher.fetched_records(active, timeout=0, max_records=max_records)
    try:
        step.send(None)
    except StopIteration as done:
        taken: dict[TopicPartition, list[ConsumerRecord[Any, Any]]] = done.value
        return taken
    step.close()
    return None


async def _woken(fetcher: Any, timeout: float) -> bool:
    waiter = fetcher._create_fetch_waiter()
    done, pending = await asyncio.wait([waiter], timeout=timeout)
    if not done or fetcher._closed:
        for waiting in pending:
            waiting.cancel()
        return False
    waiter.result()
    return True
