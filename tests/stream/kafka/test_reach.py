"""A worker says once that Kafka is out of reach, and once that it is back."""

import asyncio
import logging

import pytest
from ports import free_port

from stream.kafka.reach import watch_brokers


def test_an_outage_is_two_lines(caplog: pytest.LogCaptureFixture) -> None:
    """One when no broker listens, with what to look at, and one when one does again."""
    caplog.set_level(logging.INFO)
    port = free_port()
    brokers = ("127.0.0.1:9", f"127.0.0.1:{port}")

    async def lines(number: int) -> None:
        async with asyncio.timeout(10):
            while len(caplog.messages) < number:  # noqa: ASYNC110 - a log sets no event
                await asyncio.sleep(0.01)

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)

    async def story() -> None:
        server = await listen()
        watching = asyncio.ensure_future(watch_brokers(brokers, every=0.01))
        await asyncio.sleep(0.1)
        assert caplog.messages == []
        server.close()
        await server.wait_closed()
        await lines(1)
        await asyncio.sleep(0.1)
        server = await listen()
        await lines(2)
        watching.cancel()
        server.close()
        await server.wait_closed()

    asyncio.run(story())
    gone, back = caplog.messages
    assert gone.startswith(
        f"no Kafka broker answers at {', '.join(brokers)}: look whether they run"
    )
    assert back.startswith("Kafka answers again, after")
