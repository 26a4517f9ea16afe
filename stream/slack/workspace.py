"""The way back to Slack: open a form, tell one person something, ask who is in a user group."""

import logging
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.slack_api import QUIET, Handled, answer_of
from alerting.sinks.slack_errors import Doing

logger = logging.getLogger(__name__)

_OPENING: Final = Doing("to open a form", "chat:write", "views.open")
_TELLING: Final = Doing("a line to one person in", "chat:write", "chat.postEphemeral")
_ASKING: Final = Doing(
    "to say who is in the user group", "usergroups:read", "usergroups.users.list"
)
_USED: Final = frozenset({"exchanged_trigger_id", "trigger_exchanged"})
_LATE: Final = frozenset({"expired_trigger_id", "trigger_expired"})
_PATIENCE: Final = 5  # seconds


class LateError(Exception):
    """Slack takes a form within three seconds of the press, and it took longer."""


class Workspace:
    """A Slack workspace, as the answers to presses need it."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def open_form(self, trigger_id: str, view: dict[str, Any]) -> None:
        """Show a form to who pressed; not again, if the same press opened one already.

        Raises:
            LateError: if the press is too long ago.
            Transient: if Slack is out of order.
            Permanent: if it refuses the form.
        """
        call = self._client.views_open(trigger_id=trigger_id, view=view)
        try:
            await answer_of(call, "", _OPENING, {*_USED, *_LATE})
        except Handled as refusal:
            if refusal.code in _LATE:
                raise LateError from refusal

    async def tell(self, user: str, channel: str, text: str, response_url: str = "") -> None:
        """Tell one person something that nobody else sees. What cannot be told is logged."""
        try:
            call = self._client.chat_postEphemeral(channel=channel, user=user, text=text)
            await answer_of(call, channel, _TELLING)
        except (Permanent, Transient) as error:
            url = response_url if _is_slacks(response_url, self._client.base_url) else ""
            if not await _told_by(url, text):
                logger.warning("%s could not be answered: %s", user, error)

    async def users_of(self, group: str) -> frozenset[str]:
        """Ids of those who are in a user group.

        Raises:
            Transient: if Slack is out of order.
            Permanent: if the app may not ask, or there is no such group.
        """
        call = self._client.usergroups_users_list(usergroup=group)
        answer = await answer_of(call, group, _ASKING)
        users = answer.get("users")
        return frozenset(str(one) for one in users) if isinstance(users, list) else frozenset()


def _is_slacks(url: str, base_url: str) -> bool:
    """Whether an address is one of Slack's, or of the host that stands for it: no other is called."""
    try:
        asked, base = urlsplit(url), urlsplit(base_url)
    except ValueError:
        return False
    host, known = asked.hostname or "", base.hostname or ""
    if host == known:
        return asked.scheme == base.scheme
    return asked.scheme == "https" and any(
        host.endswith(f".{one}") for one in ("slack.com", "slack-gov.com")
    )


async def _told_by(response_url: str, text: str) -> bool:
    """Whether it was told by the address that came with a press, where the bot is not in the channel."""
    if not response_url:
        return False
    try:
        answer = await AsyncWebhookClient(
            response_url, timeout=_PATIENCE, retry_handlers=[], logger=QUIET
        ).send(text=text, response_type="ephemeral", replace_original=False)
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return False
    return answer.status_code == 200
