"""What is read in one step is what the formats would read event by event."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.charge import Charge
from stream.formats import decode, usual
from stream.formats.cloudevents import EXTENSIONS
from stream.formats.cloudevents import read as read_cloudevent
from stream.formats.event import Event
from stream.formats.refused import RefusedError

EVENT = {
    "specversion": "1.0",
    "id": "17",
    "source": "/gateway",
    "type": "spendwatch.usage.v1",
    "time": "2025-04-01T00:00:00Z",
    "data": {
        "provider": "openai",
        "model": "gpt-4o",
        "team": "search",
        "input_tokens": 1000,
        "cache_read_tokens": 600,
        "output_tokens": 50,
    },
}

_odd: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "x", 0, 1, 1.0, True, -1, "7", [], {}, "x" * 1100]
)
_changes = st.dictionaries(
    st.sampled_from([*EVENT, *EXTENSIONS, "datacontenttype", "data_base64"]), _odd, max_size=2
)
_data = st.dictionaries(
    st.sampled_from(
        [
            *("provider", "gen_ai.system", "model", "gen_ai.request.model", "service", "account"),
            *("team", "environment", "api_key", "region", "project", "currency", "tags", "cost"),
            *("requests", "input_tokens", "gen_ai.usage.input_tokens", "cache_read_tokens"),
            *("cache_write_tokens", "output_tokens", "completion_tokens", "id", "time"),
        ]
    ),
    _odd | st.just({"feature": "rerank"}) | st.integers(0, 2000) | st.just("USD"),
    max_size=5,
)


def _bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def _one_by_one(events: list[dict[str, Any]]) -> list[Charge] | None:
    try:
        return [read_cloudevent(Event(_bytes(event), {})) for event in events]
    except RefusedError:
        return None


@given(st.lists(st.tuples(_changes, _data), min_size=1, max_size=4))
def test_charges_are_those_of_the_formats(changes: list[tuple[dict[str, Any], Any]]) -> None:
    """Whatever the fields say: the same charges, or none at all."""
    events = [
        {**EVENT, "data": {"input_tokens": 9, **data}, **changed} for changed, data in changes
    ]
    read = usual.read(_bytes(events))
    assert read is None or read == _one_by_one(events)


def test_an_array_lines_and_one_event_are_usual() -> None:
    """The faster way is taken at all."""
    lines = b"\n".join([_bytes(EVENT), b" ", _bytes({**EVENT, "id": "18"}), b""])
    assert [one.charge_id for one in usual.read(lines) or []] == ["/gateway/17", "/gateway/18"]
    assert usual.read(_bytes([EVENT, EVENT])) == _one_by_one([EVENT, EVENT])
    assert usual.read(b" " + _bytes(EVENT)) == _one_by_one([EVENT])


@pytest.mark.parametrize(
    "changed",
    [
        {"specversion": "0.3"},
        {"id": ""},
        {"source": None},
        {"type": "com.example.other"},
        {"datacontenttype": "text/plain"},
        {"data_base64": "e30="},
        {"data": None},
        {"data": {**EVENT["data"], "input_tokens": -1}},  # type: ignore[dict-item]  # it is a dict
        {"time": "yesterday"},
    ],
)
def test_what_is_not_usual_is_left_to_the_formats(changed: dict[str, Any]) -> None:
    """One such event is enough: its message is read event by event, and the others are accepted."""
    message = _bytes([EVENT, {**EVENT, **changed}])
    assert usual.read(message) is None
    assert decode("usage", message).charges[:1] == _one_by_one([EVENT])


def test_alike_charges_share_their_dimensions() -> None:
    """What was worked out for one serves the next, in other messages too."""
    first, second = (decode("usage", _bytes({**EVENT, "id": one})).charges[0] for one in "ab")
    assert first.dimensions is second.dimensions


def test_numbers_that_are_equal_are_told_apart_as_texts() -> None:
    """1, 1.0 and true are one key of a dictionary, and three accounts."""
    accounts = [
        decode("usage", _bytes({**EVENT, "data": {"input_tokens": 1, "account": account}}))
        .charges[0]
        .dimensions.account
        for account in (1, 1.0, True, "1", 1.0)
    ]
    assert accounts == ["1", "1.0", "True", "1", "1.0"]
