"""The usage document, its OpenTelemetry names, and its schema."""

import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from stream.charge import Charge, Dimensions, Usage
from stream.formats import decode
from stream.formats.refused import Refused

SCHEMA = json.loads(files("stream.formats").joinpath("usage_v1.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
BASE: dict[str, object] = {
    "schema": "spendwatch.usage.v1",
    "id": "1",
    "time": "2025-04-01T00:00:00Z",
    "provider": "openai",
    "model": "gpt-4o",
}


def _charge(document: dict[str, object]) -> Charge:
    decoded = decode("usage", json.dumps(document).encode())
    assert decoded.refused == []
    return decoded.charges[0]


def _refused(document: dict[str, object]) -> Refused:
    decoded = decode("usage", json.dumps(document).encode())
    assert decoded.charges == []
    return decoded.refused[0]


FULL = {
    **BASE,
    "service": "assistant",
    "requests": 3,
    "input_tokens": 1000,
    "cache_read_tokens": 600,
    "cache_write_tokens": 100,
    "output_tokens": 50,
    "cost": "0.00123456789012345678",
    "currency": "eur",
    "api_key": "assistant-prod",
    "project": "proj-7",
    "region": "eu-west-1",
    "environment": "production",
    "team": "search",
    "tags": {"feature": "rerank"},
}


def test_full_document() -> None:
    """Each field lands in the charge; team and environment become tags, for allocation."""
    assert _charge(FULL) == Charge(
        charge_id="1",
        time=1743465600,
        cost=Decimal("0.00123456789012345678"),
        dimensions=Dimensions(
            currency="EUR",
            service="assistant",
            charge_kind="usage",
            provider="openai",
            account="proj-7",
            api_key="assistant-prod",
            region="eu-west-1",
            model="gpt-4o",
            tags={"feature": "rerank", "team": "search", "environment": "production"},
        ),
        usage=Usage(
            requests=3,
            input_tokens=1000,
            cache_read_tokens=600,
            cache_write_tokens=100,
            output_tokens=50,
        ),
    )


def test_least_document() -> None:
    """What is left out has a default: one request, no cost yet, dollars, the provider as service."""
    charge = _charge({**BASE, "output_tokens": 7})

    assert (charge.cost, charge.dimensions.currency, charge.dimensions.service) == (
        None,
        "USD",
        "openai",
    )
    assert charge.usage == Usage(requests=1, output_tokens=7)


OTEL_NEW = {
    "id": "1",
    "timestamp": 1743465600,
    "gen_ai.provider.name": "anthropic",
    "gen_ai.request.model": "claude-sonnet-4",
    "gen_ai.response.model": "claude-sonnet-4-20250514",
    "gen_ai.usage.input_tokens": "1000",
    "gen_ai.usage.cache_read.input_tokens": 400,
    "gen_ai.usage.cache_creation.input_tokens": 100,
    "gen_ai.usage.output_tokens": 20,
    "service.name": "assistant",
}
OTEL_OLD = {
    "id": "1",
    "time": 1743465600,
    "gen_ai.system": "openai",
    "gen_ai.request.model": "gpt-4o",
    "prompt_tokens": 10,
    "completion_tokens": 5,
}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (OTEL_NEW, ("anthropic", "claude-sonnet-4-20250514", Usage(1, 1000, 400, 100, 20))),
        (OTEL_OLD, ("openai", "gpt-4o", Usage(1, 10, 0, 0, 5))),
    ],
)
def test_opentelemetry_names(document: dict[str, object], expected: tuple[str, str, Usage]) -> None:
    """OpenTelemetry's attribute names, new and old, mean the same fields."""
    charge = _charge(document)

    assert (charge.dimensions.provider, charge.dimensions.model, charge.usage) == expected


