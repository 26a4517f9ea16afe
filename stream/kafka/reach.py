"""Says in the worker's log when Kafka is out of reach, which its clients tell in hundreds of other words."""

import asyncio
import logging
import time

logger = logging.getLogger(__name__)

_LOOK_EVERY = 5.0
_ANSWER = 3.0


async def watch_brokers(brokers: tuple[str, ...], every: float = _LOOK_EVERY) -> None:
    """Look for ever whether a broker listens; a line when none does any more, and when one does again.

    It only tells. The worker ends by itself, by its limits on what is not committed, if it takes long.
    """
    gone: float | None = None
    while True:
        if await _any_listens(brokers):
            if gone is not None:
                logger.warning("Kafka answers again, after %.0f s", time.monotonic() - gone)
            gone = None
        elif gone is None:
            gone = time.monotonic()
            logger.error(
                "no Kafka broker answers at %s: look whether they run and have disk space. Nothing is lost: the "
                "worker waits, ends with exit code 70 after one to two minutes, and goes on where it was when it "
                "is started again",
                ", ".join(brokers),
            )
        await asyncio.sleep(every)


async def _any_listens(brokers: tuple[str, ...]) -> bool:
    return any(await asyncio.gather(*map(_listens, brokers)))


async def _listens(broker: str) -> bool:
    host, _, port = broker.rpartition(":")
    try:
        connecting = asyncio.open_connection(host.strip("[]"), int(port))
        _, writer = await asyncio.wait_for(connecting, _ANSWER)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
