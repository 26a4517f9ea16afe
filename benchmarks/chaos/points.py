"""Exact points of a worker's work at which it kills itself when a file tells it to.

When the file that `ORDER` names is there and says a point, the worker deletes it and is gone, as in a power
cut, the next time it comes to that point.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

ORDER: Final = "CHAOS_ORDER"  # not SPENDWATCH_...: the product refuses what it does not know
POINTS: Final = (
    "fetched",  # a source chunk is about to be folded
    "sent",  # its messages are on their way to `charges`, not acknowledged
    "acknowledged",  # they are; the source chunk is not
    "begun",  # a transaction is open, nothing sent
    "written",  # its records are acknowledged; the commit is not asked for
    "committing",  # it is asked for, not answered
    "committed",  # it is answered; the chunk is not acknowledged
    "offsets",  # chunks are acknowledged, their offsets about to be committed
    "opened",  # a partition's state was just taken over
    "told",  # a message was sent, and is not noted yet: the one case in which it may be sent again
)
ON_THE_WIRE: Final = 0.002  # seconds in which a request leaves, and an answer rarely comes


def arrive(point: str) -> None:
    """Die here if the order names this point."""
    if is_ordered(point):
        die()


def is_ordered(point: str) -> bool:
    """Whether the order names this point."""
    try:
        return Path(os.environ[ORDER]).read_text() == point
    except OSError:
        return False


def die() -> None:
    """Take the order away, as a sign that it was obeyed, and end as in a power cut."""
    Path(os.environ[ORDER]).unlink()
    os.kill(os.getpid(), signal.SIGKILL)


def hook(owner: type, name: str, before: str | None, after: str | None, pause: float = 0.0) -> None:
    """Put points before and after a coroutine method.

    Raises:
        AttributeError: if the class has no such method any more.
    """
    original: Callable[..., Awaitable[object]] = getattr(owner, name)

    async def hooked(*arguments: object, **options: object) -> object:
        if before is not None:
            arrive(before)
        answer = await original(*arguments, **options)
        if after is not None and is_ordered(after):
            await asyncio.sleep(pause)
            die()
        return answer

    setattr(owner, name, hooked)


def hook_commit(owner: type) -> None:
    """Put points before, within and after the commit of a transaction."""
    name = "commit_transaction"
    original: Callable[..., Awaitable[object]] = getattr(owner, name)

    async def commit_transaction(producer: object) -> None:
        arrive("written")
        committing = asyncio.ensure_future(original(producer))
        if is_ordered("committing"):
            await asyncio.sleep(ON_THE_WIRE)
            die()
        await committing
        arrive("committed")

    setattr(owner, name, commit_transaction)
