"""Samples of AI usage in a folder of one's own: the known sums of each."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from stream.charge import Charge, Usage
from stream.formats import anthropic_tokens, decode, gemini_reply, openai_tokens
from tests.ai_events import enveloped

FOLDER = "SPENDWATCH_TEST_FORMATS"
pytestmark = pytest.mark.skipif(FOLDER not in os.environ, reason="no folder of samples named")
STREAM = "text/event-stream"


@pytest.fixture(name="root")
def _root() -> Path:
    return Path(os.environ[FOLDER])


def _charges(source: str, path: Path) -> list[Charge]:
    decoded = decode(source, path.read_bytes())
    assert decoded.refused == []
    return decoded.charges


def _tokens(charges: list[Charge]) -> tuple[int, int]:
    usages = [one.usage for one in charges if one.usage is not None]
    return sum(one.input_tokens for one in usages), sum(one.output_tokens for one in usages)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("openai/chat-completion-0.json", (19, 10)),
        ("openai/chat-completion-4.json", (9, 9)),
        ("openai/recorded-chat.json", (12, 5)),
        ("openai/response-0.json", (36, 87)),
        ("openai/response-4.json", (18307, 348)),
        ("openai/response-6.json", (291, 23)),
        ("openai/usage-completions.json", (1000, 500)),
        ("vertex-gemini/recorded-generate.json", (8, 340 + 1692)),
        ("litellm/standard_logging_payload.json", (10, 20)),
        ("bedrock-invocation/panther-abnormaltokenusage.jsonl", (0, 0)),
    ],
)
def test_tokens(root: Path, name: str, expected: tuple[int, int]) -> None:
    """Each sample has the tokens that it shows."""
    assert _tokens(_charges("usage", root / name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("basic_response.txt", (11, 6)),
        ("fallback_credit_response.txt", (25, 8)),
        ("incomplete_partial_json_response.txt", (450, 124)),
        ("stream-a-refusal.sse", (28, 106)),
        ("stream-b-fallback.sse", (31, 547)),
        ("tool_use_response.txt", (377, 65)),
    ],
)
def test_streams(root: Path, name: str, expected: tuple[int, int]) -> None:
    """Each stream has the tokens of its last count."""
    text = (root / "anthropic" / name).read_text()

    decoded = decode("usage", enveloped("anthropic.reply", text, datacontenttype=STREAM))

    assert (_tokens(decoded.charges), decoded.refused) == (expected, [])


def test_recorded_messages(root: Path) -> None:
    """Each recorded message is a charge; a recorded error is none."""
    replies = [
        exchange["response"]["body"]
        for path in sorted((root / "anthropic").glob("Test*.json"))
        for exchange in json.loads(path.read_text())
    ]

    decoded = [decode("usage", enveloped("anthropic.reply", reply)) for reply in replies]

    assert [len(one.charges) for one in decoded] == [
        int(reply["type"] == "message") for reply in replies
    ]


def test_embeddings(root: Path) -> None:
    """Embeddings have no id and no time of their own, and are charged with an envelope."""
    reply = json.loads((root / "openai/recorded-embeddings.json").read_text())

    (charge,) = decode("usage", enveloped("openai.reply", reply)).charges

    assert charge.usage == Usage(input_tokens=reply["usage"]["prompt_tokens"])


def test_anthropic_usage_report(root: Path) -> None:
    """The element of the report counts what was written to and read from a cache as input."""
    result = json.loads((root / "anthropic/usage_report-result.json").read_text())
    times = {"starting_at": "2025-09-01T00:00:00Z", "ending_at": "2025-09-02T00:00:00Z"}
    page = {"data": [{**times, "results": [result]}], "has_more": False, "next_page": None}

    (charge,) = decode("usage", json.dumps(page).encode()).charges

    assert charge.usage == Usage(
        input_tokens=107 + 17355 + 16549,
        cache_read_tokens=16549,
        cache_write_tokens=17355,
        output_tokens=448,
    )


def test_costs(root: Path) -> None:
    """The sample of the costs API has one charge."""
    (charge,) = _charges("billing", root / "openai/costs.json")

    assert (str(charge.cost), charge.dimensions.currency) == ("0.06", "USD")


def test_cost_of_litellm(root: Path) -> None:
    """The cost keeps the digits that it has in the sample."""
    (charge,) = _charges("usage", root / "litellm/standard_logging_payload.json")

    assert str(charge.cost) == "0.00022500000000000002"


def test_spans(root: Path) -> None:
    """Each sample of OTLP has one call of a model, with all its cached tokens in the input."""
    charges = _charges("usage", root / "otlp-genai/langfuse-otelMapping.jsonl")

    assert [_measures(one.usage) for one in charges if one.usage] == [
        (14, 0, 0, 96),
        (120, 30, 10, 40),
        (50_000, 40_000, 5_000, 200),
        (100, 0, 0, 50),
        (0, 0, 0, 50),
        (100, 20, 10, 40),
        (100, 20, 0, 0),
        (9_500, 1_500, 3_000, 200),
        (10_216, 4_482, 0, 178),
    ]


def _measures(usage: Usage) -> tuple[int, int, int, int]:
    return (
        usage.input_tokens,
        usage.cache_read_tokens,
        usage.cache_write_tokens,
        usage.output_tokens,
    )


def _recorded(root: Path) -> Iterator[tuple[dict[str, Any], list[dict[str, int]]]]:
    with (root / "llm-usage-objects/genai-prices-usages.jsonl").open() as lines:
        for line in lines:
            record = json.loads(line)
            yield record["body"], [one["usage"] for one in record["extracted"]]


def _measured(body: dict[str, Any]) -> Usage | None:
    """The usage of a recorded body; None where its shape is of no format."""
    if "usageMetadata" in body:
        return gemini_reply.measured(msgspec.convert(body["usageMetadata"], gemini_reply.Tokens))
    usage = json.dumps(body.get("usage", {})).encode()
    if b'"cache_creation_input_tokens"' in usage:
        tokens = msgspec.json.decode(usage, type=anthropic_tokens.Tokens)
        return anthropic_tokens.measured(tokens)
    if b'"total_tokens"' in usage:
        return openai_tokens.measured(msgspec.json.decode(usage, type=openai_tokens.Tokens))
    return None


def test_usage_of_recorded_replies(root: Path) -> None:
    """What is read of recorded replies of many vendors is what a list of prices expects of them."""
    known = 0
    for body, expected in _recorded(root):
        usage = _measured(body)
        if usage is None:
            continue
        known += 1
        names = ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens")
        assert _measures(usage) in [tuple(one.get(name, 0) for name in names) for one in expected]
    assert known == 166
