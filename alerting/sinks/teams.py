"""Microsoft Teams: a card for each thing worth telling, by a workflow's webhook.

The workflow is one that begins with "When a Teams webhook request is received" and posts the card. It cannot edit.
"""

from collections.abc import Mapping
from typing import Final

from alerting.notices.notice import Notice
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.post import TIMEOUT, Receivers, by_name
from alerting.sinks.teams_card import teams_message
from alerting.sinks.why import title
from config.settings import Settings

_REMEDY: Final = "the workflow: it has to begin with `When a Teams webhook request is received`"


def from_settings(settings: Settings) -> Sink | None:
    """Teams, if there is an address of a workflow."""
    urls = by_name(settings.teams_url, settings.teams_urls)
    return TeamsSink(urls) if urls else None


class TeamsSink:
    """Posts a card a notice, whose title says why it comes.

    Args:
        urls: the workflows' addresses by name. They are secrets, and in no error.
        timeout: seconds for a request.
    """

    name = "teams"
    edits = False

    def __init__(self, urls: Mapping[str, str], timeout: float = TIMEOUT) -> None:
        self._receivers = Receivers("Teams workflow", "SPENDWATCH_TEAMS_URL", urls, timeout)

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        """Post a card; what was posted before stays as it is."""
        del before
        await self._receivers.post(address, teams_message(title(notice), notice.message), _REMEDY)
        return Receipt(address, notice.key)

    async def check(self) -> None:
        """A workflow has no way to ask."""

    async def close(self) -> None:
        """Close the connections."""
        await self._receivers.close()
