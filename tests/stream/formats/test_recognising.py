"""Each event is of one format: what its fields say is certain."""

import json
from contextlib import suppress
from typing import Any

import pytest
from format_samples import EXAMPLES, FOLDER, sample
from hypothesis import given
from hypothesis import strategies as st

from stream.errors import UserError
from stream.files import read_events
from stream.formats import decode, registry
from stream.formats.event import Event
from stream.formats.refused import RefusedError

_ALL = [(name, one) for name, events in EXAMPLES.items() for one in events]


def _recognising(value: bytes) -> list[str]:
    found = []
    for one in registry.formats():
        try:
            if one.recognises(Event(value, {})):
                found.append(one.NAME)
        except RefusedError:
            continue
    return found


@pytest.mark.parametrize(("name", "event"), _ALL)
def test_one_format_knows_an_event(name: str, event: dict[str, Any]) -> None:
    """No two formats recognise the same event, and the one that does reads it."""
    value = json.dumps(event).encode()
    assert _recognising(value) == [name]


def test_the_examples_are_of_formats_that_are_there() -> None:
    """A format that was renamed is not silently left unchecked."""
    assert set(EXAMPLES) <= {one.NAME for one in registry.formats()}


@pytest.mark.skipif(FOLDER is None, reason="no folder of samples named")
def test_no_two_formats_know_a_sample() -> None:
    """Of all samples that there are, each event is of one format at most."""
    files = [file for file in sorted(sample("").rglob("*")) if file.is_file()]
    for file in files:
        try:
            events = list(read_events(file, with_time=False))
        except UserError:
            continue
        for event in events:
            assert len(_recognising(event.value)) <= 1, file


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["", "NULL", "2025-04-01", "NaN", "1e13", "USD", "x" * 1100, 0, -1, 10**15]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)


@st.composite
def _mutated(draw: st.DrawFn) -> dict[str, Any]:
    """An example with some of its values, at any depth, replaced or left out."""
    event = json.loads(json.dumps(draw(st.sampled_from([one for _, one in _ALL]))))
    for _ in range(draw(st.integers(1, 3))):
        inside: Any = event
        while True:
            key = draw(
                st.sampled_from(list(inside) if isinstance(inside, dict) else range(len(inside)))
            )
            if not isinstance(inside[key], dict | list) or not inside[key] or draw(st.booleans()):
                break
            inside = inside[key]
        if draw(st.booleans()) and isinstance(inside, dict) and len(inside) > 1:
            del inside[key]
        else:
            inside[key] = draw(_values)
    return dict(event)


@given(_mutated())
def test_whatever_a_field_holds_it_is_read_or_refused(event: dict[str, Any]) -> None:
    """Nothing but a refusal of one line comes out of a format."""
    value = json.dumps(event).encode()
    for source in ("billing", "usage"):
        decoded = decode(source, value)
        assert all("\n" not in one.detail for one in decoded.refused)
    for one in registry.formats():
        with suppress(RefusedError):
            if one.recognises(Event(value, {})):
                read = one.read(Event(value, {}))
                assert all(each.time for each in (read if isinstance(read, list) else [read]))
