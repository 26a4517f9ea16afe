"""Line items of AWS Cost and Usage Reports, in each notation of their columns."""

import json
from decimal import Decimal

import pytest

from stream.charge import Charge, Dimensions
from stream.formats import decode
from stream.formats.refused import Refused

ITEM: dict[str, object] = {
    "identity/LineItemId": "item1",
    "identity/TimeInterval": "2025-04-01T05:00:00Z/2025-04-01T06:00:00Z",
    "bill/PayerAccountId": "111111111111",
    "bill/BillingPeriodStartDate": "2025-04-01T00:00:00Z",
    "lineItem/UsageAccountId": "222222222222",
    "lineItem/LineItemType": "Usage",
    "lineItem/UsageStartDate": "2025-04-01T05:00:00Z",
    "lineItem/ProductCode": "AmazonEC2",
    "lineItem/UsageType": "EUC1-BoxUsage:m5.large",
    "lineItem/ResourceId": "i-0abc",
    "lineItem/CurrencyCode": "USD",
    "lineItem/UnblendedCost": "0.115",
    "product/ProductName": "Amazon Elastic Compute Cloud",
    "product/region": "eu-central-1",
    "resourceTags/user:team": "search",
}
ATHENA: dict[str, object] = {
    "identity_line_item_id": "item1",
    "identity_time_interval": "2025-04-01T05:00:00Z/2025-04-01T06:00:00Z",
    "bill_payer_account_id": "111111111111",
    "bill_billing_period_start_date": "2025-04-01 00:00:00.000",
    "line_item_usage_account_id": 222222222222,
    "line_item_line_item_type": "Usage",
    "line_item_usage_start_date": "2025-04-01T05:00:00Z",
    "line_item_product_code": "AmazonEC2",
    "line_item_usage_type": "EUC1-BoxUsage:m5.large",
    "line_item_resource_id": "i-0abc",
    "line_item_currency_code": "USD",
    "line_item_unblended_cost": 0.115,
    "product_product_name": "Amazon Elastic Compute Cloud",
    "product_region": "eu-central-1",
    "resource_tags_user_team": "search",
}
CHARGE = Charge(
    charge_id="item1-b",
    time=1743483600,
    cost=Decimal("0.115"),
    dimensions=Dimensions(
        currency="USD",
        service="Amazon Elastic Compute Cloud",
        charge_kind="usage",
        provider="AWS",
        account="222222222222",
        region="eu-central-1",
        sku="EUC1-BoxUsage:m5.large",
        resource="i-0abc",
        tags={"user:team": "search"},
    ),
    scope="AWS|111111111111|2025-04-01",
)


def _only(item: dict[str, object]) -> Charge:
    (charge,) = decode("billing", json.dumps(item).encode()).charges
    return charge


def _refused(item: dict[str, object]) -> Refused:
    (refused,) = decode("billing", json.dumps(item).encode()).refused
    return refused


def _said(charge: Charge) -> tuple[object, ...]:
    return charge.time, charge.cost, charge.dimensions, charge.scope, charge.identified


def _camel(name: str) -> str:
    head, _, tail = name.partition("/")
    return name if head == "resourceTags" else head + tail[:1].upper() + tail[1:]


@pytest.mark.parametrize(
    "item",
    [
        ITEM,
        ATHENA,
        {_camel(name): value for name, value in ITEM.items()},
        {
            name if name.startswith("resourceTags") else name.replace("/", "_").lower(): value
            for name, value in ITEM.items()
        },
        {
            **{
                name: value
                for name, value in ATHENA.items()
                if not name.startswith(("product_", "resource_tags"))
            },
            "product": '{"product_name": "Amazon Elastic Compute Cloud", "region": "eu-central-1"}',
            "discount": "{}",
            "resource_tags": '{"user_team": "search"}',
        },
        {
            **{name: value for name, value in ATHENA.items() if name != "resource_tags_user_team"},
            "resource_tags": [{"key": "user_team", "value": "search"}],
        },
        {
            **{name: value for name, value in ATHENA.items() if name != "resource_tags_user_team"},
            "resource_tags": "[('user_team', 'search'), ('user_empty', None)]",
        },
    ],
    ids=["slash", "underscore", "camel", "lower", "2.0", "2.0 list", "2.0 python"],
)
def test_a_line_item_in_each_notation(item: dict[str, object]) -> None:
    """A line item says the same, whichever way its columns are written."""
    assert _said(_only(item)) == _said(CHARGE)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"lineItem/UnblendedCost": "1.81E-8"}, "1.81E-8"),
        ({"lineItem/UnblendedCost": -3}, "-3"),
        ({"lineItem/UnblendedCost": 0}, "0"),
    ],
)
def test_cost_is_exact(columns: dict[str, object], expected: str) -> None:
    """Amounts keep their digits, in AWS's exponents too."""
    assert _only({**ITEM, **columns}).cost == Decimal(expected)


