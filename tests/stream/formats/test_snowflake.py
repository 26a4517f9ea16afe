"""Snowflake's views: money by day, and credits by hour."""

import json
from decimal import Decimal
from typing import Any

import pytest
from format_samples import SNOWFLAKE_BILL, SNOWFLAKE_CREDITS

from stream.charge import Charge, Dimensions
from stream.formats import Decoded, decode


def _decoded(row: dict[str, Any], **changes: object) -> Decoded:
    return decode("billing", json.dumps({**row, **changes}).encode())


def _charge(row: dict[str, Any], **changes: object) -> Charge:
    decoded = _decoded(row, **changes)
    assert decoded.refused == []
    return decoded.charges[0]


def test_usage_in_currency() -> None:
    """A row of the bill keeps its amount, its currency and whose it is."""
    charge = _charge(SNOWFLAKE_BILL)
    assert charge.dimensions == Dimensions(
        currency="EUR",
        service="WAREHOUSE_METERING",
        charge_kind="usage",
        provider="Snowflake",
        account="PROD",
        region="AWS_EU_WEST_1",
        sku="compute",
        technology="saas",
    )
    assert (charge.cost, charge.time) == (Decimal("30.37"), 1743465600)
    assert (charge.scope, charge.identified) == ("Snowflake|ACME|2025-04-01", True)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"IS_ADJUSTMENT": True}, "adjustment"),
        ({"IS_ADJUSTMENT": "TRUE"}, "adjustment"),
        ({"BILLING_TYPE": "rebate", "USAGE_IN_CURRENCY": -3}, "credit"),
        ({"BILLING_TYPE": "priority support"}, "recurring"),
        ({"BILLING_TYPE": None}, "usage"),
    ],
)
def test_kind_of_a_row(changes: dict[str, Any], kind: str) -> None:
    """What is no use is told from it."""
    assert _charge(SNOWFLAKE_BILL, **changes).dimensions.charge_kind == kind


def test_a_row_that_is_exported_again_counts_once() -> None:
    """The view is added up by its columns: they are the id, and the amount is none of it."""
    first = _charge(SNOWFLAKE_BILL).charge_id
    assert first == _charge(SNOWFLAKE_BILL, USAGE_IN_CURRENCY="31.00").charge_id
    assert first != _charge(SNOWFLAKE_BILL, ACCOUNT_NAME="TEST").charge_id


def test_credits_have_no_price() -> None:
    """Metered credits are a quantity without a cost, at the time that Snowflake's offset says."""
    charge = _charge(SNOWFLAKE_CREDITS)
    assert (charge.cost, charge.quantity, charge.unit) == (None, Decimal("1.51"), "credits")
    assert (charge.time, charge.dimensions.resource) == (1743465600, "ETL_WH")


@pytest.mark.parametrize(
    ("changes", "credits_used"),
    [
        ({"CREDITS_BILLED": "1.2"}, "1.2"),
        ({"CREDITS_USED": None}, "1.51"),
        ({"CREDITS_USED": 0}, "0"),
    ],
)
def test_credits(changes: dict[str, Any], credits_used: str) -> None:
    """What is billed counts before what was used, and that before its parts."""
    assert _charge(SNOWFLAKE_CREDITS, **changes).quantity == Decimal(credits_used)


def test_credits_with_a_rate() -> None:
    """A rate that was joined to the rows prices them, exactly, in its currency."""
    charge = _charge(SNOWFLAKE_CREDITS, EFFECTIVE_RATE="2.123456789012345678901", CURRENCY="EUR")
    assert charge.cost == Decimal("3.20641975140864197514051")
    assert charge.dimensions.currency == "EUR"


@pytest.mark.parametrize(
    ("row", "changes", "reason"),
    [
        (SNOWFLAKE_BILL, {"USAGE_DATE": None}, "missing_time"),
        (SNOWFLAKE_BILL, {"USAGE_IN_CURRENCY": ""}, "missing_cost"),
        (SNOWFLAKE_BILL, {"CURRENCY": None}, "missing_currency"),
        (SNOWFLAKE_BILL, {"ACCOUNT_NAME": {"a": 1}}, "bad_field"),
        (SNOWFLAKE_CREDITS, {"START_TIME": "then"}, "bad_time"),
        (SNOWFLAKE_CREDITS, {"CREDITS_USED": "x"}, "bad_cost"),
        (SNOWFLAKE_CREDITS, {"CREDITS_USED": None, "CREDITS_USED_COMPUTE": None}, "missing_cost"),
        (SNOWFLAKE_CREDITS, {"EFFECTIVE_RATE": 3}, "missing_currency"),
        (
            SNOWFLAKE_CREDITS,
            {"CREDITS_USED": "1e11", "EFFECTIVE_RATE": 100, "CURRENCY": "USD"},
            "bad_cost",
        ),
    ],
)
def test_refused(row: dict[str, Any], changes: dict[str, Any], reason: str) -> None:
    """What cannot be read is refused by its reason."""
    assert [one.reason for one in _decoded(row, **changes).refused] == [reason]
