"""A notice as the body that Alertmanager posts to a webhook, version 4: a group of alerts.

Format: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final

from alerting.anomaly import Anomaly
from alerting.notices.notice import Notice
from alerting.render.anomaly import render_anomaly

MAX_ALERTS: Final = 100
_NEVER: Final = "0001-01-01T00:00:00Z"  # Alertmanager's word for an end that is not known
_NAME: Final = "SpendAnomaly"
_LABELS: Final = ("team", "service", "environment", "charge_kind", "source", "currency")


def alertmanager_payload(notice: Notice, receiver: str, external_url: str) -> dict[str, Any]:
    """The group of a notice's anomalies, the first `MAX_ALERTS` of them; resolved once all of them are.

    The group is one through its life by ``groupKey``, an alert by ``fingerprint``, whatever else changes.
    """
    told = notice.anomalies[:MAX_ALERTS]
    alerts = [_alert(one, _annotations(one, notice)) for one in told]
    return {
        "version": "4",
        "groupKey": _group_key(notice.key),
        "truncatedAlerts": len(notice.anomalies) - len(told),
        "status": _status(notice.anomalies),
        "receiver": receiver,
        "groupLabels": _group_labels(notice),
        "commonLabels": _common(alert["labels"] for alert in alerts),
        "commonAnnotations": _common(alert["annotations"] for alert in alerts),
        "externalURL": external_url,
        "alerts": alerts,
    }


def _alert(anomaly: Anomaly, annotations: dict[str, str]) -> dict[str, Any]:
    return {
        "status": _status([anomaly]),
        "labels": _labels(anomaly),
        "annotations": annotations,
        "startsAt": _time(anomaly.started_at),
        "endsAt": _NEVER if anomaly.ended_at is None else _time(anomaly.ended_at),
        "generatorURL": "",
        "fingerprint": blake2b(anomaly.anomaly_id.encode(), digest_size=8).hexdigest(),
    }


def _status(anomalies: Iterable[Anomaly]) -> str:
    return "firing" if any(one.state == "open" for one in anomalies) else "resolved"


def _group_key(key: str) -> str:
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{}}:{{alertname="{_NAME}", notice="{quoted}"}}'


def _group_labels(notice: Notice) -> dict[str, str]:
    """What all alerts that will ever be of the group share."""
    alone = len(notice.anomalies) == 1 and notice.key == notice.anomalies[0].anomaly_id
    own = {"anomaly_id": notice.key} if alone else {}
    return {"alertname": _NAME, **own, **dict(notice.labels)}


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


def _annotations(anomaly: Anomaly, notice: Notice) -> dict[str, str]:
    alone = len(notice.anomalies) == 1
    why = {} if notice.reason is None else {"reason": notice.reason}
    return {
        "summary": (notice.message if alone else render_anomaly(anomaly)).text,
        **why,
        "state": anomaly.state,
        "revision": str(anomaly.revision),
        "actual": f"{anomaly.actual:f}",
        "expected": f"{anomaly.expected:f}",
        "impact": f"{anomaly.impact:f}",
        "impact_per_day": f"{anomaly.impact_per_day:f}",
        "rule": anomaly.rule,
    }


def _common(of_alerts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What every one of them has with the same value."""
    first, *others = of_alerts
    return {
        name: value
        for name, value in first.items()
        if all(other.get(name) == value for other in others)
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