@pytest.mark.parametrize(
    ("line_item_type", "kind"),
    [
        ("Usage", "usage"),
        ("DiscountedUsage", "usage"),
        ("SavingsPlanNegation", "usage"),
        ("RIFee", "recurring"),
        ("Fee", "purchase"),
        ("Tax", "tax"),
        ("Credit", "credit"),
        ("Refund", "credit"),
        ("EdpDiscount", "adjustment"),
        ("PrivateRateDiscount", "adjustment"),
        ("SomethingNew", "usage"),
        (None, "usage"),
    ],
)
def test_kind(line_item_type: str | None, kind: str) -> None:
    """The line item's type gives the kind; a new type counts as usage."""
    item = {**ITEM, "lineItem/LineItemType": line_item_type}
    assert _only(item).dimensions.charge_kind == kind


def test_what_is_not_told_is_taken_from_the_next_best_column() -> None:
    """Without names of product and region, the code and the zone stand in; without a start, the interval's."""
    gone = {"product/ProductName", "product/region", "lineItem/UsageStartDate"}
    item = {name: value for name, value in ITEM.items() if name not in gone}
    charge = _only({**item, "lineItem/AvailabilityZone": "eu-central-1b"})
    assert (charge.dimensions.service, charge.dimensions.region, charge.time) == (
        "AmazonEC2",
        "eu-central-1",
        1743483600,
    )


@pytest.mark.parametrize(
    ("columns", "model"),
    [
        ({"product/ProductName": "Claude 3 (Amazon Bedrock Edition)"}, "Claude 3"),
        ({"product/model": "Titan Text"}, "Titan Text"),
        ({"product": {"model": "Nova Lite"}}, "Nova Lite"),
        ({"resourceTags/model": "own"}, "own"),
        ({}, ""),
    ],
)
def test_model(columns: dict[str, object], model: str) -> None:
    """Bedrock's line items name the model in their product."""
    assert _only({**ITEM, **columns}).dimensions.model == model


def test_tags_and_cost_categories() -> None:
    """Cost categories are tags of their own; an empty tag is none, and the first that says something counts."""
    charge = _only(
        {
            **ITEM,
            "resourceTags/user:empty": "",
            "costCategory/Team": "pay",
            "cost_category": {"Env": "prod"},
            "resource_tags": {"user_team": "later"},
        }
    )
    assert charge.dimensions.tags == {
        "user:team": "search",
        "costCategory/Team": "pay",
        "costCategory/Env": "prod",
    }


def test_the_same_line_item_is_known_again() -> None:
    """It has one id in each delivery, another when its amount changes, and none of its own without AWS's."""
    first, again, restated = (
        _only(item)
        for item in (
            ITEM,
            {**ITEM, "resourceTags/user:later": "x"},
            {**ITEM, "lineItem/UnblendedCost": 2},
        )
    )
    nameless = _only({name: value for name, value in ITEM.items() if name != "identity/LineItemId"})
    assert first.charge_id == again.charge_id != restated.charge_id
    assert (first.identified, nameless.identified) == (True, False)


def test_a_container_counts_once() -> None:
    """Its share of an instance adds nothing: the line item of the instance has the whole cost."""
    share = {
        **ITEM,
        "splitLineItem/ParentResourceId": "i-0abc",
        "splitLineItem/SplitCost": "0.05",
        "splitLineItem/UnusedCost": "0.01",
        "lineItem/UnblendedCost": "0.0",
    }
    decoded = decode("billing", json.dumps([ITEM, share]).encode())
    assert [charge.cost for charge in decoded.charges] == [Decimal("0.115")]
    assert decoded.refused == []


@pytest.mark.parametrize(
    ("columns", "reason", "word"),
    [
        ({"lineItem/UnblendedCost": None}, "missing_cost", "lineItem/UnblendedCost"),
        ({"lineItem/UnblendedCost": "$1.00"}, "bad_cost", "'$1.00'"),
        ({"lineItem/UnblendedCost": "1,000.00"}, "bad_cost", "1,000.00"),
        ({"lineItem/UnblendedCost": "NaN"}, "bad_cost", "NaN"),
        ({"lineItem/UnblendedCost": [1]}, "bad_field", "lineItem/UnblendedCost"),
        ({"lineItem/UsageStartDate": "soon"}, "bad_time", "lineItem/UsageStartDate"),
        ({"lineItem/CurrencyCode": ""}, "missing_currency", "lineItem/CurrencyCode"),
        ({"lineItem/UsageAccountId": "x" * 2000}, "text_too_long", "lineItem/UsageAccountId"),
        (
            {"lineItem/LineItemType": "SavingsPlanCoveredUsage"},
            "missing_cost",
            "SavingsPlanEffectiveCost",
        ),
        (
            {"lineItem/UsageStartDate": None, "identity/TimeInterval": None},
            "missing_time",
            "lineItem/UsageStartDate",
        ),
    ],
)
def test_refused(columns: dict[str, object], reason: str, word: str) -> None:
    """What is missing or cannot be read has a stable code and a line that names its column."""
    refused = _refused({**ITEM, **columns})
    assert (refused.reason, word in refused.detail) == (reason, True)
