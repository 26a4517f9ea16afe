"""Replies of Anthropic's messages API."""

import json
from typing import Any

import pytest

from stream.charge import Usage
from stream.formats import Decoded, decode
from tests.ai_events import MESSAGE, START, enveloped


def _decoded(message: object, **attributes: object) -> Decoded:
    return decode("usage", enveloped("anthropic.reply", message, **attributes))


def _stream(*events: object) -> Decoded:
    text = "".join(
        f"event: {event['type']}\ndata: {json.dumps(event)}  \n\n"  # type: ignore[index]  # they are dictionaries
        for event in events
    )
    return _decoded(text, datacontenttype="text/event-stream")


STARTED = {
    "type": "message_start",
    "message": {**MESSAGE, "usage": {"input_tokens": 11, "output_tokens": 1}},
}


def test_cached_tokens_are_input() -> None:
    """The API leaves cached tokens out of its input; a charge's input has them."""
    (charge,) = _decoded(MESSAGE, team="relevance", service="search").charges

    assert charge.usage == Usage(
        input_tokens=1200, cache_read_tokens=900, cache_write_tokens=200, output_tokens=80
    )
    assert (charge.charge_id, charge.time) == ("/gateway/17", START + 7200)
    assert (charge.dimensions.model, charge.dimensions.service) == ("claude-sonnet-4-5", "search")
    assert charge.dimensions.tags == {"team": "relevance"}


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"input_tokens": 5, "output_tokens": 2}, Usage(input_tokens=5, output_tokens=2)),
        (
            {
                "input_tokens": 5,
                "cache_creation_input_tokens": None,
                "cache_creation": {"ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 4},
            },
            Usage(input_tokens=12, cache_write_tokens=7),
        ),
        ({"input_tokens": 0, "output_tokens": 0, "cache_read_input_tokens": None}, Usage()),
    ],
)
def test_usage(usage: dict[str, object], expected: Usage) -> None:
    """Writes to a cache are the total, or else those of five minutes and of an hour together."""
    assert _decoded({**MESSAGE, "usage": usage}).charges[0].usage == expected


def test_steps_that_the_counts_leave_out() -> None:
    """A compaction and another model that was asked are charges of their own; a message's steps are not."""
    steps = [
        {"type": "message", "input_tokens": 100, "output_tokens": 80},
        {"type": "compaction", "input_tokens": 7, "output_tokens": 2},
        {"type": "advisor_message", "model": "claude-opus-4-8", "input_tokens": 9},
    ]

    charges = _decoded({**MESSAGE, "usage": {**MESSAGE["usage"], "iterations": steps}}).charges

    assert [(one.charge_id, one.dimensions.model) for one in charges] == [
        ("/gateway/17", "claude-sonnet-4-5"),
        ("/gateway/17/compaction-1", "claude-sonnet-4-5"),
        ("/gateway/17/advisor_message-2", "claude-opus-4-8"),
    ]
    assert [one.usage.input_tokens for one in charges if one.usage] == [1200, 7, 9]


def test_last_count_of_a_stream_counts() -> None:
    """The counts of a stream are of all so far; those that come later replace those before, a null does not."""
    decoded = _stream(
        STARTED,
        {"type": "ping"},
        {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 4}},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": 6, "input_tokens": None, "cache_read_input_tokens": 3},
        },
        {"type": "message_stop"},
    )

    assert [one.usage for one in decoded.charges] == [
        Usage(input_tokens=14, cache_read_tokens=3, output_tokens=6)
    ]


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([STARTED], "cut_stream"),
        ([{"type": "message_delta", "usage": {"output_tokens": 6}}], "cut_stream"),
        ([{"type": "ping"}], "cut_stream"),
        ([{**STARTED, "message": "x"}], "bad_field"),
    ],
)
def test_cut_stream_is_refused(events: list[object], reason: str) -> None:
    """A stream without its start or its last counts is refused, as nobody knows what it cost."""
    assert [one.reason for one in _stream(*events).refused] == [reason]


@pytest.mark.parametrize(
    ("changes", "reason", "word"),
    [
        ({"usage": None}, "missing_usage", "usage"),
        ({"usage": {"cache_read_input_tokens": 3}}, "missing_usage", "input_tokens"),
        ({"usage": {"input_tokens": 1.5}}, "bad_tokens", "1.5"),
        (
            {"usage": {"input_tokens": 1, "cache_creation": {"ephemeral_5m_input_tokens": -1}}},
            "bad_tokens",
            "5m",
        ),
        ({"model": "x" * 2000}, "text_too_long", "1024"),
        (
            {"usage": {"input_tokens": 1, "iterations": [{"type": "x" * 2000, "input_tokens": 1}]}},
            "text_too_long",
            "1024",
        ),
    ],
)
def test_refused(changes: dict[str, Any], reason: str, word: str) -> None:
    """What cannot be read has a stable code and a line that names it."""
    (refused,) = _decoded({**MESSAGE, **changes}).refused

    assert (refused.reason, word in refused.detail) == (reason, True)


def test_bare_reply_has_no_time() -> None:
    """A reply by itself does not say when it was: it is refused with the way to send it."""
    (refused,) = decode("usage", json.dumps(MESSAGE).encode()).refused

    assert (refused.reason, "CloudEvent" in refused.detail) == ("missing_time", True)


def test_stream_must_be_declared_and_be_of_a_reply() -> None:
    """Only a model's reply may be a stream of events."""
    event = enveloped("spendwatch.usage.v1", "data: {}\n\n", datacontenttype="text/event-stream")

    assert [one.reason for one in decode("usage", event).refused] == ["unsupported_content_type"]


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [({"team": ["a"]}, "bad_field"), ({"service": "x" * 2000}, "text_too_long")],
)
def test_bad_extension_attribute(attributes: dict[str, object], reason: str) -> None:
    """An attribute that says whose it was must be text, and short."""
    assert [one.reason for one in _decoded(MESSAGE, **attributes).refused] == [reason]
