"""A Slack that has buttons: Socket Mode's envelopes, as Slack documents them, and the methods that answer presses."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

SUBJECT = {"a": "A-1", "t": "search", "s": "OpenAI", "e": "production", "o": "usage"}
VALUE = json.dumps(SUBJECT, separators=(",", ":"))
USER = {"id": "U0ANN", "username": "ann", "name": "ann", "team_id": "T0123"}
CHANNEL = "C0123456"
_numbers = count(1)


@dataclass
class SlackPeer:
    """A running server: what it was asked, and the open sockets."""

    url: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # the last one for ever
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    tickets: list[str] = field(default_factory=list)
    acks: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    greets: bool = True
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def called(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    async def until(self, holds: Any) -> None:
        """Wait until something holds; it is looked at whenever the server hears something."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(holds), 10)

    async def send(self, payload: Any, kind: str = "interactive", envelope: str = "") -> str:
        """Send an envelope on the newest connection; its id."""
        envelope = envelope or f"envelope-{next(_numbers)}"
        await self.sockets[-1].send_json(
            {
                "envelope_id": envelope,
                "type": kind,
                "accepts_response_payload": True,
                "payload": payload,
            }
        )
        return envelope

    async def acknowledged(self, payload: Any, kind: str = "interactive") -> dict[str, Any]:
        """Send an envelope; the acknowledgement, which must come within three seconds."""
        began = time.monotonic()
        envelope = await self.send(payload, kind)
        await self.until(lambda: envelope in self.acks)
        at, ack = self.acks[envelope]
        assert at - began < 3
        return ack

    async def disconnect(self, reason: str = "warning") -> None:
        """Say that the newest connection will be closed."""
        await self.sockets[-1].send_json(
            {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
        )

    async def heard(self) -> None:
        async with self.changed:
            self.changed.notify_all()


@asynccontextmanager
async def slack_peer(**answers: list[dict[str, Any]]) -> AsyncIterator[SlackPeer]:
    """A server; ``answers`` are by method, with `_` for the dot."""
    here = SlackPeer(answers={name.replace("_", "."): given for name, given in answers.items()})

    async def method(request: web.Request) -> web.Response:
        name = request.match_info["method"]
        here.calls.append((name, await arguments_of(request)))
        answer = _next(here.answers.get(name)) or {"ok": True}
        if name == "apps.connections.open" and answer["ok"]:
            assert request.headers["Authorization"] == "Bearer xapp-1"
            here.tickets.append(f"ticket-{next(_numbers)}")
            answer = {"ok": True, "url": f"{here.url.replace('http', 'ws')}link/{here.tickets[-1]}"}
        await here.heard()
        return web.json_response(answer)

    async def link(request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in here.tickets:
            return web.Response(status=403)
        here.tickets.remove(ticket)  # it opens one connection
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        here.sockets.append(socket)
        if here.greets:
            await socket.send_json({"type": "hello", "num_connections": 1})
        await here.heard()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                ack = json.loads(message.data)
                here.acks[ack["envelope_id"]] = (time.monotonic(), ack)
                await here.heard()
        return socket

    app = web.Application()
    app.router.add_post("/api/{method}", method)
    app.router.add_get("/link/{ticket}", link)
    server = TestServer(app)
    async with server:
        here.url = str(server.make_url("/"))
        yield here
        for socket in here.sockets:
            await socket.close()


def press(kind: str, *, user: dict[str, str] = USER, trigger: str = "", **changes: Any) -> Any:
    """A payload of a button, as Slack documents it, cut down to a short message."""
    button = {
        "type": "button",
        "action_id": f"spendwatch.{kind}",
        "block_id": f"spendwatch|{VALUE}",
        "text": {"type": "plain_text", "text": kind},
        "value": VALUE,
        "action_ts": "1700000000.1",
    }
    return {
        "type": "block_actions",
        "user": user,
        "api_app_id": "A02",
        "token": "verification-token",
        "container": {"type": "message", "message_ts": "1.2", "channel_id": CHANNEL},
        "trigger_id": trigger or f"12466734323.{next(_numbers)}",
        "team": {"id": "T0123", "domain": "example"},
        "channel": {"id": CHANNEL, "name": "search-alerts"},
        "message": {"bot_id": "B1", "type": "message", "ts": "1.2", "text": "rose"},
        "response_url": "",
        "actions": [{**button, **changes}],
    }


def choose(choice: str, **changes: Any) -> Any:
    """A payload of the menu beside the buttons."""
    option = {"text": {"type": "plain_text", "text": choice}, "value": choice}
    menu = {"type": "static_select", "value": None, "selected_option": option}
    return press("snooze", **{**menu, **changes})


def hand_in(view: dict[str, Any], user: dict[str, str] = USER, **answers: Any) -> Any:
    """A payload of a form that was opened, with answers by field; without one, as it was prefilled."""
    values = {
        block["block_id"]: {
            block["element"]["action_id"]: _state(block, answers.get(block["block_id"]))
        }
        for block in view["blocks"]
        if block["type"] == "input"
    }
    return {
        "type": "view_submission",
        "team": {"id": "T0123", "domain": "example"},
        "user": user,
        "trigger_id": f"13{next(_numbers)}.1",
        "view": {
            **view,
            "id": view.get("id", f"V{next(_numbers)}"),
            "state": {"values": values},
            "hash": "156772938.1827394",
        },
        "response_urls": [],
    }


def _state(block: dict[str, Any], answer: str | None) -> dict[str, Any]:
    element = block["element"]
    state = {"type": element["type"]}
    if element["type"] == "static_select":
        chosen = (
            element.get("initial_option")
            if answer is None
            else {"text": {"type": "plain_text", "text": answer}, "value": answer}
        )
        return {**state, "selected_option": chosen}
    if element["type"] == "datepicker":
        return {**state, "selected_date": answer}
    return {**state, "value": element.get("initial_value") if answer is None else answer}


async def arguments_of(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    found: dict[str, Any] = (
        json.loads(text) if text.startswith("{") else dict(parse_qsl(text, keep_blank_values=True))
    )
    if isinstance(found.get("view"), str):
        found["view"] = json.loads(found["view"])
    return found


def _next(answers: list[dict[str, Any]] | None) -> dict[str, Any] | None:
    if not answers:
        return None
    return answers.pop(0) if len(answers) > 1 else answers[0]
