"""The only consuming loop: acknowledge a chunk after it is durable, end the process on any error."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from stream.transport.stop import stop_process

logger = logging.getLogger(__name__)


async def each_chunk(
    stream: Any, handle: Callable[[Any], Awaitable[bool]], running: set[asyncio.Task[None]]
) -> None:
    """Hand each chunk of a Faust stream to ``handle``, partitions side by side, each in order.

    ``handle`` gets the Kafka message whose value is the chunk and answers whether it is durable; if not
    (the partition went to another worker meanwhile), it is not acknowledged and comes again there.
    ``running`` holds the chunks at work: who ends the worker waits for them.
    """
    stream.enable_acks = False  # Faust would acknowledge after an exception too (`streams.py:1187`)
    locks: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)  # also across generations
    async for _ in stream:
        event = stream.current_event
        if event is None:
            continue
        lock = locks[event.message.partition]
        task = asyncio.ensure_future(_one(stream, event, handle, lock))
        running.add(task)
        task.add_done_callback(running.discard)


async def _one(
    stream: Any, event: Any, handle: Callable[[Any], Awaitable[bool]], lock: asyncio.Lock
) -> None:
    async with lock:
        try:
            durable = await handle(event.message)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - unknown what was done: the next owner knows from its state
            if not stream.app.should_stop:
                stop_process("a chunk could not be handled", error)
            logger.info("a chunk was not finished before the worker ended: %r", error)
            durable = False
        if durable:
            await stream.ack(event)
        else:
            stream.app.consumer.give_back(event.message)
