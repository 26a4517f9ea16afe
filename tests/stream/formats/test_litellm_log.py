"""LiteLLM's standard payload, and the rows of its spend log."""

import json
from decimal import Decimal
from typing import Any

import pytest

from stream.charge import Charge, Dimensions, Usage
from stream.formats import Decoded, decode
from tests.ai_events import LITELLM, LITELLM_SPEND, START


def _decoded(record: dict[str, Any], **changes: object) -> Decoded:
    return decode("usage", json.dumps({**record, **changes}).encode())


def test_standard_payload() -> None:
    """The key's alias, its team and the request's tags say whose it was; the cost is LiteLLM's, exactly."""
    assert _decoded(LITELLM).charges == [
        Charge(
            charge_id="chatcmpl-2",
            time=START,
            cost=Decimal("0.00022500000000000002"),
            dimensions=Dimensions(
                currency="USD",
                service="search",
                charge_kind="usage",
                provider="openai",
                account="org-1",
                api_key="search-prod",
                model="gpt-4o",
                tags={"feature": "rerank", "app": "search", "beta": "true", "team": "relevance"},
            ),
            usage=Usage(input_tokens=1200, cache_read_tokens=900, output_tokens=80),
        )
    ]


def test_row_of_the_spend_log() -> None:
    """Its metadata and tags are JSON text; times without a zone are UTC."""
    (charge,) = _decoded(LITELLM_SPEND).charges

    assert (charge.charge_id, charge.time, charge.cost) == ("chatcmpl-3", START, Decimal("0.0125"))
    assert charge.dimensions.api_key == LITELLM_SPEND["api_key"]
    assert charge.dimensions.tags == {"app": "search", "team": "team-1"}


@pytest.mark.parametrize(
    ("usage_object", "expected"),
    [
        ({"cache_read_input_tokens": 900, "cache_creation_input_tokens": 100}, (1200, 900, 100)),
        ({"prompt_tokens_details": {"cached_tokens": 5, "cache_creation_tokens": 6}}, (1200, 5, 6)),
        ({"cache_read_input_tokens": 5000}, (5000, 5000, 0)),
        ({"prompt_tokens_details": None}, (1200, 0, 0)),
        (None, (1200, 0, 0)),
    ],
)
def test_cached_tokens(usage_object: object, expected: tuple[int, int, int]) -> None:
    """Cached tokens have the names of the vendors; more of them than input make the input larger."""
    (charge,) = _decoded(LITELLM, metadata={"usage_object": usage_object}).charges

    assert charge.usage is not None
    assert expected == (
        charge.usage.input_tokens,
        charge.usage.cache_read_tokens,
        charge.usage.cache_write_tokens,
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"response_cost": 0}, Decimal(0)),
        ({"response_cost": None}, None),
        ({"response_cost": None, "spend": 2}, Decimal(2)),
    ],
)
def test_cost(changes: dict[str, Any], expected: Decimal | None) -> None:
    """A request that cost nothing, such as one of LiteLLM's cache, is charged as such; an unknown cost is priced."""
    assert _decoded(LITELLM, **changes).charges[0].cost == expected


@pytest.mark.parametrize("odd", [None, "", "[]", "{", ["app:search", 7], {"a": 1}])
def test_odd_request_tags_are_none(odd: object) -> None:
    """Tags of another shape than a list of texts are left out."""
    assert "app" not in _decoded(LITELLM, request_tags=odd).charges[0].dimensions.tags


@pytest.mark.parametrize(
    ("changes", "reason", "word"),
    [
        ({"id": None}, "missing_id", "request_id"),
        ({"startTime": None}, "missing_time", "startTime"),
        ({"prompt_tokens": None, "completion_tokens": None}, "missing_usage", "prompt_tokens"),
        ({"prompt_tokens": -1}, "bad_tokens", "-1"),
        ({"response_cost": -0.1}, "bad_cost", "-0.1"),
        ({"response_cost": "much"}, "bad_cost", "much"),
        ({"metadata": "{broken"}, "not_json", "malformed"),
        ({"metadata": {"user_api_key_alias": ["a"]}}, "bad_field", "user_api_key_alias"),
    ],
)
def test_refused(changes: dict[str, Any], reason: str, word: str) -> None:
    """What cannot be read has a stable code and a line that names it."""
    (refused,) = _decoded(LITELLM, **changes).refused

    assert (refused.reason, word in refused.detail) == (reason, True)
