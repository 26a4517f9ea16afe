"""What one Kafka message may hold, and that no bytes stop the stream."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stream.formats import decode, registry, source_of
from stream.formats.focus_row import COLUMNS

ROW = {
    "ChargePeriodStart": "2025-04-01T00:00:00Z",
    "EffectiveCost": 1.5,
    "BillingCurrency": "USD",
    "ServiceName": "Storage",
}
CLOUD_EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "/gateway",
    "type": "spendwatch.usage.v1",
    "time": "2025-04-01T00:00:00Z",
    "data": {"model": "gpt-4o", "input_tokens": 10},
}


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _rows(number: int) -> list[dict[str, object]]:
    return [{**ROW, "x_LineItemId": f"row-{index}"} for index in range(number)]


@pytest.mark.parametrize(
    ("value", "charges", "refused"),
    [
        (_json(ROW), 1, []),
        (b" \n " + _json(ROW) + b"\n", 1, []),
        (json.dumps(ROW, indent=2).encode(), 1, []),
        (_json(_rows(3)), 3, []),
        (json.dumps(_rows(3), indent=2).encode(), 3, []),
        (b"\n".join(map(_json, _rows(3))), 3, []),
        (b"\r\n".join(map(_json, _rows(3))) + b"\r\n\r\n", 3, []),
        (_json(_rows(2)) + b"\n" + _json(_rows(3)), 5, []),
        (_json(_rows(1)[0]) + b"\n" + _json(_rows(3)), 4, []),
        (
            _json([*_rows(2), {"ServiceName": "x"}, 7, None]),
            2,
            ["unknown_format", "not_object", "not_object"],
        ),
        (b"\n".join([_json(ROW), b"{broken", _json(ROW)]), 2, ["not_json"]),
        (b"{broken\n" + _json(ROW), 1, ["not_json"]),
        (json.dumps(ROW, indent=2).encode()[:-2], 0, ["not_json"]),
        (b"[" + _json(ROW), 0, ["not_json"]),
        (b"[]", 0, ["not_object"]),
        (b"7", 0, ["not_object"]),
        (b"text", 0, ["not_json"]),
        (b"\xff\xfe", 0, ["not_json"]),
        (_json(ROW).replace(b"Storage", b"\xff"), 0, ["not_json"]),
        (b"[" * 100_000, 0, ["not_json"]),
        (b'{"a":' * 100_000, 0, ["not_json"]),
        (b"", 0, ["empty"]),
        (b" \n", 0, ["empty"]),
        (None, 0, ["empty"]),
    ],
)
def test_events_of_a_message(value: bytes | None, charges: int, refused: list[str]) -> None:
    """A message holds one object, an array or lines; a bad event does not stop the others."""
    decoded = decode("billing", value)

    assert (len(decoded.charges), [one.reason for one in decoded.refused]) == (charges, refused)


def test_original_of_a_refused_event() -> None:
    """A refused event keeps its own bytes, not those of its neighbours, so that it can be replayed."""
    bad = b'{"ChargePeriodStart": "2025-04-01", "BilledCost": 1}'

    decoded = decode("billing", b"[" + _json(ROW) + b", " + bad + b"]")

    assert [one.original for one in decoded.refused] == [bad]


@pytest.mark.parametrize(
    ("source", "event", "words"),
    [
        ("usage", ROW, ["focus", "'billing'"]),
        ("billing", CLOUD_EVENT, ["cloudevents", "'usage'"]),
        ("usage", {"any": 1}, ["cloudevents", "spendwatch.usage.v1"]),
        ("invoices", ROW, ["focus", "'billing'"]),
    ],
)
def test_event_of_another_source(source: str, event: object, words: list[str]) -> None:
    """An event on the wrong topic is refused as unknown there, and the line says where it belongs."""
    (refused,) = decode(source, _json(event)).refused

    assert refused.reason == "unknown_format"
    assert all(word in refused.detail for word in words)


@pytest.mark.parametrize(
    ("event", "source"),
    [
        (ROW, "billing"),
        (CLOUD_EVENT, "usage"),
        ({"schema": "spendwatch.usage.v1"}, "usage"),
        ({"gen_ai.system": "openai"}, "usage"),
        ({"schema": "other.v1"}, None),
        ([ROW], None),
    ],
)
def test_source_is_found_from_the_fields(event: object, source: str | None) -> None:
    """Which source an event belongs to shows in its fields; what no format knows has none."""
    assert source_of(_json(event)) == source


def test_formats_are_found_by_being_there() -> None:
    """Every module with a name and a source is a format; what they share is none."""
    found = {one.NAME: one.SOURCE for one in registry.formats()}

    assert (
        found.items()
        >= {"cloudevents": "usage", "focus": "billing", "spendwatch.usage.v1": "usage"}.items()
    )
    assert set(found.values()) == {"billing", "usage"}


_json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
_fields = (
    *COLUMNS,
    *CLOUD_EVENT,
    *(
        "schema",
        "provider",
        "model",
        "requests",
        "input_tokens",
        "cost",
        "tags",
        "timestamp",
        "api_key",
    ),
    *(
        "gen_ai.usage.input_tokens",
        "cache_read_tokens",
        "data_base64",
        "datacontenttype",
        "currency",
    ),
)
_plausible = st.sampled_from(
    [
        "2025-04-01",
        "1",
        "-1",
        "NaN",
        "USD",
        "1.0",
        "spendwatch.usage.v1",
        1,
        1e300,
        2**63,
        0.5,
        True,
        "{}",
        '{"a":1}',
    ]
)
_objects = st.dictionaries(st.sampled_from(_fields), _plausible | _json_values, max_size=14)
_headers = st.lists(
    st.tuples(
        st.sampled_from(
            ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type"]
        ),
        st.sampled_from([b"1.0", b"spendwatch.usage.v1", b"application/json"])
        | st.binary(max_size=8),
    ),
    max_size=6,
)


@given(source=st.sampled_from(["billing", "usage", ""]), value=st.binary(), headers=_headers)
@example(source="billing", value=b'{"EffectiveCost": 1e400, "ChargePeriodStart": 1}', headers=[])
@example(source="billing", value=b'{"EffectiveCost": "\\ud800"}', headers=[])
@example(source="usage", value=b"\x00", headers=[("ce_specversion", b"\xff")])
def test_no_bytes_raise(source: str, value: bytes, headers: list[tuple[str, bytes]]) -> None:
    """Whatever the bytes, a message is decoded into charges and refusals, at least one of them."""
    decoded = decode(source, value, headers)

    assert decoded.charges or decoded.refused


@given(
    source=st.sampled_from(["billing", "usage"]),
    events=st.lists(_objects | _json_values, max_size=4),
    separator=st.sampled_from([b"\n", b","]),
    headers=st.just([]) | _headers,
)
def test_no_json_raises(
    source: str, events: list[object], separator: bytes, headers: list[tuple[str, bytes]]
) -> None:
    """Whatever the JSON, each event ends as a charge or as a refusal of one line."""
    value = separator.join(map(_json, events))
    if separator == b",":
        value = b"[" + value + b"]"

    decoded = decode(source, value, headers)

    assert decoded.charges or decoded.refused
    assert all("\n" not in one.detail and len(one.detail) < 500 for one in decoded.refused)
