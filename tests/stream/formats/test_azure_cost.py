"""Rows of Azure's exports, of each agreement and in each notation."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from stream.charge import Charge, Dimensions
from stream.files import read_events
from stream.formats import decode
from stream.formats.refused import Refused

ENTERPRISE: dict[str, object] = {
    "BillingAccountId": "777",
    "BillingPeriodStartDate": "09/01/2025",
    "BillingPeriodEndDate": "09/30/2025",
    "BillingProfileId": "777",
    "SubscriptionId": "sub-1",
    "Date": "09/04/2025",
    "MeterCategory": "Virtual Machines",
    "MeterSubCategory": "BS Series",
    "MeterName": "B1s",
    "Cost": "2.64",
    "BillingCurrency": "USD",
    "ResourceLocation": "US East",
    "ResourceId": "/subscriptions/SUB-1/VM1",
    "Tags": '"team": "search","env": "prod"',
    "ChargeType": "Usage",
    "Frequency": "UsageBased",
}
CUSTOMER: dict[str, object] = {
    "billingAccountId": "777",
    "billingPeriodStartDate": "2025-09-01",
    "billingPeriodEndDate": "2025-09-30",
    "SubscriptionId": "sub-1",
    "date": "2025-09-04T00:00:00",
    "meterCategory": "Virtual Machines",
    "meterSubCategory": "BS Series",
    "meterName": "B1s",
    "costInBillingCurrency": 2.64,
    "costInPricingCurrency": 3,
    "billingCurrency": "USD",
    "pricingCurrency": "EUR",
    "resourceLocation": "useast",
    "ResourceId": "/subscriptions/sub-1/vm1",
    "tags": {"team": "search", "env": "prod"},
    "chargeType": "Usage",
}
AS_YOU_GO: dict[str, object] = {
    "SubscriptionGuid": "sub-1",
    "ResourceLocation": "US East",
    "UsageDateTime": "2025-09-04 00:00:00",
    "MeterCategory": "Virtual Machines",
    "MeterSubcategory": "BS Series",
    "MeterName": "B1s",
    "PreTaxCost": "2.64",
    "InstanceId": "/subscriptions/sub-1/vm1",
    "Tags": '{"team": "search", "env": "prod"}',
    "Currency": "USD",
}
DIMENSIONS = Dimensions(
    currency="USD",
    service="Virtual Machines",
    charge_kind="usage",
    provider="Microsoft",
    account="sub-1",
    region="useast",
    sku="B1s",
    resource="/subscriptions/sub-1/vm1",
    tags={"team": "search", "env": "prod"},
)


def _only(row: dict[str, object]) -> Charge:
    decoded = decode("billing", json.dumps(row).encode())
    assert decoded.refused == []
    (charge,) = decoded.charges
    return charge


def _refused(row: dict[str, object]) -> Refused:
    (refused,) = decode("billing", json.dumps(row).encode()).refused
    return refused


@pytest.mark.parametrize(
    ("row", "scope"),
    [
        (ENTERPRISE, "Microsoft|777|2025-09-01"),
        (CUSTOMER, "Microsoft|777|2025-09-01"),
        (AS_YOU_GO, "Microsoft|sub-1|2025-09-01"),
        ({**CUSTOMER, "billingProfileId": "A-B"}, "Microsoft|777/A-B|2025-09-01"),
        (
            {f"Übersetzung {name} ({name})": value for name, value in ENTERPRISE.items()},
            "Microsoft|777|2025-09-01",
        ),
        (
            {f"翻訳（{name}）": value for name, value in ENTERPRISE.items()},  # noqa: RUF001  # as tables have it
            "Microsoft|777|2025-09-01",
        ),
        ({name.lower(): value for name, value in ENTERPRISE.items()}, "Microsoft|777|2025-09-01"),
    ],
    ids=["enterprise", "customer", "as you go", "profile", "translated", "wide", "lower"],
)
def test_a_row_of_each_agreement(row: dict[str, object], scope: str) -> None:
    """A row says the same, whichever agreement's names it has, in translation and any case too."""
    charge = _only(row)
    assert (charge.time, charge.cost, charge.scope, charge.identified) == (
        1756944000,
        Decimal("2.64"),
        scope,
        False,
    )
    assert charge.dimensions == DIMENSIONS