@pytest.mark.parametrize(
    ("changes", "reason", "word"),
    [
        ({}, "missing_usage", "input_tokens"),
        ({"input_tokens": -1}, "bad_tokens", "-1"),
        ({"input_tokens": 10**15 + 1}, "bad_tokens", "10^15"),
        ({"input_tokens": 1.5}, "bad_tokens", "1.5"),
        ({"output_tokens": "many"}, "bad_tokens", "many"),
        ({"requests": "-3"}, "bad_tokens", "requests"),
        ({"input_tokens": True}, "bad_field", "input_tokens"),
        (
            {"input_tokens": 10, "cache_read_tokens": 8, "cache_write_tokens": 3},
            "bad_tokens",
            "include",
        ),
        ({"cost": "NaN"}, "bad_cost", "NaN"),
        ({"cost": -0.5}, "bad_cost", "less than nothing"),
        ({"cost": 1, "currency": "dollars"}, "bad_currency", "dollars"),
        ({"requests": 1, "id": None}, "missing_id", "id"),
        ({"requests": 1, "time": None}, "missing_time", "time"),
        ({"requests": 1, "time": "later"}, "bad_time", "later"),
    ],
)
def test_refused(changes: dict[str, object], reason: str, word: str) -> None:
    """A document that measures nothing, or something absurd, is refused with the field's name."""
    refused = _refused({**BASE, **changes})

    assert (refused.reason, word in refused.detail) == (reason, True)


def test_secret_key_is_masked() -> None:
    """A key that looks like the secret itself is replaced by its digest, the same one each time."""
    document = {**BASE, "requests": 1, "api_key": "sk-ant-" + "x" * 30}

    first, second = _charge(document).dimensions.api_key, _charge(document).dimensions.api_key

    assert first == second
    assert first.startswith("masked-")


def test_failed_request_has_zero_tokens() -> None:
    """Zero is a value: a request without tokens is counted, not refused."""
    assert _charge({**BASE, "input_tokens": 0}).usage == Usage(requests=1)


@pytest.mark.parametrize(
    "document", [FULL, OTEL_NEW, OTEL_OLD, {**BASE, "cost": 0.25}, {**BASE, "requests": 2}]
)
def test_schema_allows_what_is_read(document: dict[str, object]) -> None:
    """Documents that are read are valid by the published schema."""
    assert list(VALIDATOR.iter_errors(document)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"input_tokens": -1},
        {"input_tokens": 1.5},
        {"input_tokens": True},
        {"input_tokens": 10**15 + 1},
        {"cost": -1},
        {"cost": "NaN"},
        {"cost": 1, "currency": "dollars"},
        {"cost": 1, "tags": ["a"]},
    ],
)
def test_schema_forbids_what_is_refused(changes: dict[str, object]) -> None:
    """The published schema tells a publisher beforehand what would be refused."""
    assert list(VALIDATOR.iter_errors({**BASE, **changes}))


def test_schema_names_the_fields_that_are_read() -> None:
    """Every field of the schema is read, and carries the meaning that its name says."""
    for name in set(SCHEMA["properties"]) - {"schema", "timestamp", "account"}:
        assert name in FULL, name


_counts = st.none() | st.integers(min_value=0, max_value=10**15)
_names = st.none() | st.text(max_size=20)
_documents: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"input_tokens": st.integers(min_value=0, max_value=10**15)},
    optional={
        "requests": _counts,
        "output_tokens": _counts,
        "service": _names,
        "team": _names,
        "api_key": _names,
        "region": _names,
        "tags": st.none() | st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
        "currency": st.none() | st.sampled_from(["USD", "eur"]),
        "cost": st.none()
        | st.floats(min_value=0, max_value=1e12)
        | st.sampled_from(["", "1.5", "2e-9"]),
    },
)


@given(_documents)
def test_whatever_the_schema_allows_is_read(document: dict[str, Any]) -> None:
    """A document that the schema allows, and that has an id and a time, becomes a charge."""
    whole = {**BASE, **document}
    VALIDATOR.validate(whole)

    charge = _charge(whole)

    assert charge.usage is not None
    assert charge.usage.input_tokens == document["input_tokens"]
