"""What is said of an event that no format knows."""

import json
from typing import Any

import pytest

from stream.formats import decode, registry
from stream.formats.nearest import nearest


def _detail(event: dict[str, Any], source: str = "billing") -> str:
    (refused,) = decode(source, json.dumps(event).encode()).refused
    assert refused.reason == "unknown_format"
    return refused.detail


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            {"ChargePeriodBegin": "2025-04-01", "BillingCurrency": "USD", "ServiceName": "x"},
            ["nearest: focus (no ChargePeriodStart; is 'ChargePeriodBegin' meant?)"],
        ),
        (
            {"USAGE_DATE": "2025-04-01", "CURRENCY": "USD", "ACCOUNT_NAME": "A"},
            ["nearest: snowflake USAGE_IN_CURRENCY_DAILY (no USAGE_IN_CURRENCY)"],
        ),
        ({"charge_period_start": 1, "effective_cost": 1}, ["focus (no BillingCurrency)"]),
        (
            {"chargeperiodstart": 1, "effectivecost": 1, "billingcurrency": 1, "servicename": 1},
            ["focus (its fields, but in other letters"],
        ),
        ({"any": 1}, ["known: ", "cloudevents", "focus", "spendwatch.charge.v1"]),
        ({}, ["known: "]),
    ],
)
def test_the_nearest_formats_are_named(event: dict[str, Any], words: list[str]) -> None:
    """Each with the first field that it looks for in vain, and the one that may be meant by it."""
    detail = _detail(event)
    assert [word for word in words if word not in detail] == []


def test_three_at_most() -> None:
    """The line stays short, whatever the event is."""
    fields = [mark for one in registry.formats() for mark in getattr(one, "MARKS", ())]
    assert nearest(fields[1:], registry.formats()).count("(") == 3
    long = {
        "ChargePeriod" + "x" * 10_000: 1,
        "BillingCurrency": 1,
        **{str(one): 1 for one in range(9999)},
    }
    assert len(_detail(long)) < 500
