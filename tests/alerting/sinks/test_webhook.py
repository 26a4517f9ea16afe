"""The webhook."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from alerting_examples import NOON, anomaly, notice
from sink_peers import peer, says

from alerting.anomaly import Anomaly
from alerting.sinks.errors import Permanent
from alerting.sinks.webhook import WebhookSink


def posted(*anomalies: Anomaly | None) -> list[Any]:
    """Bodies that a receiver gets."""

    async def run() -> list[Any]:
        async with peer(says({})) as server:
            sink = WebhookSink({"default": server.url})
            for one in anomalies:
                await sink.deliver(notice(one), "default", None)
            await sink.close()
            return server.bodies

    return asyncio.run(run())


def test_is_what_alertmanager_sends() -> None:
    """The body is version 4 of Alertmanager's webhook, for a group of one alert."""
    (body,) = posted(anomaly())

    labels = {
        "alertname": "SpendAnomaly",
        "anomaly_id": "A-EXAMPLE234",
        "severity": "medium",
        "direction": "up",
        "team": "search",
        "service": "OpenAI",
        "environment": "production",
        "charge_kind": "usage",
        "source": "usage",
        "currency": "USD",
    }
    (alert,) = body["alerts"]
    assert {
        "version": "4",
        "status": "firing",
        "receiver": "default",
    }.items() <= body.items()
    assert [labels, labels] == [body["commonLabels"], alert["labels"]]
    assert (alert["startsAt"], alert["endsAt"]) == ("2026-03-02T12:00:00Z", "0001-01-01T00:00:00Z")
    assert alert["annotations"]["summary"].startswith("Opened ▲ rose")
    assert tuple(alert["annotations"][name] for name in ("actual", "expected", "impact")) == (
        "90",
        "30",
        "60",
    )


def test_revisions_have_one_fingerprint() -> None:
    """The receiver sees one alert from firing to resolved, whatever its severity becomes."""
    end = NOON + timedelta(hours=3)
    first, last = posted(anomaly(), anomaly(state="resolved", severity="high", ended_at=end))

    assert first["groupKey"] == last["groupKey"]
    assert first["alerts"][0]["fingerprint"] == last["alerts"][0]["fingerprint"]
    assert (last["status"], last["alerts"][0]["endsAt"]) == ("resolved", "2026-03-02T15:00:00Z")


def test_unknown_environment_is_no_label() -> None:
    """A label without a value is left out, as Alertmanager does."""
    (body,) = posted(anomaly(environment=""))

    assert "environment" not in body["commonLabels"]


def test_a_digest_is_not_for_it() -> None:
    """Nothing is posted for a message that tells of no anomaly."""
    assert posted(None) == []


def test_a_redirect_is_not_followed() -> None:
    """An alert goes to the address in the settings and nowhere else."""

    async def run() -> None:
        async with peer(says({}, 301, Location="/elsewhere"), says({})) as server:
            sink = WebhookSink({"default": server.url})
            try:
                await sink.deliver(notice(anomaly()), "default", None)
            finally:
                await sink.close()
                assert server.paths == ["/"]

    with pytest.raises(Permanent, match="SPENDWATCH_WEBHOOK_URL"):
        asyncio.run(run())


def test_receivers_by_name() -> None:
    """Each name has an address of its own, and the body says which one it was for."""

    async def run() -> list[str]:
        async with peer(says({})) as server:
            sink = WebhookSink({"default": server.url, "on-call": f"{server.url}2"})
            for name in ("on-call", "default"):
                await sink.deliver(notice(anomaly()), name, None)
            await sink.close()
            assert [body["receiver"] for body in server.bodies] == ["on-call", "default"]
            return server.paths

    assert asyncio.run(run()) == ["/2", "/"]


def test_an_unknown_name_says_what_there_is() -> None:
    """A name that the settings do not have is told with the setting to change and the names that are there."""
    sink = WebhookSink({"default": "https://example.com/", "b": "https://example.com/"})

    with pytest.raises(Permanent, match=r"'a': add it to SPENDWATCH_WEBHOOK_URLS .*: b, default$"):
        asyncio.run(sink.deliver(notice(anomaly()), "a", None))
