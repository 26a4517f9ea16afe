"""Rows of system.billing.usage, with and without prices."""

import json
from decimal import Decimal
from typing import Any

import pytest
from format_samples import DATABRICKS, FOLDER, sample

from stream.charge import Charge, Dimensions
from stream.files import read_events
from stream.formats import decode


def _charge(**changes: object) -> Charge:
    decoded = decode("billing", json.dumps({**DATABRICKS, **changes}).encode())
    assert decoded.refused == []
    return decoded.charges[0]


def test_row_without_a_price() -> None:
    """A row is a quantity of its unit, to the last digit, which the rules may price."""
    assert _charge() == Charge(
        charge_id="11e2-4",
        time=1743465600,
        cost=None,
        dimensions=Dimensions(
            currency="USD",
            service="JOBS",
            charge_kind="usage",
            provider="Databricks",
            account="1234567890123456",
            sku="PREMIUM_JOBS_COMPUTE",
            resource="job_id=77",
            tags={"team": "data"},
            technology="saas",
        ),
        scope="Databricks|acc|2025-04-01",
        quantity=Decimal("2.345678901234567890"),
        unit="DBU",
    )


@pytest.mark.parametrize(
    ("price", "cost"),
    [
        ({"pricing": {"default": "0.5", "effective_list": {"default": "0.25"}}}, "0.5"),
        ({"pricing": {"default": 0.5, "promotional": {"default": None}}}, "1.0"),
        ({"pricing": '{"default": "0.5"}'}, "1.0"),
        ({"pricing": "0.5"}, "1.0"),
        ({"list_price": "0.10"}, "0.20"),
        ({"list_cost": 0}, "0"),
    ],
)
def test_row_with_a_price(price: dict[str, Any], cost: str) -> None:
    """The list price that was joined to the row prices it: the one in force before the listed one."""
    charge = _charge(usage_quantity=2, currency_code="EUR", **price)
    assert (charge.cost, charge.dimensions.currency) == (Decimal(cost), "EUR")


def test_a_retraction_takes_back() -> None:
    """Corrections are rows of their own, below zero."""
    charge = _charge(record_id="r2", usage_quantity="-2", list_price=1, currency_code="USD")
    assert (charge.cost, charge.charge_id) == (Decimal(-2), "r2")


@pytest.mark.parametrize(
    ("changes", "technology"),
    [
        ({"sku_name": "PREMIUM_ALL_PURPOSE_GPU_COMPUTE"}, "gpu"),
        ({"billing_origin_product": "MODEL_SERVING"}, "ai"),
    ],
)
def test_technology(changes: dict[str, Any], technology: str) -> None:
    """Model serving is AI, and what says GPU is one."""
    assert _charge(**changes).dimensions.technology == technology


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"usage_start_time": None, "usage_date": None}, "missing_time"),
        ({"usage_quantity": None}, "missing_cost"),
        ({"usage_quantity": "NaN"}, "bad_cost"),
        ({"pricing": {"default": 1}}, "missing_currency"),
        ({"pricing": "{"}, "not_json"),
        ({"sku_name": ["a"]}, "bad_field"),
    ],
)
def test_refused(changes: dict[str, Any], reason: str) -> None:
    """What cannot be read is refused by its reason."""
    decoded = decode("billing", json.dumps({**DATABRICKS, **changes}).encode())
    assert [one.reason for one in decoded.refused] == [reason]


@pytest.mark.skipif(FOLDER is None, reason="no folder of samples named")
def test_sample() -> None:
    """The quantities of a sample add up to the known sum."""
    events = list(read_events(sample("databricks/system-billing-usage.jsonl")))
    charges = [one for event in events for one in decode(event.source, event.value).charges]
    assert sum(one.quantity or 0 for one in charges) == 100
