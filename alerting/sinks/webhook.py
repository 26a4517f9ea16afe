"""A webhook in Alertmanager's format (version 4), for PagerDuty, Opsgenie and whatever else takes it."""

import json
from collections.abc import Mapping
from typing import Final

from alerting.notices.notice import Notice
from alerting.sinks.alertmanager import alertmanager_payload
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.post import TIMEOUT, Receivers, by_name
from config.settings import Settings

_REMEDY: Final = "the receiver's rules for Alertmanager's format"


def from_settings(settings: Settings) -> Sink | None:
    """The webhooks, if there is an address for one."""
    urls = by_name(settings.webhook_url, settings.webhook_urls)
    return WebhookSink(urls, settings.external_url) if urls else None


class WebhookSink:
    """Posts each revision of the anomalies of a notice as one group of alerts; a digest is not for it.

    Args:
        urls: the receivers' addresses by name. They are secrets, and in no error.
        external_url: where people read more; ``""`` where there is no such place.
        timeout: seconds for a request.
    """

    name = "webhook"
    edits = True

    def __init__(
        self, urls: Mapping[str, str], external_url: str = "", timeout: float = TIMEOUT
    ) -> None:
        self._receivers = Receivers("webhook", "SPENDWATCH_WEBHOOK_URL", urls, timeout)
        self._external_url = external_url

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        """Post the anomalies; the receiver tells revisions of one by its fingerprint."""
        del before
        if notice.anomalies:
            payload = alertmanager_payload(notice, address, self._external_url)
            await self._receivers.post(address, json.dumps(payload).encode(), _REMEDY)
        return Receipt(address, notice.key)

    async def check(self) -> None:
        """A webhook has no way to ask."""

    async def close(self) -> None:
        """Close the connections."""
        await self._receivers.close()
