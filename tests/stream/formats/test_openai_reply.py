"""Replies of OpenAI's API, and of vendors that speak as it does."""

import json
from decimal import Decimal
from typing import Any

import pytest

from stream.charge import Charge, Dimensions, Usage
from stream.formats import Decoded, decode
from tests.ai_events import CHAT, EMBEDDINGS, RESPONSE, START, enveloped


def _decoded(event: object) -> Decoded:
    return decode("usage", json.dumps(event).encode())


def _usage(**usage: object) -> Usage | None:
    decoded = _decoded({**CHAT, "usage": usage})
    assert decoded.refused == []
    return decoded.charges[0].usage


def _stream(*events: object, end: str = "data: [DONE]\n\n") -> str:
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events) + end


def _chunk(**fields: object) -> dict[str, Any]:
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": START}
    return {**chunk, "model": "gpt-4o", "choices": [], "usage": None, **fields}


def test_chat_completion() -> None:
    """A reply that comes bare has its own id and time; cached tokens are in the input."""
    assert _decoded(CHAT).charges == [
        Charge(
            charge_id="chatcmpl-1",
            time=START,
            cost=None,
            dimensions=Dimensions(
                currency="USD",
                service="openai",
                charge_kind="usage",
                provider="openai",
                model="gpt-4o-2024-08-06",
            ),
            usage=Usage(input_tokens=1200, cache_read_tokens=900, output_tokens=80),
        )
    ]


def test_response_with_metadata() -> None:
    """What the request put into ``metadata`` becomes tags, and may name the service."""
    (charge,) = _decoded(RESPONSE).charges

    assert (charge.time, charge.dimensions.service) == (START, "search")
    assert charge.dimensions.tags == {"service": "search", "team": "relevance"}
    assert charge.usage == Usage(
        input_tokens=300, cache_read_tokens=100, cache_write_tokens=50, output_tokens=20
    )


def test_reply_in_an_envelope() -> None:
    """The envelope tells id, time and whose it was; a key that looks like the secret is masked."""
    secret = "sk-proj-" + "a" * 40
    named = {"provider": "azure", "service": "search", "team": "relevance", "environment": "prod"}
    event = enveloped("openai.reply", EMBEDDINGS, apikey=secret, account="a", region="eu", **named)

    (charge,) = decode("usage", event).charges

    assert (charge.charge_id, charge.time) == ("/gateway/17", START + 7200)
    assert charge.dimensions.api_key.startswith("masked-")
    assert charge.dimensions == Dimensions(
        currency="USD",
        service="search",
        charge_kind="usage",
        provider="azure",
        account="a",
        api_key=charge.dimensions.api_key,
        region="eu",
        model="text-embedding-3-small",
        tags={"team": "relevance", "environment": "prod"},
    )
    assert charge.usage == Usage(input_tokens=4)


def test_reply_in_binary_mode() -> None:
    """In binary mode headers tell the same as attributes do in structured mode."""
    attributes = {
        "specversion": "1.0",
        "id": "17",
        "source": "/gateway",
        "type": "openai.reply",
        "time": "2025-04-01T02:00:00Z",
        "team": "relevance",
    }
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items()]

    binary = decode("usage", json.dumps(CHAT).encode(), headers)

    assert binary == decode("usage", enveloped("openai.reply", CHAT, team="relevance"))


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 7, "completion_tokens": 2, "prompt_tokens_details": None}, (7, 0, 0, 2)),
        ({"prompt_tokens": 7, "completion_tokens": 2, "prompt_cache_hit_tokens": 5}, (7, 5, 0, 2)),
        ({"prompt_tokens": 7, "completion_tokens": 2, "cached_tokens": 4}, (7, 4, 0, 2)),
        ({"prompt_tokens": 0, "completion_tokens": 0}, (0, 0, 0, 0)),
        ({"prompt_tokens": 7, "total_tokens": 7}, (7, 0, 0, 0)),
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 5,
                "total_tokens": 115,
                "completion_tokens_details": {"reasoning_tokens": 100},
            },
            (10, 0, 0, 105),
        ),
        (
            {
                "prompt_tokens": 10,
                "completion_tokens": 105,
                "total_tokens": 115,
                "completion_tokens_details": {"reasoning_tokens": 100},
            },
            (10, 0, 0, 105),
        ),
    ],
)
def test_usage_of_vendors(usage: dict[str, object], expected: tuple[int, int, int, int]) -> None:
    """Cached tokens have several names; reasoning is output, also where the vendor counts it apart."""
    found = _usage(**usage)

    assert found is not None
    assert expected == (
        found.input_tokens,
        found.cache_read_tokens,
        found.cache_write_tokens,
        found.output_tokens,
    )


