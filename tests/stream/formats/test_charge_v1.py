"""The plain charge, by itself and in an envelope, and its schema."""

import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from format_samples import CHARGE, cloud_event
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from stream.charge import Charge, Dimensions
from stream.formats import Decoded, decode
from stream.formats.charge_v1 import Document

SCHEMA = json.loads(files("stream.formats").joinpath("charge_v1.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
LEAST = {
    "schema": "spendwatch.charge.v1",
    "time": "2025-04-01",
    "cost": 1,
    "currency": "USD",
    "service": "s",
}


def _decoded(event: dict[str, Any], source: str = "billing") -> Decoded:
    return decode(source, json.dumps(event).encode())


def _charge(event: dict[str, Any]) -> Charge:
    decoded = _decoded(event)
    assert decoded.refused == []
    return decoded.charges[0]


def test_full_document() -> None:
    """Each field lands in the charge; team and environment become tags, for allocation."""
    assert _charge(CHARGE) == Charge(
        charge_id="inv-7/3",
        time=1743465600,
        cost=Decimal("1234.50"),
        dimensions=Dimensions(
            currency="EUR",
            service="Acme Design",
            charge_kind="recurring",
            provider="Acme Software",
            account="contract-9",
            region="eu",
            sku="enterprise",
            resource="seat-pool-1",
            tags={"cost_center": "4711", "team": "design", "environment": "production"},
            technology="license",
        ),
        scope="Acme Software|contract-9|2025-04-01",
    )


def test_least_document() -> None:
    """Without an id the document is hashed, and rows that are alike count each."""
    charge = _charge(LEAST)
    assert (charge.identified, charge.dimensions.charge_kind) == (False, "usage")
    assert charge.charge_id == _charge(dict(reversed(LEAST.items()))).charge_id


def test_cloud_event_of_a_bill() -> None:
    """The envelope gives the id; the charge begins when its data says, not when the event was made."""
    charge = _charge(cloud_event(CHARGE))
    assert (charge.charge_id, charge.time) == ("/gateway/1", 1743465600)
    binary = decode(
        "billing",
        json.dumps(CHARGE).encode(),
        [
            ("ce_specversion", b"1.0"),
            ("ce_id", b"1"),
            ("ce_source", b"/gateway"),
            ("ce_type", b"spendwatch.charge.v1"),
        ],
    )
    assert binary.charges == [charge]
    without_time = {name: value for name, value in CHARGE.items() if name != "time"}
    assert _charge(cloud_event(without_time)).time == 1743811200


@pytest.mark.parametrize("event", [CHARGE, cloud_event(CHARGE)])
def test_a_charge_belongs_to_bills(event: dict[str, Any]) -> None:
    """On the other topic it is refused, and the line says where it belongs."""
    (refused,) = _decoded(event, "usage").refused
    assert (refused.reason, "'billing'" in refused.detail) == ("unknown_format", True)


@pytest.mark.parametrize(
    ("changes", "reason", "word"),
    [
        ({"time": None}, "missing_time", "time"),
        ({"cost": None}, "missing_cost", "quantity"),
        ({"cost": "12,5"}, "bad_cost", "12,5"),
        ({"currency": None}, "missing_currency", "USD"),
        ({"service": None, "provider": None}, "missing_service", "provider"),
        ({"kind": "refund"}, "unknown_kind", "credit"),
        ({"technology": "blimps"}, "unknown_technology", "data-center"),
        ({"team": ["a"]}, "bad_field", "team"),
    ],
)
def test_refused(changes: dict[str, Any], reason: str, word: str) -> None:
    """What is missing or unknown is named, with what would be right."""
    (refused,) = _decoded({**CHARGE, **changes}).refused
    assert (refused.reason, word in refused.detail) == (reason, True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cost": None, "quantity": 12, "unit": "seats"}, (None, Decimal(12), "seats")),
        ({"cost": 0, "quantity": "0.50"}, (Decimal(0), Decimal("0.50"), "")),
        ({"cost": "-3.10"}, (Decimal("-3.10"), None, "")),
    ],
)
def test_quantity(changes: dict[str, Any], expected: tuple[object, ...]) -> None:
    """A quantity stands in where there is no cost; nothing is a cost too."""
    charge = _charge({**CHARGE, **changes})
    assert (charge.cost, charge.quantity, charge.unit) == expected


def test_schema_names_the_fields_that_are_read() -> None:
    """Every field that is read stands in the schema, and no other one."""
    assert set(SCHEMA["properties"]) - {"schema"} == set(Document.__struct_fields__)
    VALIDATOR.validate(CHARGE)
    VALIDATOR.validate(LEAST)


_names = st.none() | st.text(max_size=20) | st.integers()
_amounts = st.none() | st.integers(-(10**12), 10**12) | st.sampled_from(["1.5", "-2", "2e-9", 0.1])
_documents = st.fixed_dictionaries(
    {"cost": _amounts, "quantity": _amounts},
    optional=dict.fromkeys(
        ("id", "provider", "service", "account", "sku", "unit", "team", "api_key"), _names
    ),
)


@given(_documents)
def test_whatever_the_schema_allows_is_read(document: dict[str, Any]) -> None:
    """A document that the schema allows becomes a charge."""
    whole = {**LEAST, **document}
    if not list(VALIDATOR.iter_errors(whole)):
        charge = _charge(whole)
        assert charge.cost is not None or charge.quantity is not None