@pytest.mark.parametrize(
    ("charge_type", "frequency", "kind"),
    [
        ("Usage", "UsageBased", "usage"),
        ("UnusedReservation", "UsageBased", "usage"),
        ("UnusedSavingsPlan", "UsageBased", "usage"),
        ("Purchase", "OneTime", "purchase"),
        ("Purchase", "Recurring", "recurring"),
        ("Refund", "OneTime", "credit"),
        ("Tax", None, "tax"),
        ("RoundingAdjustment", None, "adjustment"),
        (None, None, "usage"),
    ],
)
def test_kind(charge_type: str | None, frequency: str | None, kind: str) -> None:
    """The type of charge and its frequency give the kind."""
    row = {**ENTERPRISE, "ChargeType": charge_type, "Frequency": frequency}
    assert _only(row).dimensions.charge_kind == kind


def test_the_billing_currency_counts() -> None:
    """Of the costs in several currencies, the one in that of the bill counts."""
    charge = _only({**CUSTOMER, "billingCurrency": "SEK", "costInUsd": "0.25", "cost": 9})
    assert (charge.cost, charge.dimensions.currency) == (Decimal("2.64"), "SEK")


def test_unassigned_says_nothing() -> None:
    """A row of the marketplace has its service in the product's name."""
    row = {**ENTERPRISE, "MeterCategory": "Unassigned", "ResourceLocation": "Unassigned"}
    dimensions = _only({**row, "ProductName": "Red Hat OpenShift"}).dimensions
    assert (dimensions.service, dimensions.region) == ("Red Hat OpenShift", "")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ('"a": "b","c": null', {"a": "b"}),
        ('{"a": "b"}', {"a": "b"}),
        ('"a": "b', {}),
        ("", {}),
        ("none", {}),
    ],
)
def test_tags(tags: str, expected: dict[str, str]) -> None:
    """Tags have their braces, or not; what is broken is none."""
    assert _only({**ENTERPRISE, "Tags": tags}).dimensions.tags == expected


def test_a_table_with_a_translated_header(tmp_path: Path) -> None:
    """A table that Azure's portal translated is read as any other."""
    path = tmp_path / "kosten.csv"
    cells = ("Datum (Date)", "Kategorie (MeterCategory)", "Kosten (Cost)")
    path.write_text(
        f"\ufeff{';'.join(cells)};Währung (BillingCurrency)\n09/04/2025;Storage;0.00004;EUR\n",
        encoding="utf-8",
    )
    (event,) = read_events(path)
    (charge,) = decode(event.source, event.value).charges
    assert (charge.time, charge.cost, charge.dimensions.currency) == (
        1756944000,
        Decimal("0.00004"),
        "EUR",
    )


@pytest.mark.parametrize(
    ("columns", "reason", "word"),
    [
        ({"Cost": None}, "missing_cost", "CostInBillingCurrency"),
        ({"Cost": "2,64"}, "bad_cost", "2,64"),
        ({"Date": None}, "missing_time", "Date"),
        ({"Date": "31/31/2025"}, "bad_time", "09/21/2023"),
        ({"BillingCurrency": None}, "missing_currency", "BillingCurrency"),
        ({"BillingCurrency": "MC"}, "bad_currency", "'MC'"),
        ({"ResourceId": "x" * 2000}, "text_too_long", "ResourceId"),
        ({"MeterCategory": {"a": 1}}, "bad_field", "MeterCategory"),
    ],
)
def test_refused(columns: dict[str, object], reason: str, word: str) -> None:
    """What is missing or cannot be read has a stable code and a line that names its column."""
    refused = _refused({**ENTERPRISE, **columns})
    assert (refused.reason, word in refused.detail) == (reason, True)
