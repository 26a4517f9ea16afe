"""Pages of the usage and cost APIs of OpenAI and Anthropic."""

import json
from decimal import Decimal
from typing import Any

import pytest

from stream.charge import Charge, Dimensions, Usage
from stream.formats import Decoded, decode
from tests.ai_events import (
    ANTHROPIC_COSTS,
    ANTHROPIC_USAGE,
    DAY,
    OPENAI_COSTS,
    OPENAI_USAGE,
    START,
)

PAGES = [
    ("usage", OPENAI_USAGE),
    ("billing", OPENAI_COSTS),
    ("usage", ANTHROPIC_USAGE),
    ("billing", ANTHROPIC_COSTS),
]


def _decoded(source: str, page: object) -> Decoded:
    return decode(source, json.dumps(page).encode())


def _with(page: dict[str, Any], **changes: object) -> dict[str, Any]:
    """The page with its only result changed."""
    bucket = page["data"][0]
    return {**page, "data": [{**bucket, "results": [{**bucket["results"][0], **changes}]}]}


def _charge(source: str, page: dict[str, Any], **changes: object) -> Charge:
    decoded = _decoded(source, _with(page, **changes))
    assert decoded.refused == []
    return decoded.charges[0]


def test_usage_of_openai() -> None:
    """A result is a charge at the start of its bucket; its groups are dimensions and tags."""
    charge = _charge("usage", OPENAI_USAGE)

    assert charge.time == START
    assert charge.cost is None
    assert charge.usage == Usage(
        requests=5,
        input_tokens=1000,
        cache_read_tokens=400,
        cache_write_tokens=100,
        output_tokens=500,
    )
    assert charge.dimensions == Dimensions(
        currency="USD",
        service="openai",
        charge_kind="usage",
        provider="openai",
        account="proj_1",
        api_key="key_1",
        model="gpt-4o",
        tags={"batch": "false"},
    )


def test_costs_of_openai() -> None:
    """A cost keeps every digit; the line item names the model, and a snapshot replaces the account's day."""
    text = json.dumps(OPENAI_COSTS).replace("0.0600000000000001", "0.060000000000000000001")

    (charge,) = decode("billing", text.encode()).charges

    assert charge.cost == Decimal("0.060000000000000000001")
    assert (charge.time, charge.scope) == (START, "openai|org-1|2025-04-01")
    assert charge.usage is None
    assert charge.dimensions == Dimensions(
        currency="USD",
        service="openai",
        charge_kind="usage",
        provider="openai",
        account="proj_1",
        model="gpt-4o-2024-08-06",
        sku="gpt-4o-2024-08-06, cached input",
        tags={"project": "Search"},
    )


@pytest.mark.parametrize(
    ("line_item", "model"),
    [
        ("o1-2024-12-17, output", "o1-2024-12-17"),
        ("assistants api | file search", ""),
        ("Search, web and files", ""),
        (None, ""),
    ],
)
def test_model_of_a_line_item(line_item: str | None, model: str) -> None:
    """Only a line item that names a part of a model's price names a model."""
    assert _charge("billing", OPENAI_COSTS, line_item=line_item).dimensions.model == model


def test_usage_of_anthropic() -> None:
    """The report counts fresh, read and written tokens apart, and no requests: the fewest possible are taken."""
    charge = _charge("usage", ANTHROPIC_USAGE)

    assert charge.usage == Usage(
        requests=3,
        input_tokens=450_000,
        cache_read_tokens=300_000,
        cache_write_tokens=50_000,
        output_tokens=5_000,
    )
    assert (charge.dimensions.account, charge.dimensions.api_key) == ("wrkspc_1", "apikey_1")
    assert charge.dimensions.region == ""
    assert charge.dimensions.tags == {"service_tier": "standard", "context_window": "0-200k"}


@pytest.mark.parametrize(
    ("window", "requests"), [("0-200k", 3), (None, 3), ("200k-1M", 1), ("1M-2M", 3)]
)
def test_requests_that_the_input_needs(window: str | None, requests: int) -> None:
    """Requests of a long context window may be long, others must not seem so: their price would be another."""
    usage = _charge("usage", ANTHROPIC_USAGE, context_window=window).usage

    assert usage is not None
    assert usage.requests == requests