def test_cost_of_the_reply() -> None:
    """A cost in the usage (OpenRouter tells it) is exact, and no price is looked up."""
    text = json.dumps({**CHAT, "usage": {"prompt_tokens": 1, "cost": "@"}}).replace(
        '"@"', "0.000102000000000000001"
    )

    assert decode("usage", text.encode()).charges[0].cost == Decimal("0.000102000000000000001")


def test_stream_of_a_chat() -> None:
    """Of a stream the last chunk that tells the usage counts."""
    stream = _stream(
        _chunk(choices=[{"delta": {"content": "No"}, "finish_reason": None}]),
        _chunk(usage=CHAT["usage"]),
    )

    decoded = decode(
        "usage", enveloped("openai.reply", stream, datacontenttype="text/event-stream")
    )

    assert [charge.usage for charge in decoded.charges] == [_usage(**CHAT["usage"])]


def test_stream_of_a_response() -> None:
    """The stream of a response ends with the response, which has the usage."""
    stream = "event: response.created\r\n" + _stream(
        {"type": "response.created", "response": {**RESPONSE, "usage": None}},
        {"type": "response.output_text.delta", "delta": "No"},
        {"type": "response.completed", "response": RESPONSE},
        end="",
    ).replace("\n", "\r\n")
    headers = [
        *[("ce_specversion", b"1.0"), ("ce_id", b"17"), ("ce_source", b"/gateway")],
        *[("ce_type", b"openai.reply"), ("content-type", b"text/event-stream; charset=utf-8")],
    ]

    (charge,) = decode("usage", stream.encode(), headers).charges

    assert (charge.time, charge.dimensions.model) == (START, "gpt-5")


def test_last_chunk_alone() -> None:
    """The last chunk, which has the usage and no choices, is a charge by itself."""
    assert len(_decoded(_chunk(usage=CHAT["usage"])).charges) == 1


@pytest.mark.parametrize(
    ("event", "reason", "word"),
    [
        (EMBEDDINGS, "missing_id", "CloudEvent"),
        ({**CHAT, "created": None}, "missing_time", "CloudEvent"),
        ({**CHAT, "usage": None}, "missing_usage", "usage"),
        ({**CHAT, "usage": {}}, "missing_usage", "prompt_tokens"),
        ({**CHAT, "usage": {"prompt_tokens": -1}}, "bad_tokens", "-1"),
        ({**CHAT, "usage": {"prompt_tokens": "many"}}, "bad_tokens", "many"),
        ({**CHAT, "usage": {"prompt_tokens": 5, "cached_tokens": 6}}, "bad_tokens", "5"),
        ({**CHAT, "usage": {"prompt_tokens": 5, "cost": "much"}}, "bad_cost", "much"),
        ({**CHAT, "usage": [1]}, "bad_field", "usage"),
        ({**CHAT, "model": {"name": "gpt"}}, "bad_field", "model"),
        (_chunk(), "part_of_stream", "last one"),
        (
            _chunk(usage=CHAT["usage"], choices=[{"finish_reason": None}]),
            "part_of_stream",
            "last one",
        ),
    ],
)
def test_refused(event: dict[str, Any], reason: str, word: str) -> None:
    """What a reply does not tell, or tells wrongly, has a stable code and a line that names it."""
    (refused,) = _decoded(event).refused

    assert (refused.reason, word in refused.detail) == (reason, True)


def test_stream_without_usage() -> None:
    """A stream that was not asked for its usage is refused with the option that asks for it."""
    event = enveloped("openai.reply", _stream(_chunk()), datacontenttype="text/event-stream")

    (refused,) = decode("usage", event).refused

    assert (refused.reason, "include_usage" in refused.detail) == ("missing_usage", True)


def test_bare_stream_is_refused() -> None:
    """A stream of events that stands in a message by itself is refused with the way to send it."""
    (refused,) = decode("usage", _stream(_chunk(usage=CHAT["usage"])).encode()).refused

    assert (refused.reason, "CloudEvent" in refused.detail) == ("event_stream", True)
