"""Slack: one message a notice, edited through its life, with a thread for what happens to it."""

import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final

from slack_sdk.errors import SlackRequestError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from alerting.notices.notice import Notice
from alerting.render.message import Message
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.errors import Transient
from alerting.sinks.slack_api import TIMEOUT, Handled, answer_of, web_client
from alerting.sinks.slack_channels import Channels
from alerting.sinks.slack_errors import (
    ATTACHING,
    NO_SUCH_MESSAGE,
    NO_SUCH_THREAD,
    NOT_SHOWABLE,
    not_slack,
)
from alerting.sinks.slack_history import newest_of
from alerting.sinks.slack_said import text_alone, whole
from config.settings import Settings

logger = logging.getLogger(__name__)

_CLOCKS_DIFFER: Final = 120  # seconds: `since` is of this clock, a message's time of Slack's

Method = Callable[..., Awaitable[AsyncSlackResponse]]
Said = tuple[Message, str, tuple[str, ...]]  # what, of which notice, and whom it calls


def from_settings(settings: Settings) -> Sink | None:
    """Slack, if there is a token."""
    token = settings.slack_token
    return None if token is None else SlackSink(token.get_secret_value(), settings.slack_url)


class SlackSink:
    """Posts, edits and replies by Slack's Web API; it is a `Sink` with `Threads`.

    Args:
        token: the bot's token.
        base_url: of the Web API, with a slash at its end.
        timeout: seconds for a request.
    """

    name = "slack"
    edits = True
    pace = 1.0  # seconds between messages in a channel, as Slack asks for

    def __init__(self, token: str, base_url: str, timeout: int = TIMEOUT) -> None:
        self._client = web_client(token, base_url, timeout)
        self._channels = Channels(self._client)

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        """Post the message, or edit the one before; one that can no longer be edited is posted anew."""
        if before is not None:
            try:
                return await self._edit(notice, address, before)
            except Handled:
                pass  # deleted, or too old to be edited
        where = {
            # Slack takes a name with and without its sign, other servers only without.
            "channel": address.removeprefix("#"),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        said = (notice.message, notice.key, notice.mentions)
        return await self._say(self._client.chat_postMessage, address, where, said)

    async def reply(
        self, message: Message, to: Receipt, *, broadcast: bool, mentions: tuple[str, ...] = ()
    ) -> Receipt:
        """Say something in a message's thread; in its channel, if the thread is gone."""
        post, said = self._client.chat_postMessage, (message, "", mentions)
        where = {"channel": to.channel, "unfurl_links": False, "unfurl_media": False}
        inside = {**where, "thread_ts": to.ts, "reply_broadcast": broadcast}
        try:
            return await self._say(post, to.channel, inside, said, NO_SUCH_THREAD)
        except Handled:
            return await self._say(post, to.channel, where, said)

    async def attach(self, png: bytes, title: str, alt_text: str, to: Receipt) -> None:
        """Put a picture into a message's thread; it takes the scope ``files:write``."""
        await answer_of(self._upload(png, title, alt_text, to), to.channel, ATTACHING)

    async def find(self, key: str, address: str, since: float) -> Receipt | None:
        """The newest message of a notice's key; it takes the scopes to list channels and read them."""
        channel = await self._channels.id_of(address)
        if channel is None:
            return None
        oldest = since - _CLOCKS_DIFFER
        ts = await newest_of(self._client, key, channel, address, oldest)
        return None if ts is None else Receipt(channel, ts)

    async def check(self) -> None:
        """Ask Slack who the token belongs to."""
        await answer_of(self._client.auth_test(), "")

    async def close(self) -> None:
        """Nothing is kept open between requests."""

    async def _edit(self, notice: Notice, address: str, before: Receipt) -> Receipt:
        """Edit a message, which calls nobody: Slack would not tell them, and they were called."""
        where = {"channel": before.channel, "ts": before.ts, "blocks": []}
        said: Said = (notice.message, notice.key, ())
        return await self._say(self._client.chat_update, address, where, said, NO_SUCH_MESSAGE)

    async def _say(
        self,
        method: Method,
        address: str,
        where: dict[str, Any],
        said: Said,
        handled: Collection[str] = (),
    ) -> Receipt:
        """Say a message; as text alone, if Slack refuses how it looks: an alert is never lost to that."""
        try:
            call = method(**{**where, **whole(*said)})
            return _receipt(await answer_of(call, address, handled={*handled, *NOT_SHOWABLE}))
        except Handled as refusal:
            if refusal.code not in NOT_SHOWABLE:
                raise
            logger.warning(
                "Slack refuses the blocks of a message to %s (%s); told as text", address, refusal
            )
        call = method(**{**where, **text_alone(*said)})
        return _receipt(await answer_of(call, address, handled=handled))

    async def _upload(
        self, png: bytes, title: str, alt_text: str, to: Receipt
    ) -> AsyncSlackResponse:
        try:
            return await self._client.files_upload_v2(
                content=png,
                filename="chart.png",
                title=title,
                alt_txt=alt_text,
                channel=to.channel,
                thread_ts=to.ts,
            )
        except SlackRequestError as error:  # the store of files, which is not the Web API
            raise Transient("Slack does not take a picture") from error


def _receipt(answer: AsyncSlackResponse) -> Receipt:
    channel, ts = answer.get("channel"), answer.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str):
        raise not_slack("no channel and ts in the answer")
    return Receipt(channel, ts)