def test_costs_of_anthropic_are_cents() -> None:
    """The report tells cents; the charge is in dollars, to the last digit."""
    charge = _charge("billing", ANTHROPIC_COSTS)

    assert charge.cost == Decimal("1.2378912")
    assert (charge.scope, charge.dimensions.region) == ("anthropic|wrkspc_1|2025-04-01", "us")
    assert charge.dimensions.sku == "Claude Sonnet 4.5 Usage - Input Tokens"


@pytest.mark.parametrize(("source", "page"), PAGES)
def test_identity_is_that_of_the_group(source: str, page: dict[str, Any]) -> None:
    """A result that comes again with other amounts is the same one; that of another group or bucket is another."""
    amounts: dict[str, object] = {
        "output_tokens": 7,
        "amount": {"value": 1, "currency": "usd"} if page is OPENAI_COSTS else "5",
    }
    known = set(page["data"][0]["results"][0])
    grown = {name: value for name, value in amounts.items() if name in known}
    moved = json.loads(json.dumps(page).replace("2025-04-01T00", "2025-03-31T00"))
    moved["data"][0].update({"start_time": START - DAY} if page["data"][0].get("object") else {})

    first = _charge(source, page).charge_id
    assert _charge(source, page, **grown).charge_id == first
    assert _charge(source, page, model="another").charge_id != first
    assert _charge(source, moved).charge_id != first


@pytest.mark.parametrize(("source", "page"), PAGES)
def test_page_with_more_buckets(source: str, page: dict[str, Any]) -> None:
    """Each result of each bucket is a charge; a bucket without results brings none."""
    bucket = page["data"][0]
    results = [{**bucket["results"][0], "model": str(number)} for number in range(3)]
    whole = {**page, "data": [{**bucket, "results": results}, {**bucket, "results": []}, bucket]}

    decoded = _decoded(source, whole)

    assert (len({one.charge_id for one in decoded.charges}), decoded.refused) == (4, [])


@pytest.mark.parametrize(
    ("source", "page", "changes", "reason", "word"),
    [
        ("usage", OPENAI_USAGE, {"input_tokens": -1}, "bad_tokens", "data[0].results[0]"),
        ("usage", OPENAI_USAGE, {"input_tokens": []}, "bad_field", "data[0].results[0]"),
        (
            "usage",
            OPENAI_USAGE,
            {"object": "organization.usage.images.result"},
            "unsupported_usage",
            "costs API",
        ),
        (
            "usage",
            ANTHROPIC_USAGE,
            {"cache_creation": {"ephemeral_5m_input_tokens": "x"}},
            "bad_tokens",
            "5m",
        ),
        (
            "usage",
            ANTHROPIC_USAGE,
            {"uncached_input_tokens": None, "output_tokens": None},
            "missing_usage",
            "uncached_input_tokens",
        ),
        ("billing", OPENAI_COSTS, {"amount": None}, "missing_cost", "amount.value"),
        (
            "billing",
            OPENAI_COSTS,
            {"amount": {"value": "many", "currency": "usd"}},
            "bad_cost",
            "many",
        ),
        ("billing", OPENAI_COSTS, {"amount": {"value": 1}}, "missing_currency", "currency"),
        ("billing", ANTHROPIC_COSTS, {"amount": None}, "missing_cost", "amount"),
        ("billing", ANTHROPIC_COSTS, {"amount": {"value": 1}}, "bad_cost", "amount"),
        ("billing", ANTHROPIC_COSTS, {"currency": "cents"}, "bad_currency", "cents"),
    ],
)
def test_refused(
    source: str, page: dict[str, Any], changes: dict[str, Any], reason: str, word: str
) -> None:
    """A page is refused whole; the line names the result and what is wrong with it."""
    (refused,) = _decoded(source, _with(page, **changes)).refused

    assert (refused.reason, word in refused.detail) == (reason, True)
    assert "data[0].results[0]" in refused.detail


def test_bucket_without_time() -> None:
    """A bucket that does not say when it began is refused with its place."""
    bucket = {**OPENAI_USAGE["data"][0], "start_time": None}

    (refused,) = _decoded("usage", {**OPENAI_USAGE, "data": [bucket]}).refused

    assert (refused.reason, "data[0]: start_time" in refused.detail) == ("missing_time", True)
