"""The chunk consumer: one event for each fetched chunk, commits only behind a gapless row of them."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, TypeAlias, cast

from faust.transport.consumer import ensure_TP
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP, ConsumerMessage
from mode import Service

from stream.transport.chain import Chain
from stream.transport.chunks import Chunk, ChunkThread
from stream.transport.group import PATIENCE, Unserved
from stream.transport.stop import stop_process

logger = logging.getLogger(__name__)

MAX_RECORDS = 5000  # of a chunk: bounds the work, some 20 ms, and the message that come of it
_COMMIT_BEFORE_REVOKE = 2.0
_GAPS_BEFORE_STOP = 5
_WATCH_EVERY = 2.0
_WATCH_PATIENCE = 30.0
_UNACKED_PATIENCE = 60.0
_ALL_IN_FLIGHT_PAUSE = 0.003
_SOME_IN_FLIGHT_WAIT = 0.02

_Topics: TypeAlias = Any  # Faust's TPorTopicSet


class ChunkConsumer(Consumer):
    """Faust's consumer with other rules for delivery and commit. Each override says what it answers."""

    _thread: ChunkThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._expected: dict[TP, int] = {}  # where each partition must go on
        self._chains: dict[TP, Chain] = {}
        self._in_flight: dict[TP, tuple[int, int]] = {}  # generation and last offset of its chunk
        self._gaps: dict[TP, int] = {}
        self._seeking = asyncio.Lock()
        super().__init__(*args, **kwargs)

    def _new_consumer_thread(self) -> ChunkThread:
        return ChunkThread(self, loop=self.loop, beacon=self.beacon)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Commit before Faust forgets what was acknowledged (`consumer.py:1361`): fewer replays."""
        try:
            await asyncio.wait_for(self.commit(), _COMMIT_BEFORE_REVOKE)
        except Exception as error:
            logger.info("no commit before the rebalance: %r", error)
        self._expected = {}
        await super().on_partitions_revoked(revoked)

    async def perform_seek(self) -> None:
        """Seek to the committed offsets, and note where each partition must go on.

        Faust resumes partitions before this seek (`tables/recovery.py:649`), so fetches from before it
        come through: until it is done nothing is expected and so nothing accepted.
        """
        async with self._seeking:
            self._expected = {}
            self._chains.clear()
            self._in_flight.clear()
            self._expected = await self._resume_points()

    async def _resume_points(self) -> dict[TP, int]:
        answer: Mapping[TP, int | None] = await self.seek_to_committed()
        committed = {ensure_TP(tp): at for tp, at in answer.items()}
        known = {tp: at for tp, at in committed.items() if at is not None and at >= 0}
        fresh = [tp for tp in committed if tp not in known]
        if fresh:  # aiokafka does not seek where nothing was committed
            earliest: Mapping[TP, int | None] = await self.earliest_offsets(*fresh)
            known.update({ensure_TP(tp): at for tp, at in earliest.items() if at is not None})
        for tp, at in known.items():
            self._read_offset[tp] = at or None
            self._committed_offset[tp] = at or None
        return known

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:
        """One chunk in flight a partition: what comes meanwhile makes the next chunk larger."""
        if self._in_flight and active_partitions and not self.app.in_recovery:
            active_partitions = set(active_partitions) - self._in_flight.keys()
            timeout = _SOME_IN_FLIGHT_WAIT
            if not active_partitions:
                await asyncio.sleep(_ALL_IN_FLIGHT_PAUSE)
                return {}
        return await super()._getmany(active_partitions, timeout)

    def ack(self, message: Any) -> bool:
        """Frees the partition for its next chunk, unless it has gone on to another one since a rebalance."""
        if self._in_flight.get(message.tp) == (message.generation_id, message.offset):
            del self._in_flight[message.tp]
        return super().ack(message)

    def give_back(self, message: Any) -> None:
        """A chunk that is deliberately not acknowledged: nobody waits for it (`consumer.py:871`)."""
        self._unacked_messages.discard(message)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:
        """Deliver chunks instead of records (`consumer.py:693`), and never across a hole."""
        fetched: Any = await self._wait_next_records(timeout)
        records, active = fetched
        generation = self.app.consumer_generation_id
        if records is None or self.should_stop:
            return
        if not self.flow_active:
            await self._seek_again()
            return
        for key, drained in records.items():
            tp = ensure_TP(key)
            if active is not None and tp not in active and tp not in self._buffered_partitions:
                continue
            for chunk in split(drained):
                if not self._is_current(generation):
                    return
                if not await self._accept(tp, chunk):
                    break
                message = self._deliver(tp, chunk, generation)
                if message is not None:
                    yield tp, message

    def _is_current(self, generation: int) -> bool:
        return bool(self.flow_active) and self.app.consumer_generation_id == generation

    async def _seek_again(self) -> None:
        try:
            await self.perform_seek()
        except Exception as error:
            logger.warning("seek to the committed offsets failed: %r", error)

    async def _accept(self, tp: TP, chunk: Chunk) -> bool:
        """Whether the chunk starts where the last one ended; if not, go back there.

        Nothing is accepted while rebalancing either: ``flow_control.resume()`` is still to come then and
        empties the agents' queues (`tables/recovery.py:659`).
        """
        expected = self._expected.get(tp)
        if expected is None or self.app.rebalancing:
            return False
        if chunk.start == expected:
            self._gaps.pop(tp, None)
            self._expected[tp] = chunk.next
            return True
        self._gaps[tp] = self._gaps.get(tp, 0) + 1
        logger.warning("%s: chunk at %s instead of %s: going back", tp, chunk.start, expected)
        if self._gaps[tp] > _GAPS_BEFORE_STOP:
            stop_process(f"{tp}: no chunk starts at {expected}")
        await self._thread.seek_wait({tp: expected})
        return False

    def _deliver(self, tp: TP, chunk: Chunk, generation: int) -> ConsumerMessage | None:
        chain = self._chains.get(tp)
        if chain is None or chain.generation != generation:
            chain = self._chains[tp] = Chain(generation)
        if not chunk:
            chain.passed(chunk.next, time.monotonic())
            return None
        last = chunk[-1]
        self._read_offset[tp] = last.offset - 1  # keeps Faust's own gap tree empty
        chain.delivered(last.offset, chunk.next, time.monotonic())
        self._in_flight[tp] = (generation, last.offset)
        return ConsumerMessage(
            tp.topic, tp.partition, last.offset, last.timestamp / 1000.0, last.timestamp_type,
            None, None, cast("Any", chunk), None, 0, 0, tp, generation_id=generation,
        )  # fmt: skip

    def _filter_tps_with_pending_acks(self, topics: _Topics = None) -> Iterator[TP]:
        """All partitions with chunks (`consumer.py:1084` looks at acks: a tail of markers has none)."""
        return iter(
            [tp for tp in self._chains if topics is None or tp in topics or tp.topic in topics]
        )

    def _new_offset(self, tp: TP) -> int | None:
        """Commit the position behind the gapless row of acknowledged chunks (`consumer.py:1097`)."""
        chain = self._chains.get(tp)
        if chain is None:
            return None
        acked = self._acked[tp]
        end = chain.committable(set(acked), self._committed_offset.get(tp) or 0)
        waiting = chain.first_waiting()
        self._acked[tp] = [] if waiting is None else [at for at in acked if at >= waiting]
        self._acked_index[tp] = set(self._acked[tp])
        return end

    def drained_at(self, tp: TP) -> int | None:
        """The position of a partition of which all was delivered and handled; None where that is not sure."""
        expected = self._expected.get(tp)
        if expected is None or tp in self._in_flight or self.app.rebalancing:
            return None
        end = self._thread.known_end(tp)
        return expected if end is not None and end <= expected else None

    @Service.task
    async def _watch(self) -> None:
        """End the process when it is dead and does not know it.

        aiokafka parks coordinator errors until somebody asks, and Faust never does; and a commit that
        failed is remembered as made (`consumer.py:1080`), which can leave a chunk uncommitted for ever.
        A group can be well and its topics be nobody's (`group.py`).
        """
        unserved = Unserved()
        while not self.should_stop:
            await self.sleep(_WATCH_EVERY)
            self._stop_if_stuck()
            try:
                topics: frozenset[str] = await asyncio.wait_for(
                    self._thread.call_thread(self._thread.check_coordinator), _WATCH_PATIENCE
                )
            except Exception as error:
                if not self.should_stop:
                    stop_process("the group coordinator's client has failed", error)
            else:
                if unserved.is_too_long(topics, time.monotonic()):
                    names = ", ".join(sorted(topics))
                    stop_process(f"no worker of the group has had {names} for {PATIENCE:.0f} s")

    def _stop_if_stuck(self) -> None:
        for tp, chain in list(self._chains.items()):
            since = chain.waiting_since()
            if since is None or chain.generation != self.app.consumer_generation_id:
                continue
            if time.monotonic() - since > _UNACKED_PATIENCE:
                stop_process(f"{tp}: a chunk was not committed for {_UNACKED_PATIENCE:.0f} s")


def split(drained: Chunk) -> Iterator[Chunk]:
    """Chunks of at most ``MAX_RECORDS`` records, whose positions join without a hole."""
    if len(drained) <= MAX_RECORDS:
        yield drained
        return
    start = drained.start
    for at in range(0, len(drained), MAX_RECORDS):
        part = drained[at : at + MAX_RECORDS]
        is_last = at + MAX_RECORDS >= len(drained)
        following = drained.next if is_last else part[-1].offset + 1
        yield Chunk(part, start, following)
        start = following
