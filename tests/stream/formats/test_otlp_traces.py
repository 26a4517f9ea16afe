"""Spans of OpenTelemetry as OTLP JSON."""

import json
from typing import Any

import pytest

from stream.charge import Charge, Dimensions, Usage
from stream.formats import Decoded, decode
from tests.ai_events import CALL, START, span, traces

TRACE = "5b8efff798038103d269b633813fc60c"


def _decoded(*spans: dict[str, Any]) -> Decoded:
    return decode("usage", json.dumps(traces(*spans)).encode())


def _usage(**named: object) -> tuple[int, int, int, int]:
    (charge,) = _decoded(span(**named)).charges
    assert charge.usage is not None
    return (
        charge.usage.input_tokens,
        charge.usage.cache_read_tokens,
        charge.usage.cache_write_tokens,
        charge.usage.output_tokens,
    )


def test_call_of_a_model() -> None:
    """Trace and span are the identity; the resource tells service, environment, account, region and team."""
    assert _decoded(CALL).charges == [
        Charge(
            charge_id=f"{TRACE}/01",
            time=START,
            cost=None,
            dimensions=Dimensions(
                currency="USD",
                service="search",
                charge_kind="usage",
                provider="openai",
                account="acc-1",
                region="eu-west-1",
                model="gpt-4o-2024-08-06",
                tags={
                    "deployment.environment": "production",
                    "team": "relevance",
                    "environment": "production",
                    "agent": "ranker",
                },
            ),
            usage=Usage(input_tokens=1200, cache_read_tokens=900, output_tokens=80),
        )
    ]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (
            {"gen_ai__usage__prompt_tokens": 7, "gen_ai__usage__completion_tokens": 2},
            (7, 0, 0, 2),
        ),
        (
            {
                "llm__token_count__prompt": 7,
                "llm__token_count__completion": 2,
                "llm__token_count__prompt_details__cache_read": 5,
                "llm__token_count__prompt_details__cache_write": 1,
            },
            (7, 5, 1, 2),
        ),
        (
            {
                "gen_ai__usage__input_tokens": 100,
                "gen_ai__usage__cache_read__input_tokens": 0,
                "gen_ai__usage__cache_read_input_tokens": 20,
                "gen_ai__usage__cache_creation_input_tokens": 10,
            },
            (100, 20, 10, 0),
        ),
        (
            {"gen_ai__usage__input_tokens": 9, "gen_ai__usage__input_cached_tokens": 50},
            (59, 50, 0, 0),
        ),
        ({"gen_ai__usage__output_tokens": 5, "gen_ai__prompt": "x" * 5000}, (0, 0, 0, 5)),
    ],
)
def test_names_of_counts(named: dict[str, object], expected: tuple[int, int, int, int]) -> None:
    """New and old names are read; of several for cached tokens the largest counts, more than input is beside it."""
    assert _usage(**named) == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (
            {
                "anthropic": {
                    "usage": {
                        "input_tokens": 50,
                        "output_tokens": 2,
                        "cache_read_input_tokens": 15,
                        "cache_creation_input_tokens": 30,
                    }
                }
            },
            (95, 15, 30, 2),
        ),
        (
            {
                "bedrock": {
                    "usage": {"inputTokens": 50, "outputTokens": 2, "cacheReadInputTokens": 45}
                }
            },
            (95, 45, 0, 2),
        ),
        ({"bedrock": {"usage": {"cacheReadInputTokens": 45}}}, (50, 0, 0, 2)),
        ({"openai": {"cachedPromptTokens": 4}}, (50, 0, 0, 2)),
        ({"anthropic": None}, (50, 0, 0, 2)),
        ("broken", (50, 0, 0, 2)),
    ],
)
def test_counts_of_the_provider(metadata: object, expected: tuple[int, int, int, int]) -> None:
    """Where Vercel's AI SDK adds the provider's own counts, they tell whether cached tokens are in the input."""
    named = {
        "gen_ai__usage__input_tokens": 50,
        "gen_ai__usage__output_tokens": 2,
        "ai__response__providerMetadata": json.dumps(metadata),
    }

    assert _usage(**named) == expected


