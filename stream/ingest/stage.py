"""The ingest agent's work: a source chunk becomes messages on `charges`, all acknowledged before the chunk is."""

import asyncio
import logging
import math
import time
from typing import Any, cast

from config.sources import Sources
from stream.ingest import batch as wire
from stream.ingest.dead_letters import record_of
from stream.ingest.fold import DeadLetter, Folder
from stream.ingest.pack import pack
from stream.ingest.source import Span
from stream.kafka.topics import Topics

logger = logging.getLogger(__name__)

_ACK_PATIENCE = 120.0
_LOOK_EVERY = 0.5
_CONFIRM_AFTER = 3.0  # seconds at least: longer than a fetch may be old that says so


class Ingest:
    """Folds chunks of the source topics and sends what comes of them.

    A chunk that is handled twice (crash, rebalance) sends its messages twice; the state behind `charges`
    knows the source offsets it has applied and skips them. So this stage needs no fence.
    """

    def __init__(self, app: Any, topics: Topics, folder: Folder, counts: dict[str, int]) -> None:
        self._app = app
        self._topics = topics
        self._folder = folder
        self._counts = counts  # partitions by topic name

    async def handle(self, source: str, message: Any) -> bool:
        """Fold and send one chunk; True when all that came of it is acknowledged by the brokers."""
        chunk = message.value
        span = Span(source, message.partition, self._counts[message.topic], chunk.start, chunk.next)
        folded, messages = pack(self._folder, span, chunk)
        sent = await self._send(messages)
        for letter in folded.dead:
            sent.append(await self._bury(letter, message.topic))
        await _acknowledged(sent)
        if folded.dead:
            first = folded.dead[0].refused
            logger.warning(
                "%s: %d events to %s, the first: %s: %s",
                message.topic,
                len(folded.dead),
                self._topics.dead_letters,
                first.reason,
                first.detail,
            )
        return True

    async def watch_idle(self, sources: Sources) -> None:
        """Tell all partitions of `charges` of source partitions that are drained and quiet.

        It is told again as long as it is so: that confirms what was told before (`SourceProgress`).
        """
        quiet: dict[Any, tuple[int, float]] = {}  # source partition: position, quiet since
        told: dict[Any, tuple[int, int, float]] = {}  # source partition: generation, position, when
        rules = {self._topics.billing: "billing", self._topics.usage: "usage"}
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            now, generation = time.monotonic(), self._app.consumer_generation_id
            for tp in [tp for tp in self._app.consumer.assignment() if tp.topic in rules]:
                position = self._app.consumer.drained_at(tp)
                if position is None:
                    quiet.pop(tp, None)
                    continue
                known = quiet.get(tp)
                if known is None or known[0] != position:
                    quiet[tp] = (position, now)
                    continue
                source = rules[tp.topic]
                idle_after = sources.of(source).idle_after
                *where, at = told.get(tp, (0, 0, -math.inf))
                again_after = max(idle_after / 2, _CONFIRM_AFTER)
                is_due = where != [generation, position] or now - at >= again_after
                if is_due and now - known[1] >= idle_after:
                    told[tp] = (generation, position, now)
                    span = Span(source, tp.partition, self._counts[tp.topic], position, position)
                    idle = [[wire.encode(batch)] for batch in self._folder.idle(span)]
                    await _acknowledged(await self._send(idle))

    async def _send(self, messages: list[list[bytes]]) -> list[Any]:
        """Send the messages of each partition, in their order."""
        send = self._app.producer.send
        return [
            await send(self._topics.charges, None, message, partition, None, None)
            for partition, of_partition in enumerate(messages)
            for message in of_partition
        ]

    async def _bury(self, letter: DeadLetter, topic: str) -> Any:
        record = record_of(letter, topic)
        return await self._app.producer.send(
            self._topics.dead_letters, record.key, record.value, None, None, record.headers
        )


async def _acknowledged(sent: list[Any]) -> None:
    await asyncio.wait_for(cast("Any", asyncio.gather(*sent)), _ACK_PATIENCE)
