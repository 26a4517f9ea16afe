"""Socket Mode: Slack's envelopes over a WebSocket that the worker opens, so that nothing listens to the outside.

slack-sdk's own client tries an address that was used up for ever, and writes it, which is a secret, into the log;
so the WebSocket is aiohttp's (docs/decisions/0022-buttons.md).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aiohttp
import msgspec

from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.slack_api import TIMEOUT, answer_of, web_client
from alerting.sinks.slack_errors import Doing, not_slack

logger = logging.getLogger(__name__)

Handle = Callable[[object], Awaitable[dict[str, Any] | None]]

_REMEDY: Final = (
    "set SPENDWATCH_SLACK_APP_TOKEN to an app-level token (xapp-...) with the scope"
    " connections:write, of an app whose Socket Mode is on"
)
_OPENING: Final = Doing(
    "a connection for Socket Mode", "connections:write", "apps.connections.open", remedy=_REMEDY
)
_HEARTBEAT: Final = 20.0  # seconds; a connection whose pings stay without answer is given up
_FIRST_WAIT: Final = 1.0
_PATIENCE: Final = 60  # first waits: the longest wait
_SHORT: Final = 5.0  # seconds; a connection that ends sooner is none
_MAX_ENVELOPE: Final = 4 << 20
_OFF: Final = "link_disabled"  # somebody turned Socket Mode off


class _Envelope(msgspec.Struct):
    type: str
    envelope_id: str = ""
    payload: Any = None
    reason: str = ""


class _Link:
    """One connection, and how it went."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse, opened_at: float) -> None:
        self.connection = connection
        self.opened_at = opened_at
        self.is_over = asyncio.Event()  # another one is needed
        self.greeted = False
        self.reason = ""


class Socket:
    """A connection that is kept. Before Slack ends one it says so, and the next is opened first.

    Args:
        app_token: the app-level token.
        base_url: of the Web API, with a slash at its end.
        handle: is given each payload and answers at once.
        first_wait: seconds after a first failure; each further one doubles it.
    """

    def __init__(
        self, app_token: str, base_url: str, handle: Handle, first_wait: float = _FIRST_WAIT
    ) -> None:
        self._client = web_client(app_token, base_url)
        self._handle = handle
        self._first_wait = self._wait = first_wait
        self._said = ""  # the last failure in the log: each is told once
        self._links: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Take envelopes until cancelled."""
        async with aiohttp.ClientSession() as session:
            try:
                while True:
                    await self._keep_one(session)
            finally:
                for task in self._links:
                    task.cancel()
                await asyncio.gather(*self._links, return_exceptions=True)

    async def _keep_one(self, session: aiohttp.ClientSession) -> None:
        """Open a connection, and wait until it is time for another."""
        clock = asyncio.get_running_loop().time
        try:
            link = _Link(await self._connect(session), clock())
        except (Transient, Permanent) as error:
            await self._failed(error)
            return
        task = asyncio.ensure_future(self._listen(link))
        self._links.add(task)
        task.add_done_callback(self._links.discard)
        await link.is_over.wait()
        if link.reason == _OFF:
            await self._failed(Permanent(f"Slack: Socket Mode was turned off: {_REMEDY}"))
        elif not link.greeted or clock() - link.opened_at < _SHORT:
            await self._failed(Transient("Slack ends connections for Socket Mode at once"))
        else:
            self._wait = self._first_wait

    async def _connect(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        answer = await answer_of(self._client.api_call("apps.connections.open"), "", _OPENING)
        url = answer.get("url")
        if not isinstance(url, str):
            raise not_slack("no url in the answer")
        try:
            async with asyncio.timeout(TIMEOUT):
                return await session.ws_connect(
                    url, heartbeat=_HEARTBEAT, max_msg_size=_MAX_ENVELOPE
                )
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # without its text, in which the address stands
            said = f"Slack's WebSocket does not open ({type(error).__name__})"
            raise Transient(said) from None

    async def _failed(self, error: Transient | Permanent) -> None:
        """Say so, once, and wait: as long as Slack asks for, a minute where a person has to mend it."""
        if str(error) != self._said:
            self._said = str(error)
            logger.error("%s; buttons may do nothing, trying again", error)
        asked = error.retry_after if isinstance(error, Transient) else self._first_wait * _PATIENCE
        await asyncio.sleep(max(self._wait, asked or 0.0))
        self._wait = min(self._wait * 2, self._first_wait * _PATIENCE)

    async def _listen(self, link: _Link) -> None:
        """Take what comes on a connection until it ends."""
        try:
            async with link.connection:
                async for message in link.connection:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        await self._take(link, message.data)
        except (aiohttp.ClientError, OSError) as error:
            logger.debug("Socket Mode: %s", type(error).__name__)
        finally:
            link.is_over.set()

    async def _take(self, link: _Link, text: str) -> None:
        try:
            envelope = msgspec.json.decode(text, type=_Envelope)
        except msgspec.MsgspecError as error:
            logger.warning("Socket Mode: an envelope that cannot be read: %s", error)
            return
        if envelope.type == "hello":
            link.greeted = True
            self._said = ""
            logger.info("listening to Slack's buttons")
        elif envelope.type == "disconnect":
            link.reason = envelope.reason
            link.is_over.set()
        elif envelope.envelope_id:
            answer = await self._answer(envelope)
            await link.connection.send_json({"envelope_id": envelope.envelope_id, **answer})

    async def _answer(self, envelope: _Envelope) -> dict[str, Any]:
        try:
            answer = (
                await self._handle(envelope.payload) if envelope.type == "interactive" else None
            )
        except Exception:  # without an answer Slack shows an error, and sends it again
            logger.exception("Socket Mode: an envelope failed")
            return {}
        return {} if answer is None else {"payload": answer}
