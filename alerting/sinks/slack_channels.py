"""Ids of Slack's channels, which some of its methods take instead of names."""

import re
import time
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from alerting.sinks.slack_api import Handled, answer_of
from alerting.sinks.slack_errors import LISTING, lacks

_ID: Final = re.compile(r"[CGD][A-Z0-9]{6,}")
_KEPT_FOR: Final = 600.0  # seconds: a channel may be renamed, and another take its name
_PAGE: Final = 1000


class Channels:
    """Ids by name, asked for once and kept for ten minutes.

    Without the permission to list private channels the public ones are listed.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._ids: dict[str, str] = {}
        self._listed_at = -_KEPT_FOR
        self._lists_private = True

    async def id_of(self, address: str) -> str | None:
        """The id of ``#name``, or of an id the id itself; None if there is no such channel.

        Raises:
            Transient: if it may be tried again.
            Permanent: if the app may not look, or may not see private channels and it is no public one.
        """
        if _ID.fullmatch(address):
            return address
        name = address.removeprefix("#")
        if time.monotonic() - self._listed_at >= _KEPT_FOR or name not in self._ids:
            self._ids = await self._list(address)
            self._listed_at = time.monotonic()
        found = self._ids.get(name)
        if found is None and not self._lists_private:
            raise lacks(LISTING)
        return found

    async def _list(self, address: str) -> dict[str, str]:
        try:
            found = await self._pages("public_channel,private_channel", address)
        except Handled:
            self._lists_private = False
            try:
                return await self._pages("public_channel", address)
            except Handled:
                raise lacks(LISTING) from None
        self._lists_private = True
        return found

    async def _pages(self, types: str, address: str) -> dict[str, str]:
        ids: dict[str, str] = {}
        cursor: str | None = None
        while True:
            call = self._client.conversations_list(
                types=types, exclude_archived=True, limit=_PAGE, cursor=cursor
            )
            answer = await answer_of(call, address, LISTING, {"missing_scope"})
            found: list[dict[str, Any]] = answer.get("channels") or []
            ids.update((str(one.get("name")), str(one.get("id"))) for one in found)
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return ids
