"""CloudEvents in structured, binary and batch mode."""

import json
from base64 import b64encode

import pytest

from stream.formats import decode

USAGE = {"provider": "openai", "model": "gpt-4o", "input_tokens": 10, "output_tokens": 2}
EVENT: dict[str, object] = {
    "specversion": "1.0",
    "id": "17",
    "source": "/gateway",
    "type": "spendwatch.usage.v1",
    "time": "2025-04-01T00:00:00Z",
    "data": USAGE,
}
HEADERS = [
    ("ce_specversion", b"1.0"),
    ("ce_id", b"17"),
    ("ce_source", b"/gateway"),
    ("ce_type", b"spendwatch.usage.v1"),
    ("ce_time", b"2025-04-01T00:00:00Z"),
    ("content-type", b"application/json; charset=utf-8"),
]


def _bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def test_modes_mean_the_same() -> None:
    """The same event gives the same charge in structured, binary and batch mode, and as base64."""
    base64 = {**EVENT, "data_base64": b64encode(_bytes(USAGE)).decode()}
    del base64["data"]

    charges = [
        decode("usage", _bytes(EVENT)).charges,
        decode("usage", _bytes(EVENT), [("content-type", b"application/cloudevents+json")]).charges,
        decode("usage", _bytes(USAGE), HEADERS).charges,
        decode(
            "usage", _bytes([EVENT]), [("content-type", b"application/cloudevents-batch+json")]
        ).charges,
        decode("usage", _bytes(base64)).charges,
    ]

    assert charges == [charges[0]] * 5
    assert (charges[0][0].charge_id, charges[0][0].time) == ("/gateway/17", 1743465600)


def test_time_of_the_data() -> None:
    """Without a time of the envelope the data's own counts."""
    event = {**EVENT, "time": None, "data": {**USAGE, "timestamp": 1743465600}}

    assert decode("usage", _bytes(event)).charges[0].time == 1743465600


@pytest.mark.parametrize(
    ("changes", "reason", "word"),
    [
        ({"specversion": "0.3"}, "bad_specversion", "0.3"),
        ({"specversion": None}, "bad_specversion", "1.0"),
        ({"specversion": 1.0}, "bad_field", "specversion"),
        ({"id": ""}, "missing_id", "CloudEvents"),
        ({"source": None}, "missing_source", "source"),
        ({"type": None}, "missing_type", "type"),
        ({"type": "spendwatch.usage.v2"}, "unknown_format", "spendwatch.usage.v1"),
        ({"type": "com.example.someevent"}, "unknown_format", "com.example.someevent"),
        ({"time": "soon"}, "bad_time", "soon"),
        ({"time": None}, "missing_time", "time"),
        ({"data": None}, "not_object", "object"),
        ({"data": "I'm just a string"}, "not_object", "str"),
        ({"data": {}, "datacontenttype": "application/avro"}, "unsupported_content_type", "avro"),
        ({"data_base64": "... base64 ..."}, "bad_data", "base64"),
        ({"data_base64": ""}, "missing_data", "data"),
        ({"id": "x" * 2000}, "text_too_long", "1024"),
    ],
)
def test_refused(changes: dict[str, object], reason: str, word: str) -> None:
    """An event that CloudEvents or its payload does not allow is refused with what is wrong."""
    (refused,) = decode("usage", _bytes({**EVENT, **changes})).refused

    assert (refused.reason, word in refused.detail) == (reason, True)


def test_binary_mode_of_another_encoding() -> None:
    """Data that is not JSON is refused by its content type, not by its bytes."""
    headers = [*HEADERS[:-1], ("content-type", b"application/avro")]

    (refused,) = decode("usage", b"\x00\x01", headers).refused

    assert (refused.reason, refused.original) == ("unsupported_content_type", b"\x00\x01")


def test_batch_with_a_bad_event() -> None:
    """One bad event of a batch is refused alone."""
    decoded = decode("usage", _bytes([EVENT, {**EVENT, "id": None}, {**EVENT, "id": "18"}]))

    assert [one.charge_id for one in decoded.charges] == ["/gateway/17", "/gateway/18"]
    assert [one.reason for one in decoded.refused] == ["missing_id"]
