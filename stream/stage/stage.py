"""A stage: opens the partitions that the group assigns, applies chunks, commits, and knows when it is fenced."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from stream.errors import RefusedError
from stream.kafka.cluster import Cluster
from stream.kafka.origin import Origin
from stream.stage.core import Changes, Core
from stream.stage.owned import Fenced, OwnedPartition, Place
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
_LOADED_AT_ONCE = 1000  # state records; some 50 ms
_CLOSE_PATIENCE = 5.0
_PROOF_HOLDS = 3.0  # seconds; half of the session after which another worker may have the partition


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
        proof_holds: seconds for which a write proves that the partition is ours.
        origin: what the positions in its state count; None if that is not known.
    """

    def __init__(
        self,
        app: Any,
        *,
        cluster: Cluster,
        name: str,
        state_topic: str,
        new_core: Callable[[int], C],
        proof_holds: float = _PROOF_HOLDS,
        origin: Origin | None = None,
    ) -> None:
        self._app = app
        self._cluster = cluster
        self.name = name
        self._state_topic = state_topic
        self._new_core = new_core
        self._proof_holds = proof_holds
        self._origin = origin
        self._held: dict[int, asyncio.Task[Held[C]]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._assigned: set[int] = set()
        self._generation: int | None = None

    def assigned(self, partitions: set[int]) -> None:
        """Close what went away, open at once what came, so that a dead owner's transaction ends soon.

        What stays is kept only if no generation was missed: else another worker may have owned it
        meanwhile, and what is in memory is old.
        """
        generation, before = self._app.consumer_generation_id, self._generation
        self._generation, self._assigned = generation, partitions
        keep = before is not None and generation in (before, before + 1)
        for partition in [p for p in self._held if p not in partitions or not keep]:
            self._drop(partition)
        for partition in partitions:
            self._opening(partition)

    def owned(self) -> list[int]:
        """Partitions that are open now."""
        return [partition for partition in self._held if self.core(partition) is not None]

    def core(self, partition: int) -> C | None:
        """The core of an open partition; None while it is not open."""
        task = self._held.get(partition)
        return task.result().core if task is not None and _is_open(task) else None

    def holds(self, partition: int) -> bool:
        """Whether the group's newest word gives the partition to this worker, and it is not about to end.

        It may be out of date in a worker that was stopped for a while: only a committed write proves it.
        """
        app = self._app
        current = self._generation == app.consumer_generation_id and not app.rebalancing
        return current and partition in self._assigned and not app.should_stop

    async def handle(self, message: Any) -> bool:
        """Apply one chunk and commit what it changed; False if the partition is not ours any more."""
        generation, partition = message.generation_id, message.partition
        return await self.change(partition, lambda core: core.apply(message.value), generation)

    async def change(
        self, partition: int, decide: Callable[[C], Changes], generation: int | None = None
    ) -> bool:
        """Let ``decide`` change the partition's core, and commit it; again after being fenced.

        A worker that was fenced but not told of a rebalance waits for it; if none comes, the partition
        is its own, and it takes it again. Without a ``generation``, that is without a chunk that proves
        that the partition was assigned, only one that is open or assigned is written.

        Returns:
            Whether it was committed; if not, the partition is not ours, or not now.
        """
        if generation is None:
            if self.core(partition) is None and not self.holds(partition):
                return False  # to open it would fence its owner
            generation = self._app.consumer_generation_id
        for _ in range(_RETAKES):
            if self._app.consumer_generation_id != generation:
                return False  # a chunk from before a rebalance must not open the partition either
            opening = self._opening(partition)
            try:
                held = await asyncio.shield(opening)  # others may wait for it too
                async with held.lock:
                    while self._app.consumer_generation_id == generation:
                        changes = decide(held.core)
                        log_unreadable(f"{self.name}-{partition}", held.core)
                        if changes.states or changes.outputs:
                            await held.owned.write(changes.states, changes.outputs)
                        if not changes.more:
                            return True
                    return False
            except Fenced as error:
                logger.warning("%s-%s: fenced (%r)", self.name, partition, error.__cause__)
                self._drop(partition, opening)
            if await self._lost(generation):
                return False
        reason = f"{self.name}-{partition}: fenced {_RETAKES} times in one generation"
        return stop_process(reason)

    async def prove(self, partition: int, claim: Callable[[C], Changes]) -> bool:
        """Whether the partition is ours right now: a write that changes nothing was committed just now.

        One that took long proves nothing: the process may have been stopped after the brokers answered.
        """
        began = time.monotonic()
        committed = await self.change(partition, claim)
        return committed and time.monotonic() - began < self._proof_holds

    async def close(self) -> None:
        """Close all partitions; what takes too long, such as one that is being opened, is left behind."""
        for partition in list(self._held):
            self._drop(partition)
        if self._closing:
            await asyncio.wait(self._closing, timeout=_CLOSE_PATIENCE)

    async def _lost(self, generation: int) -> bool:
        for _ in range(_REBALANCE_POLLS):
            app = self._app
            if app.rebalancing or app.should_stop or app.consumer_generation_id != generation:
                return True
            await asyncio.sleep(_REBALANCE_POLL)
        return False

    def _opening(self, partition: int) -> "asyncio.Task[Held[C]]":
        task = self._held.get(partition)
        if task is None or (task.done() and not _is_open(task)):
            task = self._held[partition] = asyncio.ensure_future(self._open(partition))
            task.add_done_callback(_stop_if_refused)
        return task

    async def _open(self, partition: int) -> Held[C]:
        generation = self._app.consumer_generation_id
        for attempt in range(1, _OPEN_TRIES + 1):
            owned = OwnedPartition(self._place(partition))
            try:
                states = await asyncio.wait_for(owned.open(), _OPEN_PATIENCE)
            except RefusedError:
                raise
            except Exception as error:
                logger.warning("%s-%s: not opened: %r", self.name, partition, error)
                await owned.close()
                if attempt == _OPEN_TRIES or self._app.consumer_generation_id != generation:
                    raise Fenced from error
                await asyncio.sleep(_OPEN_PAUSE)
            else:
                return Held(owned, await self._loaded(partition, states), asyncio.Lock())
        raise Fenced

    async def _loaded(self, partition: int, states: Mapping[bytes, bytes]) -> C:
        """A core with the partition's state, taken over in parts: the group must hear of the worker meanwhile."""
        core = self._new_core(partition)
        keys = sorted(states)
        for at in range(0, len(keys), _LOADED_AT_ONCE):
            core.load({key: states[key] for key in keys[at : at + _LOADED_AT_ONCE]})
            await asyncio.sleep(0)
        log_unreadable(f"{self.name}-{partition}", core)
        return core

    def _place(self, partition: int) -> Place:
        return Place(self._cluster, self.name, self._state_topic, partition, self._origin)

    def _drop(self, partition: int, opened: "asyncio.Task[Held[C]] | None" = None) -> None:
        """Give a partition up; if ``opened`` is given, only while it is the newest opening."""
        task = self._held.get(partition)
        if task is None or opened not in (None, task):
            return
        del self._held[partition]
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


def _stop_if_refused(task: "asyncio.Task[Any]") -> None:
    """At once: on a quiet topic no chunk would come to ask how the opening went."""
    error = None if task.cancelled() else task.exception()
    if isinstance(error, RefusedError):
        stop_process("a partition could not be opened", error)


def _is_open(task: "asyncio.Task[Held[C]]") -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


def log_unreadable(name: str, core: Core) -> None:
    """Say what a core has passed over since the last call."""
    for what in core.unreadable:
        logger.error("%s: passed over, since it cannot be read: %s", name, what)
    core.unreadable.clear()
