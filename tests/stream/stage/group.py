"""A stage without the rest of a worker: its group set by hand, and a stage played to its end."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from stream.stage.stage import Stage


@dataclass
class Group:
    """What a stage asks the Faust app for: the group as one worker sees it."""

    consumer_generation_id: int = 1
    rebalancing: bool = False
    should_stop: bool = False


async def opened(stage: Stage[Any]) -> None:
    """Wait until partition 0 is open."""
    async with asyncio.timeout(20):
        await stage._opening(0)


def play(*stages: Stage[Any], story: Callable[[], Awaitable[None]]) -> None:
    """Run a story and close the stages."""

    async def to_the_end() -> None:
        try:
            await story()
        finally:
            await asyncio.gather(*(stage.close() for stage in stages))

    asyncio.run(to_the_end())
    gc.collect()  # a fenced producer leaves futures whose errors nobody asks for: they are logged here
