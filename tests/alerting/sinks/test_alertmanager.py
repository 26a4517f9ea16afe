"""The format of Alertmanager's webhook."""

import json
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from alerting_examples import NOON, anomaly, notice

from alerting.anomaly import Anomaly
from alerting.notices.notice import Notice
from alerting.render.message import Heading, Message
from alerting.sinks.alertmanager import MAX_ALERTS, alertmanager_payload

# As Alertmanager documents it: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
_STATUS = {"enum": ["firing", "resolved"]}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_ALERT = {
    "status": _STATUS,
    "labels": _TEXTS,
    "annotations": _TEXTS,
    "startsAt": _TIME,
    "endsAt": _TIME,
    "generatorURL": {"type": "string"},
    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
}
_GROUP = {
    "version": {"const": "4"},
    "groupKey": {"type": "string", "minLength": 1},
    "truncatedAlerts": {"type": "integer", "minimum": 0},
    "status": _STATUS,
    "receiver": {"type": "string"},
    "groupLabels": _TEXTS,
    "commonLabels": _TEXTS,
    "commonAnnotations": _TEXTS,
    "externalURL": {"type": "string"},
    "alerts": {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "properties": _ALERT,
            "required": list(_ALERT),
            "additionalProperties": False,
        },
    },
}
DOCUMENTED = {
    "type": "object",
    "properties": _GROUP,
    "required": list(_GROUP),
    "additionalProperties": False,
}


def payload(told: Notice) -> Any:
    """The body as a receiver reads it, of the documented types."""
    body = json.loads(json.dumps(alertmanager_payload(told, "on-call", "https://example.com/")))
    jsonschema.validate(body, DOCUMENTED)
    return body


def group(*anomalies: Anomaly, **changes: Any) -> Notice:
    message = Message("a group", (Heading("a group"),))
    fields = {"key": "G-1", "message": message, "anomalies": anomalies, **changes}
    return notice(anomalies[0], **fields)


def test_a_group_of_several() -> None:
    """Each anomaly is an alert with its own summary; what is common is common to all of them."""
    one, other = anomaly(), anomaly(anomaly_id="A-OTHER", service="RDS", severity="high")

    body = payload(group(one, other, labels=(("team", "search"),), reason="worse"))

    assert body["groupLabels"] == {"alertname": "SpendAnomaly", "team": "search"}
    assert {"service", "severity", "anomaly_id"}.isdisjoint(body["commonLabels"])
    assert body["commonLabels"]["team"] == "search"
    assert body["commonAnnotations"]["reason"] == "worse"
    assert [alert["labels"]["service"] for alert in body["alerts"]] == ["OpenAI", "RDS"]
    assert ["OpenAI" in body["alerts"][0]["annotations"]["summary"], True] == [
        True,
        "RDS" in body["alerts"][1]["annotations"]["summary"],
    ]
    assert "summary" not in body["commonAnnotations"]
    assert body["externalURL"] == "https://example.com/"


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (["open"], "firing"),
        (["resolved"], "resolved"),
        (["retracted"], "resolved"),
        (["open", "resolved"], "firing"),
        (["resolved", "open"], "firing"),
        (["resolved", "retracted"], "resolved"),
        (["resolved"] * MAX_ALERTS + ["open"], "firing"),
    ],
)
def test_a_group_is_over_once_all_are(states: list[str], status: str) -> None:
    """A group is resolved only when every anomaly of it is, also those that are not listed."""
    body = payload(
        group(*(anomaly(anomaly_id=f"A-{at}", state=state) for at, state in enumerate(states)))
    )

    assert status == body["status"]
    told = ["firing" if state == "open" else "resolved" for state in states[:MAX_ALERTS]]
    assert told == [alert["status"] for alert in body["alerts"]]


def test_too_many_are_counted() -> None:
    """Beyond a hundred, alerts are counted, not listed."""
    body = payload(group(*(anomaly(anomaly_id=f"A-{at}") for at in range(MAX_ALERTS + 7))))

    assert (len(body["alerts"]), body["truncatedAlerts"]) == (MAX_ALERTS, 7)


def test_what_a_receiver_tells_alerts_apart_by_is_stable() -> None:
    """Fingerprint and group key are those of the anomaly and of the notice, through everything that changes."""
    end = NOON + timedelta(hours=3)
    over = anomaly(state="resolved", severity="critical", revision=9, ended_at=end)

    first, last = payload(notice(anomaly())), payload(notice(over, reason="resolved"))

    assert first["groupKey"] == last["groupKey"]
    assert first["groupLabels"] == last["groupLabels"]
    assert first["alerts"][0]["fingerprint"] == last["alerts"][0]["fingerprint"]
    assert (last["status"], last["alerts"][0]["endsAt"]) == ("resolved", "2026-03-02T15:00:00Z")


def test_the_fingerprint_of_an_anomaly_never_changes() -> None:
    """Receivers keep fingerprints: another way to make them would open every alert a second time."""
    assert payload(notice(anomaly()))["alerts"][0]["fingerprint"] == "ca21087521ae2368"


def test_what_only_some_have_is_not_common() -> None:
    """A value that two of three share is none of the group's."""
    services = ("OpenAI", "OpenAI", "RDS")
    told = [anomaly(anomaly_id=f"A-{at}", service=name) for at, name in enumerate(services)]

    assert "service" not in payload(group(*told))["commonLabels"]


def test_an_alert_in_a_group_is_the_alert_alone() -> None:
    """An anomaly told alone and in a group is the same alert."""
    alone, grouped = payload(notice(anomaly())), payload(group(anomaly(), anomaly(anomaly_id="B")))

    assert alone["alerts"][0]["fingerprint"] == grouped["alerts"][0]["fingerprint"]
    assert alone["alerts"][0]["labels"] == grouped["alerts"][0]["labels"]


def test_quotes_in_a_key() -> None:
    """A key with quotes stays one value of the group's key."""
    body = payload(group(anomaly(), anomaly(anomaly_id="B"), key='team="a\\b"'))

    assert body["groupKey"] == '{}:{alertname="SpendAnomaly", notice="team=\\"a\\\\b\\""}'
