"""Servers that sinks talk to in tests: real HTTP, with answers that a test sets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Peer:
    """A running server: what it was sent, and where it is."""

    url: str
    paths: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)


@asynccontextmanager
async def peer(*answers: Answer) -> AsyncIterator[Peer]:
    """A server that gives the answers one after the other, and the last one for ever."""
    waiting = list(answers)

    async def handle(request: web.Request) -> web.StreamResponse:
        here.paths.append(request.path)
        raw = await request.read()
        here.bodies.append(await request.json() if raw[:1] in {b"{", b"["} else raw)
        return await (waiting.pop(0) if len(waiting) > 1 else waiting[0])(request)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    server = TestServer(app)
    async with server:
        here = Peer(str(server.make_url("/")))
        yield here


def says(body: Any, status: int = 200, **headers: str) -> Answer:
    """Answers with JSON."""

    async def answer(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response(body, status=status, headers=named)

    return answer


def says_text(text: str, status: int = 200, content_type: str = "text/plain") -> Answer:
    """Answers with what is no JSON."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status, content_type=content_type)

    return answer


async def resets(request: web.Request) -> web.StreamResponse:
    """Cuts the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hangs(_: web.Request) -> web.StreamResponse:
    """Takes longer than any test waits."""
    await asyncio.sleep(3)
    return web.Response()
