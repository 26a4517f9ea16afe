"""A webhook in Alertmanager's format (version 4), for PagerDuty, Opsgenie and whatever else takes it."""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final

import aiohttp

from alerting.anomaly import Anomaly
from alerting.notices.notice import Notice
from alerting.render.message import Message
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.http import may_pass, retry_after
from config.settings import Settings

_TIMEOUT: Final = 15.0  # seconds
_NEVER: Final = "0001-01-01T00:00:00Z"  # Alertmanager's word for an end that is not known
_NAME: Final = "SpendAnomaly"
_LABELS: Final = ("team", "service", "environment", "charge_kind", "source", "currency")


def from_settings(settings: Settings) -> Sink | None:
    """The webhook, if there is an address for it."""
    url = settings.webhook_url
    return None if url is None else WebhookSink(url.get_secret_value())


class WebhookSink:
    """Posts each revision of an anomaly as a group of one alert; a digest is not for it.

    Args:
        url: the receiver's address. It is a secret, and in no error.
        timeout: seconds for a request.
    """

    name = "webhook"
    edits = True

    def __init__(self, url: str, timeout: float = _TIMEOUT) -> None:
        self._url = url
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        """Post the anomaly; the receiver tells revisions of it by its fingerprint."""
        del before
        if notice.anomalies:
            await self._post(alertmanager_payload(notice.message, address, notice.anomalies[0]))
        return Receipt(address, notice.key)

    async def check(self) -> None:
        """A webhook has no way to ask."""

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(self, payload: dict[str, Any]) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.post(self._url, json=payload, allow_redirects=False) as answer:
                status, headers = answer.status, answer.headers
        except aiohttp.InvalidURL:
            text = "the webhook's address is no URL: correct SPENDWATCH_WEBHOOK_URL"
            raise Permanent(text, whole_sink=True) from None  # the error would show the address
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            text = f"the webhook does not answer ({type(error).__name__})"
            raise Transient(text) from None  # it would show the host
        if may_pass(status):
            raise Transient(f"the webhook is busy or out of order ({status})", retry_after(headers))
        if not 200 <= status < 300:
            remedy = (
                "correct SPENDWATCH_WEBHOOK_URL, or the receiver's rules for Alertmanager's format"
            )
            raise Permanent(f"the webhook refused an alert with status {status}: {remedy}")


def alertmanager_payload(message: Message, channel: str, anomaly: Anomaly) -> dict[str, Any]:
    """The body that Alertmanager would send for a group of this one alert."""
    status = "firing" if anomaly.state == "open" else "resolved"
    labels = _labels(anomaly)
    annotations = _annotations(message, anomaly)
    group = {"alertname": _NAME, "anomaly_id": anomaly.anomaly_id}
    alert = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": _time(anomaly.started_at),
        "endsAt": _NEVER if anomaly.ended_at is None else _time(anomaly.ended_at),
        "generatorURL": "",
        "fingerprint": blake2b(anomaly.anomaly_id.encode(), digest_size=8).hexdigest(),
    }
    return {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{_NAME}", anomaly_id="{anomaly.anomaly_id}"}}',
        "truncatedAlerts": 0,
        "status": status,
        "receiver": channel,
        "groupLabels": group,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "",
        "alerts": [alert],
    }


def _labels(anomaly: Anomaly) -> dict[str, str]:
    """What the alert is about. Alertmanager leaves empty labels out, and so is it done here."""
    found = {name: str(getattr(anomaly, name)) for name in _LABELS}
    fixed = {
        "alertname": _NAME,
        "anomaly_id": anomaly.anomaly_id,
        "severity": anomaly.severity,
        "direction": anomaly.direction,
    }
    return {name: value for name, value in {**fixed, **found}.items() if value}


def _annotations(message: Message, anomaly: Anomaly) -> dict[str, str]:
    return {
        "summary": message.text,
        "state": anomaly.state,
        "revision": str(anomaly.revision),
        "actual": f"{anomaly.actual:f}",
        "expected": f"{anomaly.expected:f}",
        "impact": f"{anomaly.impact:f}",
        "impact_per_day": f"{anomaly.impact_per_day:f}",
        "rule": anomaly.rule,
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
