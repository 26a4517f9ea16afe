"""A stage: opens the partitions that the group assigns, applies chunks, commits, and knows when it is fenced."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from stream.cluster import Cluster
from stream.stage.owned import Fenced, Output, OwnedPartition, Place
from stream.transport.stop import stop_process

logger = logging.getLogger(__name__)

_OPEN_TRIES = 5
_OPEN_PATIENCE = 60.0
_OPEN_PAUSE = 0.5
_RETAKES = 4
_REBALANCE_POLLS = (
    80  # times 0.1 s; counted, not timed: a stopped process must not wake past the wait
)
_REBALANCE_POLL = 0.1


class Changes(NamedTuple):
    """What a chunk changed: state records (None deletes) and records for other topics."""

    states: Mapping[bytes, bytes | None]
    outputs: Sequence[Output]


class Core(Protocol):
    """The pure part of a stage for one partition. It is thrown away when a write fails."""

    def load(self, states: Mapping[bytes, bytes]) -> None:
        """Take over the partition's state."""

    def apply(self, records: Iterable[Any]) -> Changes:
        """Apply Kafka records in order; the changes are committed before the next call."""


C = TypeVar("C", bound=Core)


class Held(NamedTuple, Generic[C]):
    """An opened partition: its writer, its core, and the lock that keeps transactions apart."""

    owned: OwnedPartition
    core: C
    lock: asyncio.Lock


class Stage(Generic[C]):
    """State of one stage over the partitions that this worker owns.

    Args:
        app: the Faust app, asked for generation, rebalancing and stopping.
        cluster: where the state topic is.
        name: of the stage, with the deployment's prefix; names the transactional ids.
        state_topic: compacted topic with as many partitions as the source.
        new_core: makes the empty core of a partition.
    """

    def __init__(
        self,
        app: Any,
        *,
        cluster: Cluster,
        name: str,
        state_topic: str,
        new_core: Callable[[int], C],
    ) -> None:
        self._app = app
        self._cluster = cluster
        self.name = name
        self._state_topic = state_topic
        self._new_core = new_core
        self._held: dict[int, asyncio.Task[Held[C]]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._generation: int | None = None

    def assigned(self, partitions: set[int]) -> None:
        """Close what went away, open at once what came, so that a dead owner's transaction ends soon.

        What stays is kept only if no generation was missed: else another worker may have owned it
        meanwhile, and what is in memory is old.
        """
        generation, before = self._app.consumer_generation_id, self._generation
        self._generation = generation
        keep = before is not None and generation in (before, before + 1)
        for partition in [p for p in self._held if p not in partitions or not keep]:
            self._drop(partition)
        for partition in partitions:
            self._opening(partition)

    def owned(self) -> list[int]:
        """Partitions that are open now."""
        return [p for p, task in self._held.items() if task.done() and not task.exception()]

    def core(self, partition: int) -> C | None:
        """The core of an open partition; None while it is not open."""
        task = self._held.get(partition)
        if task is None or not task.done() or task.cancelled() or task.exception() is not None:
            return None
        return task.result().core

    async def handle(self, message: Any) -> bool:
        """Apply one chunk and commit what it changed; False if the partition is not ours any more."""
        generation, partition = message.generation_id, message.partition
        return await self.change(partition, lambda core: core.apply(message.value), generation)

    async def change(
        self, partition: int, decide: Callable[[C], Changes], generation: int | None = None
    ) -> bool:
        """Let ``decide`` change the partition's core, and commit it; again after being fenced.

        A worker that was fenced but not told of a rebalance waits for it; if none comes, the partition
        is its own, and it takes it again.
        """
        generation = self._app.consumer_generation_id if generation is None else generation
        for _ in range(_RETAKES):
            try:
                held = await self._opening(partition)
                async with held.lock:
                    if self._app.consumer_generation_id != generation:
                        return False
                    changes = decide(held.core)
                    if changes.states or changes.outputs:
                        await held.owned.write(changes.states, changes.outputs)
                    return True
            except Fenced as error:
                logger.warning("%s-%s: fenced (%r)", self.name, partition, error.__cause__)
                self._drop(partition)
            if await self._lost(generation):
                return False
        reason = f"{self.name}-{partition}: fenced {_RETAKES} times in one generation"
        return stop_process(reason)

    async def close(self) -> None:
        """Close all partitions."""
        for partition in list(self._held):
            self._drop(partition)
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _lost(self, generation: int) -> bool:
        for _ in range(_REBALANCE_POLLS):
            app = self._app
            if app.rebalancing or app.should_stop or app.consumer_generation_id != generation:
                return True
            await asyncio.sleep(_REBALANCE_POLL)
        return False

    def _opening(self, partition: int) -> "asyncio.Task[Held[C]]":
        task = self._held.get(partition)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._held[partition] = asyncio.ensure_future(self._open(partition))
        return task

    async def _open(self, partition: int) -> Held[C]:
        generation = self._app.consumer_generation_id
        for attempt in range(1, _OPEN_TRIES + 1):
            owned = OwnedPartition(Place(self._cluster, self.name, self._state_topic, partition))
            try:
                states = await asyncio.wait_for(owned.open(), _OPEN_PATIENCE)
            except Exception as error:
                logger.warning("%s-%s: not opened: %r", self.name, partition, error)
                await owned.close()
                if attempt == _OPEN_TRIES or self._app.consumer_generation_id != generation:
                    raise Fenced from error
                await asyncio.sleep(_OPEN_PAUSE)
            else:
                core = self._new_core(partition)
                core.load(states)
                return Held(owned, core, asyncio.Lock())
        raise Fenced

    def _drop(self, partition: int) -> None:
        task = self._held.pop(partition, None)
        if task is not None:
            closing = asyncio.ensure_future(self._close(task))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    @staticmethod
    async def _close(task: "asyncio.Task[Held[C]]") -> None:
        try:
            held = await task
        except Fenced:
            return
        await held.owned.close()
