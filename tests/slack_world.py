"""A Slack workspace with state and buttons, for worker processes: Web API, files, user groups and Socket Mode.

It runs in a thread of its own, so that tests read it as plain lists. It is as strict as Slack documents: blocks
beyond Slack's limits are refused, replies need their message, channels are known by id or name, and a press must
be acknowledged within three seconds.
"""

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import WSMsgType, web

from tests.slack_blocks import refusal, said
from tests.slack_peer import arguments_of

TOKEN: Final = "xoxb-world"  # noqa: S105 - of this server alone
APP_TOKEN: Final = "xapp-world"  # noqa: S105 - the same
_PATIENCE: Final = 3.0  # seconds in which Slack wants an envelope acknowledged


@dataclass
class Said:
    """A message of the bot, as it is now."""

    channel: str  # name
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any]
    thread: str | None = None  # ts of the message that it answers
    broadcast: bool = False
    edits: list[str] = field(default_factory=list)  # the texts before

    @property
    def first(self) -> str:
        """The text as it was posted."""
        return (*self.edits, self.text)[0]

    @property
    def whole(self) -> str:
        """All that it says: its text, and the texts of its blocks."""
        return "\n".join([self.text, *said(self.blocks)])

    def block(self, action: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The block and the button, or menu, of an action."""
        return next(
            (block, element)
            for block in self.blocks
            for element in block.get("elements", ())
            if element.get("action_id") == action
        )


@dataclass
class Picture:
    """A file that was uploaded and shared in a thread."""

    name: str
    title: str
    alt_text: str
    content: bytes
    channel: str = ""
    thread: str = ""


@dataclass
class World:
    """A running workspace. What it holds is read at any time; only its own thread writes."""

    channels: dict[str, str]  # id by name
    groups: Mapping[str, Sequence[str]]  # users by user group
    base: str = ""
    messages: list[Said] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)  # by id of the file
    told: list[tuple[str, str, str]] = field(
        default_factory=list
    )  # unseen by others: user, channel, text
    views: list[dict[str, Any]] = field(default_factory=list)
    writes: list[tuple[float, str, str]] = field(default_factory=list)  # when, channel, method
    links: list[web.WebSocketResponse] = field(default_factory=list)
    acks: dict[str, asyncio.Event] = field(default_factory=dict)
    numbers: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def settings(self) -> dict[str, str]:
        """What a worker needs to know."""
        return {
            "SPENDWATCH_SLACK_URL": f"{self.base}api/",
            "SPENDWATCH_SLACK_TOKEN": TOKEN,
            "SPENDWATCH_SLACK_APP_TOKEN": APP_TOKEN,
        }

    def channel(self, name: str) -> list[Said]:
        """Messages of a channel, oldest first, without those in threads."""
        return [one for one in self.messages if one.channel == name and one.thread is None]

    def thread(self, message: Said) -> list[str]:
        """What is said in a message's thread, oldest first."""
        return [
            one.whole
            for one in self.messages
            if one.channel == message.channel and one.thread == message.ts
        ]

    def only(self, name: str) -> Said:
        """The one message of a channel."""
        (message,) = self.channel(name)
        return message

    def thread_says(self, message: Said, words: str) -> bool:
        """Whether something in a message's thread has these words."""
        return any(words in one for one in self.thread(message))

    def charts(self, message: Said) -> list[Picture]:
        """Pictures in a message's thread."""
        channel = self.channels[message.channel]
        return [
            one
            for one in self.pictures.values()
            if (one.channel, one.thread) == (channel, message.ts)
        ]

    def press(self, message: Said, action: str, user: str, name: str) -> None:
        """Somebody presses a button, or chooses the first of a menu; returns once it is acknowledged."""
        asyncio.run_coroutine_threadsafe(
            self._press(message, f"spendwatch.{action}", user, name), self.loop
        ).result(30)

    async def _press(self, message: Said, action: str, user: str, name: str) -> None:
        block, element = message.block(action)
        used = {**element, "block_id": block["block_id"], "action_ts": message.ts}
        if element["type"] == "static_select":
            used["selected_option"] = element["options"][0]
        channel = {"id": self.channels[message.channel], "name": message.channel}
        payload = {
            "type": "block_actions",
            "user": {"id": user, "username": name, "name": name, "team_id": "T0123"},
            "container": {"type": "message", "message_ts": message.ts, "channel_id": channel["id"]},
            "trigger_id": f"{self.number()}.1",
            "team": {"id": "T0123", "domain": "example"},
            "channel": channel,
            "message": {"type": "message", "ts": message.ts, "text": message.text},
            "response_url": "",
            "actions": [used],
        }
        envelope = f"envelope-{self.number()}"
        self.acks[envelope] = asyncio.Event()
        for link in reversed([one for one in self.links if not one.closed]):
            await link.send_json(
                {
                    "envelope_id": envelope,
                    "type": "interactive",
                    "accepts_response_payload": True,
                    "payload": payload,
                }
            )
            try:
                await asyncio.wait_for(self.acks[envelope].wait(), _PATIENCE)
            except TimeoutError:
                continue  # as Slack does, on the next connection
            return
        raise AssertionError("nobody acknowledged a press")

    def number(self) -> int:
        """The next number; none comes twice."""
        self.numbers += 1
        return self.numbers

    # what the methods of the Web API do; each answers without `ok`, or with an error

    def _channel(self, given: str) -> str | None:
        names = {one: name for name, one in self.channels.items()}
        return names.get(given) or (given if given in self.channels else None)

    def answer(self, method: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What Slack answers to a method."""
        does = getattr(self, f"_{method.replace('.', '_')}", None)
        return {"error": "unknown_method"} if does is None else does(given)

    def _auth_test(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"user_id": "U0BOT", "team_id": "T0123"}

    def _chat_postMessage(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        name = self._channel(given["channel"])
        if name is None:
            return {"error": "channel_not_found"}
        wrong = refusal(given)
        if wrong is not None:
            return {"error": wrong}
        thread = given.get("thread_ts")
        if thread is not None and self._message(name, thread) is None:
            return {"error": "thread_not_found"}
        message = Said(
            name,
            f"{time.time():.3f}{self.number():03}",
            given["text"],
            given.get("blocks") or [],
            given.get("metadata") or {},
            thread,
            broadcast=bool(given.get("reply_broadcast")),
        )
        self.writes.append((time.monotonic(), name, "post"))
        self.messages.append(message)
        return {"channel": self.channels[name], "ts": message.ts}

    def _chat_update(self, given: Mapping[str, Any]) -> dict[str, Any]:
        name = self._channel(given["channel"])
        message = None if name is None else self._message(name, given["ts"])
        if name is None or message is None:
            return {"error": "message_not_found"}
        wrong = refusal(given)
        if wrong is not None:
            return {"error": wrong}
        message.edits.append(message.text)
        message.text, message.blocks = given["text"], given.get("blocks") or []
        message.metadata = given.get("metadata") or message.metadata
        self.writes.append((time.monotonic(), name, "edit"))
        return {"channel": given["channel"], "ts": message.ts}

    def _message(self, name: str, ts: str) -> Said | None:
        return next((one for one in self.messages if (one.channel, one.ts) == (name, ts)), None)

    def _chat_postEphemeral(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        self.told.append((given["user"], str(self._channel(given["channel"])), given["text"]))
        return {"message_ts": f"{time.time():.6f}"}

    def _conversations_list(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"channels": [{"id": one, "name": name} for name, one in self.channels.items()]}

    def _conversations_history(self, given: Mapping[str, Any]) -> dict[str, Any]:
        if given["channel"] not in self.channels.values():
            return {"error": "channel_not_found"}  # unlike chat.postMessage, it takes no name
        oldest = float(given.get("oldest") or 0)
        found = [
            {"type": "message", "ts": one.ts, "text": one.text, "blocks": one.blocks}
            | {"metadata": one.metadata}
            for one in reversed(self.channel(str(self._channel(given["channel"]))))
            if float(one.ts) >= oldest
        ]
        return {"messages": found[: int(given.get("limit") or 100)]}

    def _usergroups_users_list(self, given: Mapping[str, Any]) -> dict[str, Any]:
        users = self.groups.get(given["usergroup"])
        return {"error": "no_such_subteam"} if users is None else {"users": list(users)}

    def _views_open(self, given: Mapping[str, Any]) -> dict[str, Any]:
        self.views.append(given["view"])
        return {"view": {**given["view"], "id": f"V{self.number()}"}}

    def _files_getUploadURLExternal(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        file = f"F{self.number()}"
        self.pictures[file] = Picture(given["filename"], "", given.get("alt_txt", ""), b"")
        return {"file_id": file, "upload_url": f"{self.base}upload/{file}"}

    def _files_completeUploadExternal(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - Slack's name
        if given["channel_id"] not in self.channels.values():
            return {"error": "channel_not_found"}
        files = given["files"]
        for each in json.loads(files) if isinstance(files, str) else files:
            picture = self.pictures[each["id"]]
            picture.title = each["title"]
            picture.channel, picture.thread = given["channel_id"], given["thread_ts"]
        return {"files": []}


@contextmanager
def slack_world(channels: Sequence[str], groups: Mapping[str, Sequence[str]]) -> Iterator[World]:
    """A workspace that runs until the end of the block.

    Args:
        channels: their names, without ``#``.
        groups: ids of users by id of their user group.
    """
    ids = {name: f"C0{number:06}" for number, name in enumerate(channels, 1)}
    world = World(ids, groups)
    runner = web.AppRunner(_app(world), access_log=None, shutdown_timeout=1)
    thread = threading.Thread(target=world.loop.run_forever, name="slack-world", daemon=True)
    thread.start()

    def run(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, world.loop).result(30)

    async def begin() -> None:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        world.base = f"http://{host}:{port}/"

    async def end() -> None:
        for link in world.links:
            await link.close()
        await runner.cleanup()

    try:
        run(begin())
        yield world
    finally:
        run(end())
        world.loop.call_soon_threadsafe(world.loop.stop)
        thread.join(10)
        world.loop.close()


def _app(world: World) -> web.Application:
    tickets: set[str] = set()

    async def method(request: web.Request) -> web.Response:
        name, given = request.match_info["method"], await arguments_of(request)
        if name == "apps.connections.open":
            if request.headers["Authorization"] != f"Bearer {APP_TOKEN}":
                return web.json_response({"ok": False, "error": "invalid_auth"})
            ticket = f"ticket-{world.number()}"
            tickets.add(ticket)
            url = f"{world.base.replace('http', 'ws')}link/{ticket}"
            return web.json_response({"ok": True, "url": url})
        if request.headers["Authorization"] != f"Bearer {TOKEN}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        answer = world.answer(name, given)
        return web.json_response({"ok": "error" not in answer, **answer})

    async def upload(request: web.Request) -> web.Response:
        world.pictures[request.match_info["file"]].content = await request.read()
        return web.Response(text="OK")

    async def link(request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in tickets:
            return web.Response(status=403)
        tickets.remove(ticket)  # it opens one connection
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        world.links.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(world.links)})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                world.acks[message.json()["envelope_id"]].set()
        return socket

    app = web.Application(client_max_size=8 << 20)
    app.router.add_post("/api/{method}", method)
    app.router.add_post("/upload/{file}", upload)
    app.router.add_get("/link/{ticket}", link)
    return app
