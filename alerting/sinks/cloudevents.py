"""Anomalies as CloudEvents 1.0 in Kafka's binary mode: attributes as headers, the record as value.

Format: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

import msgspec

from alerting.anomaly import Anomaly
from alerting.notices.notice import Notice

Change = Literal["opened", "changed", "resolved", "retracted"]
_TYPE: Final = "io.spendwatch.anomaly.{change}.v1"
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")  # which an attribute must not have

_encode = msgspec.json.Encoder().encode


class Event(NamedTuple):
    """A record of Kafka that is a CloudEvent."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def events_of(notice: Notice, source: str) -> Iterator[Event]:
    """An event for each anomaly of a notice.

    Its id is the anomaly's with its revision, so what comes twice can be told to be the same.
    """
    for anomaly in notice.anomalies:
        attributes = {
            "specversion": "1.0",
            "id": f"{anomaly.anomaly_id}.{anomaly.revision}",
            "source": source,
            "type": _TYPE.format(change=_change(anomaly, notice)),
            "subject": _CONTROL.sub("", anomaly.series),
            "time": _time(anomaly.updated_at),
        }
        headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items() if value]
        headers.append(("content-type", b"application/json"))
        yield Event(anomaly.anomaly_id.encode(), _encode(anomaly), headers)


def _change(anomaly: Anomaly, notice: Notice) -> Change:
    if anomaly.state != "open":
        return anomaly.state
    is_told_first = len(notice.anomalies) == 1 and notice.reason in {"opened", "reopened"}
    return "opened" if anomaly.revision == 1 or is_told_first else "changed"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