@pytest.mark.parametrize(
    "named",
    [
        {"http__request__method": "GET"},
        {"gen_ai__usage__input_tokens": 9, "gen_ai__operation__name": "invoke_agent"},
        {"gen_ai__usage__input_tokens": 9, "openinference__span__kind": "CHAIN"},
        {"gen_ai__usage__input_tokens": 9, "traceloop__span__kind": "workflow"},
    ],
)
def test_span_of_no_call(named: dict[str, object]) -> None:
    """A span without usage, or of an agent, a chain or a tool, is no charge and no error."""
    decoded = _decoded(span("02", **named), CALL)

    assert ([one.charge_id for one in decoded.charges], decoded.refused) == ([f"{TRACE}/01"], [])


def test_usage_of_a_span_around_a_call_is_not_counted_twice() -> None:
    """A span that repeats the tokens of the calls in it, at whatever depth, is no charge."""
    tokens = {"gen_ai__usage__input_tokens": 9}
    spans = [
        span("0a", **tokens),
        span("0b", parent="0a", http__route="/"),
        span("0c", parent="0b", **tokens),
        span("0d", parent="0b", **tokens),
        span("0e", parent="0e", **tokens),
    ]

    charges = _decoded(*spans).charges

    assert [one.charge_id for one in charges] == [f"{TRACE}/0c", f"{TRACE}/0d"]


def test_key_and_team_of_a_gateway() -> None:
    """LiteLLM's spans say whose key it was; that team counts before the resource's."""
    named = {
        "gen_ai__usage__input_tokens": 9,
        "metadata.user_api_key_alias": "search-prod",
        "metadata.user_api_key_team_alias": "ranking",
    }

    (charge,) = _decoded(span(**named)).charges

    assert (charge.dimensions.api_key, charge.dimensions.tags["team"]) == ("search-prod", "ranking")


def test_message_without_calls() -> None:
    """A message of spans without any usage is empty, and no error."""
    assert _decoded(span(http__route="/")) == Decoded([], [])
    assert decode("usage", b'{"resourceSpans": []}') == Decoded([], [])


@pytest.mark.parametrize(
    ("changes", "reason", "word"),
    [
        ({"spanId": ""}, "missing_id", "spanId"),
        ({"startTimeUnixNano": None}, "missing_time", "startTimeUnixNano"),
        ({"startTimeUnixNano": "0"}, "bad_time", "startTimeUnixNano"),
        (
            {"attributes": [{"key": "gen_ai.usage.input_tokens", "value": {"intValue": "x"}}]},
            "bad_tokens",
            "'x'",
        ),
        (
            {"attributes": [{"key": "gen_ai.usage.input_tokens", "value": {"intValue": []}}]},
            "bad_field",
            "gen_ai.usage.input_tokens",
        ),
    ],
)
def test_refused(changes: dict[str, Any], reason: str, word: str) -> None:
    """A message is refused whole; the line names the span and what is wrong with it."""
    (refused,) = _decoded(CALL, {**CALL, "spanId": "02", **changes}).refused

    assert (refused.reason, word in refused.detail) == (reason, True)
    assert "resourceSpans[0].scopeSpans[0].spans[1]" in refused.detail


def test_long_attribute_of_the_resource_is_cut() -> None:
    """A long attribute that is only a tag does not refuse the message."""
    message = traces(CALL)
    message["resourceSpans"][0]["resource"] = {
        "attributes": [{"key": "note", "value": {"stringValue": "x" * 3000}}]
    }

    (charge,) = decode("usage", json.dumps(message).encode()).charges

    assert charge.dimensions.tags["note"] == "x" * 256
