"""Each event is of one format, and whatever its bytes are, it is read or refused."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.formats import decode, registry
from stream.formats.event import Event, events_in
from stream.formats.refused import RefusedError
from tests.ai_events import OF_FORMATS, enveloped

FOLDER = "SPENDWATCH_TEST_FORMATS"
EXAMPLES = [(name, event) for name, events in OF_FORMATS.items() for event in events]
HEADERS = {"ce_specversion": b"1.0"}
_odd = st.sampled_from(
    [None, "", "x", 0, -1, 1.5, 1e300, True, [], {}, [{}], "x" * 1100, "1e999", 10**20, "{", "[1]"]
)


def _recognising(event: bytes, headers: dict[str, bytes] | None = None) -> list[str]:
    one = Event(event, headers or {})
    try:
        return [known.NAME for known in registry.formats() if known.recognises(one)]
    except RefusedError:
        return []


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of all values in a JSON value."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [
        *([path] if path else []),
        *(found for key, one in inner for found in _paths(one, (*path, key))),
    ]


def _changed(event: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(event))
    place = copy
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copy


@pytest.mark.parametrize(("name", "event"), EXAMPLES)
def test_example_is_of_its_format_alone(name: str, event: dict[str, Any]) -> None:
    """No two formats recognise the same event, bare or as the data of a CloudEvent in binary mode."""
    value = json.dumps(event).encode()

    assert _recognising(value) == [name]
    assert _recognising(json.dumps(event, indent=2).encode()) == [name]
    assert _recognising(value, HEADERS) == ["cloudevents"]
    assert _recognising(enveloped(name, event)) == ["cloudevents"]


@pytest.mark.parametrize("names", [{"schema": "spendwatch.usage.v1"}, {"gen_ai.system": "openai"}])
def test_document_in_binary_mode_is_of_its_envelope(names: dict[str, str]) -> None:
    """A usage document that is the data of a CloudEvent is read with its envelope's id and time."""
    assert _recognising(json.dumps(names).encode(), HEADERS) == ["cloudevents"]


@given(data=st.data())
def test_any_change_is_read_or_refused(data: st.DataObject) -> None:
    """An event with a field lost or replaced gives charges or one clear line, never another error."""
    name, event = data.draw(st.sampled_from(EXAMPLES))
    source = next(one.SOURCE for one in registry.formats() if name == one.NAME)
    for _ in range(data.draw(st.integers(1, 3))):
        paths = _paths(event)
        if paths:
            event = _changed(
                event, data.draw(st.sampled_from(paths)), data.draw(_odd | st.just(...))
            )
    wrapped = data.draw(st.booleans())
    value = enveloped(name, event) if wrapped else json.dumps(event).encode()

    decoded = decode(source, value)

    assert len(_recognising(value)) <= 1
    assert all("\n" not in one.detail and len(one.detail) < 600 for one in decoded.refused)
    assert all(charge.charge_id and charge.dimensions.currency for charge in decoded.charges)


@given(
    st.sampled_from(EXAMPLES),
    st.integers(0, 4000),
    st.binary(max_size=3),
)
def test_any_bytes_are_read_or_refused(
    example: tuple[str, dict[str, Any]], at: int, inserted: bytes
) -> None:
    """Bytes put in anywhere, valid UTF-8 or not, end in charges or in one clear line."""
    name, event = example
    source = next(one.SOURCE for one in registry.formats() if name == one.NAME)
    value = json.dumps(event).encode()
    at %= len(value)

    decoded = decode(source, value[:at] + inserted + value[at + 1 :])

    assert all("\n" not in one.detail and len(one.detail) < 600 for one in decoded.refused)


@pytest.mark.skipif(FOLDER not in os.environ, reason="no folder of samples named")
def test_samples_are_of_one_format() -> None:
    """No two formats recognise the same event of the samples in a folder of one's own."""
    root = Path(os.environ[FOLDER])
    for path in sorted(one for one in root.rglob("*.json*") if one.is_file()):
        for event in events_in(path.read_bytes(), {}):
            assert len(_recognising(event)) <= 1, path
