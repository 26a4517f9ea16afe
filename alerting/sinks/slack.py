"""Slack: one message an anomaly, edited through its life."""

import json
from collections.abc import Awaitable
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from alerting.notices.notice import Notice
from alerting.render.blocks import slack_blocks, slack_text
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.errors import Transient
from alerting.sinks.slack_errors import NO_SUCH_MESSAGE, classified, code_of, not_slack
from config.settings import Settings

_TIMEOUT: Final = 15  # seconds; Slack answers within one


def from_settings(settings: Settings) -> Sink | None:
    """Slack, if there is a token."""
    token = settings.slack_token
    return None if token is None else SlackSink(token.get_secret_value(), settings.slack_url)


class SlackSink:
    """Posts and edits by Slack's Web API.

    Each request stands alone: whether to try again is decided by the caller, since a client that
    does it by itself would post twice.

    Args:
        token: the bot's token.
        base_url: of the Web API, with a slash at its end.
        timeout: seconds for a request.
    """

    name = "slack"
    edits = True

    def __init__(self, token: str, base_url: str, timeout: int = _TIMEOUT) -> None:
        self._client = AsyncWebClient(
            token=token, base_url=base_url, timeout=timeout, retry_handlers=[]
        )

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        """Post the message, or edit the one before; one that can no longer be edited is posted anew."""
        message = notice.message
        said: dict[str, Any] = {"text": slack_text(message), "blocks": slack_blocks(message)}
        if before is not None:
            try:
                return await self._edit(before, address, said)
            except _MessageGone:
                pass
        return _receipt(
            await self._call(
                self._client.chat_postMessage(
                    # Slack takes a name with and without its sign, other servers only without.
                    channel=address.removeprefix("#"),
                    unfurl_links=False,
                    unfurl_media=False,
                    **said,
                ),
                address,
            )
        )

    async def check(self) -> None:
        """Ask Slack who the token belongs to."""
        await self._call(self._client.auth_test(), "")

    async def close(self) -> None:
        """Nothing is kept open between requests."""

    async def _edit(self, before: Receipt, channel: str, said: dict[str, Any]) -> Receipt:
        call = self._client.chat_update(channel=before.channel, ts=before.ts, **said)
        return _receipt(await self._call(call, channel, editing=True))

    async def _call(
        self, call: Awaitable[AsyncSlackResponse], channel: str, *, editing: bool = False
    ) -> AsyncSlackResponse:
        try:
            return await call
        except SlackApiError as error:
            if editing and code_of(error) in NO_SUCH_MESSAGE:
                raise _MessageGone from error
            raise classified(error, channel) from error
        except (aiohttp.InvalidURL, SlackClientError) as error:
            raise not_slack(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Transient(f"Slack does not answer ({type(error).__name__})") from error
        except (AttributeError, json.JSONDecodeError) as error:  # slack-sdk, given text or a list
            raise not_slack("an answer that is no object") from error


class _MessageGone(Exception):  # noqa: N818 - not an error: the next step is known
    """The message to edit was deleted, or is too old to be edited."""


def _receipt(answer: AsyncSlackResponse) -> Receipt:
    channel, ts = answer.get("channel"), answer.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str):
        raise not_slack("no channel and ts in the answer")
    return Receipt(channel, ts)
