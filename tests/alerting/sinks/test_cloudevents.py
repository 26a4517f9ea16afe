"""Anomalies as CloudEvents."""

from typing import Any

import msgspec
import pytest
from alerting_examples import anomaly, notice

from alerting.anomaly import Anomaly
from alerting.cases.case import Reason
from alerting.sinks.cloudevents import Event, events_of

SOURCE = "/spendwatch/staging"


def event(one: Anomaly, reason: Reason | None = None) -> Event:
    (found,) = events_of(notice(one, reason=reason), SOURCE)
    return found


def test_is_a_cloudevent_in_binary_mode() -> None:
    """The attributes are headers, as Kafka's binding wants them, and the value is the anomaly's record."""
    one = anomaly()

    found = event(one)

    assert dict(found.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"A-EXAMPLE234.1",
        "ce_source": b"/spendwatch/staging",
        "ce_type": b"io.spendwatch.anomaly.opened.v1",
        "ce_subject": b"usage|search|OpenAI|production|usage|USD",
        "ce_time": b"2026-03-02T15:00:00Z",
        "content-type": b"application/json",
    }
    assert msgspec.json.decode(found.value, type=Anomaly) == one
    assert found.key == b"A-EXAMPLE234"


@pytest.mark.parametrize(
    ("changes", "reason", "kind"),
    [
        ({}, "opened", "opened"),
        ({}, None, "opened"),
        ({"revision": 3}, "opened", "opened"),  # it was kept quiet until then
        ({"revision": 3}, "reopened", "opened"),
        ({"revision": 2}, "worse", "changed"),
        ({"revision": 2}, None, "changed"),
        ({"revision": 2, "state": "resolved"}, "resolved", "resolved"),
        ({"revision": 1, "state": "resolved"}, "opened", "resolved"),
        ({"revision": 2, "state": "retracted"}, None, "retracted"),
    ],
)
def test_the_type_says_what_happened(
    changes: dict[str, Any], reason: Reason | None, kind: str
) -> None:
    """Opened is the first that is told of one that is open; its end is told as such."""
    headers = dict(event(anomaly(**changes), reason).headers)

    assert f"io.spendwatch.anomaly.{kind}.v1".encode() == headers["ce_type"]


def test_the_id_tells_revisions_apart() -> None:
    """What comes twice has its id twice, and another revision has another."""
    ids = [dict(event(anomaly(revision=revision)).headers)["ce_id"] for revision in (1, 1, 2)]

    assert ids[0] == ids[1] != ids[2]


def test_an_event_for_each_anomaly_of_a_group() -> None:
    """A group is as many events, and what is new in it does not make the others new."""
    anomalies = (anomaly(revision=4), anomaly(anomaly_id="A-NEW"))

    found = list(events_of(notice(anomalies[0], anomalies=anomalies, reason="opened"), SOURCE))

    assert [dict(one.headers)["ce_type"].split(b".")[3] for one in found] == [b"changed", b"opened"]


def test_attributes_have_no_control_characters() -> None:
    """A name may hold what an attribute of a CloudEvent must not; the record has it as it is."""
    found = event(anomaly(series="usage|a\x07b\x9f|c"))

    assert dict(found.headers)["ce_subject"] == b"usage|ab|c"
