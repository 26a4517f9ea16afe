"""A worker says once that Kafka is out of reach, and once that it is back."""

import asyncio
import logging
from collections.abc import Callable

import pytest
from ports import free_port

from stream.kafka.reach import watch_brokers


def test_an_outage_is_two_lines(caplog: pytest.LogCaptureFixture) -> None:
    """One when no broker listens, with what to look at, and one when one does again."""
    caplog.set_level(logging.INFO)
    port = free_port()
    brokers = ("127.0.0.1:9", f"127.0.0.1:{port}")

    looks: list[asyncio.StreamWriter] = []

    async def until(happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not happened():  # noqa: ASYNC110 - a log sets no event
                await asyncio.sleep(0.01)

    def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        looks.append(writer)
        writer.close()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(accept, "127.0.0.1", port)

    async def story() -> None:
        server = await listen()
        watching = asyncio.ensure_future(watch_brokers(brokers, every=0.01))
        await until(lambda: len(looks) > 2)
        assert caplog.messages == []
        server.close()
        await server.wait_closed()
        await until(lambda: len(caplog.messages) == 1)
        await asyncio.sleep(0.1)
        server = await listen()
        await until(lambda: len(caplog.messages) == 2)
        watching.cancel()
        server.close()
        await server.wait_closed()

    asyncio.run(story())
    gone, back = caplog.messages
    assert gone.startswith(
        f"no Kafka broker answers at {', '.join(brokers)}: look whether they run"
    )
    assert back.startswith("Kafka answers again, after")
