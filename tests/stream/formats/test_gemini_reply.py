"""Replies of Gemini."""

import json
from typing import Any

import pytest

from stream.charge import Usage
from stream.formats import decode
from tests.ai_events import GEMINI, START, enveloped


def _bytes(**changes: object) -> bytes:
    return json.dumps({**GEMINI, **changes}).encode()


def test_reply_of_vertex() -> None:
    """Thoughts are output and what tools brought is input; cached tokens are in the prompt already."""
    (charge,) = decode("usage", _bytes()).charges

    assert charge.usage == Usage(input_tokens=120, cache_read_tokens=60, output_tokens=50)
    assert (charge.charge_id, charge.time) == ("r-1", START)
    assert (charge.dimensions.provider, charge.dimensions.model) == ("google", "gemini-2.5-flash")


def test_blocked_prompt_is_charged() -> None:
    """A prompt that was blocked has no candidates, but its tokens were read."""
    changes = {"candidates": None, "promptFeedback": {"blockReason": "SAFETY"}}

    (charge,) = decode("usage", _bytes(usageMetadata={"promptTokenCount": 9}, **changes)).charges

    assert charge.usage == Usage(input_tokens=9)


def test_stream() -> None:
    """The last piece of a stream has the usage of all of it."""
    piece = {**GEMINI, "candidates": [{"content": {}}], "usageMetadata": {"promptTokenCount": 100}}
    stream = "".join(f"data: {json.dumps(one)}\r\n\r\n" for one in (piece, GEMINI))

    (charge,) = decode(
        "usage", enveloped("gemini.reply", stream, datacontenttype="text/event-stream")
    ).charges

    assert charge.usage == Usage(input_tokens=120, cache_read_tokens=60, output_tokens=50)


@pytest.mark.parametrize(
    ("changes", "reason", "word"),
    [
        ({"createTime": None}, "missing_time", "CloudEvent"),
        ({"responseId": None}, "missing_id", "CloudEvent"),
        ({"usageMetadata": None}, "missing_usage", "usageMetadata"),
        ({"usageMetadata": {}}, "missing_usage", "promptTokenCount"),
        ({"usageMetadata": {"promptTokenCount": "-3"}}, "bad_tokens", "promptTokenCount"),
        ({"candidates": [{"content": {}}]}, "part_of_stream", "finishReason"),
        ({"candidates": {}}, "bad_field", "candidates"),
    ],
)
def test_refused(changes: dict[str, Any], reason: str, word: str) -> None:
    """What cannot be read has a stable code and a line that names it."""
    (refused,) = decode("usage", _bytes(**changes)).refused

    assert (refused.reason, word in refused.detail) == (reason, True)


def test_stream_without_usage_is_refused() -> None:
    """A stream of which no piece tells the usage measures nothing."""
    event = enveloped("gemini.reply", "data: {}\n\n", datacontenttype="text/event-stream")

    assert [one.reason for one in decode("usage", event).refused] == ["missing_usage"]
