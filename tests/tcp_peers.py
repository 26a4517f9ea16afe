"""Servers of no protocol at all: they take connections, and then cut them or say nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal


@dataclass
class TcpPeer:
    """A running server, and how many connections it had."""

    port: int = 0
    connections: int = 0


@asynccontextmanager
async def tcp_peer(does: Literal["cuts", "hangs"]) -> AsyncIterator[TcpPeer]:
    """A server on 127.0.0.1."""
    here = TcpPeer()
    open_ones: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here.connections += 1
        if does == "cuts":
            writer.transport.abort()
            return
        open_ones.append(writer)
        while await reader.read(1024):
            pass

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        for writer in open_ones:
            writer.transport.abort()
        await asyncio.sleep(0)
