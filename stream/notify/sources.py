"""The worker that owns the alerts watches the sources: one that stops is told once, whoever owned them before."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from alerting import inbox
from config.rules import Rules
from stream.freshness.watch import FreshnessWatch
from stream.kafka.cluster import Cluster
from stream.kafka.topics import Topics
from stream.notify.core import NotifyCore
from stream.stage.stage import Stage

logger = logging.getLogger(__name__)

_ASK_EVERY: Final = 1.0  # seconds; whether the alerts are this worker's is known without Kafka

Send = Callable[[inbox.Heard], Awaitable[None]]


class SourceWatcher:
    """Looks while this worker owns the alerts, and keeps what it learns with their state.

    Args:
        stage: of the alerts.
        cluster: where the topics are.
        topics: of the deployment.
        rules: what people tune.
        send: puts on the topic `alerts`.
    """

    def __init__(
        self, stage: Stage[NotifyCore], cluster: Cluster, topics: Topics, rules: Rules, send: Send
    ) -> None:
        self._stage = stage
        self._parts = (cluster, topics, rules)
        self._send = send
        self._core: NotifyCore | None = None  # whose state the watch went on from
        self._watch: FreshnessWatch | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self._look(int(time.time()))
            await asyncio.sleep(_ASK_EVERY if self._watch is None else self._watch.every)

    async def _look(self, now: int) -> None:
        core = self._stage.core(0)
        if core is None or not self._stage.holds(0):
            self._core = self._watch = None
            return
        if self._watch is None or self._core is not core:
            self._core, self._watch = core, self._taken_over(core)
        watch = self._watch
        for heard in await watch.look(now):
            await self._send(heard)
        await self._stage.change(0, lambda core: core.note_watch(watch.to_bytes()))

    def _taken_over(self, core: NotifyCore) -> FreshnessWatch:
        try:
            watch = FreshnessWatch.from_bytes(core.memory.watch, *self._parts)
        except ValueError as error:
            logger.warning("what was learned of the sources' rhythm is learned again: %s", error)
            watch = FreshnessWatch(*self._parts)
        for heard in core.memory.sources.values():
            watch.heard(heard)
        return watch
