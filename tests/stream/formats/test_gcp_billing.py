"""Rows of Google Cloud's billing export, of BigQuery and as tables."""

import json
from decimal import Decimal

import pytest

from stream.charge import Charge, Dimensions
from stream.formats import decode
from stream.formats.refused import Refused

ROW: dict[str, object] = {
    "billing_account_id": "0000-1111",
    "service": {"id": "6F81", "description": "Compute Engine"},
    "sku": {"id": "0E5C", "description": "N1 Core in Frankfurt"},
    "usage_start_time": "2025-04-01 05:00:00 UTC",
    "usage_end_time": "2025-04-01 06:00:00 UTC",
    "project": {"id": "search-prod", "labels": [{"key": "cost-center", "value": "7"}]},
    "labels": [{"key": "team", "value": "search"}],
    "location": {"location": "europe-west3-a", "region": "europe-west3"},
    "resource": {"name": "vm-1", "global_name": "//compute/vm-1"},
    "cost": 1.5,
    "currency": "EUR",
    "credits": [
        {"name": "Sustained use", "amount": -0.3, "type": "SUSTAINED_USAGE_DISCOUNT"},
        {"name": "Trial", "amount": -0.2},
    ],
    "invoice": {"month": "202504"},
    "cost_type": "regular",
}
TABLE: dict[str, object] = {
    "billing_account_id": "0000-1111",
    "service.description": "Compute Engine",
    "sku.description": "N1 Core in Frankfurt",
    "usage_start_time": "2025-04-01 05:00:00+00:00",
    "project.id": "search-prod",
    "project.labels": "[{'key': 'cost-center', 'value': '7'}]",
    "labels": "[{'key': 'team', 'value': 'search'}]",
    "location.region": "europe-west3",
    "resource.global_name": "//compute/vm-1",
    "cost": "1.5",
    "currency": "EUR",
    "credits": "[{'name': \"It's\", 'amount': -0.3, 'full_name': None}, {'amount': -2e-01}]",
    "invoice.month": "202504",
    "cost_type": "regular",
}
CHARGE = (
    1743483600,
    Decimal("1.0"),
    "Google Cloud|0000-1111|2025-04-01",
    Dimensions(
        currency="EUR",
        service="Compute Engine",
        charge_kind="usage",
        provider="Google Cloud",
        account="search-prod",
        region="europe-west3",
        sku="N1 Core in Frankfurt",
        resource="//compute/vm-1",
        tags={"team": "search", "cost-center": "7"},
    ),
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
    "row",
    [
        ROW,
        TABLE,
        {name.replace(".", "_"): value for name, value in TABLE.items()},
        {**ROW, "service": "{'id': '6F81', 'description': 'Compute Engine'}"},
        {**ROW, "service": '{"id": "6F81", "description": "Compute Engine"}'},
        {**ROW, "credits": json.dumps(ROW["credits"])},
        {**ROW, "credits": "array([{'amount': Decimal('-0.5')}], dtype=object)"},
        {**ROW, "credits": [{"amount": "-0.5"}, {"amount": None}, {}]},
        {**ROW, "usage_start_time": "1.7434836E9"},
        {**ROW, "usage_start_time": {"value": "2025-04-01T05:00:00.000Z"}},
        {**ROW, "invoice": {"month": 202504}},
    ],
)
def test_a_row_in_each_notation(row: dict[str, object]) -> None:
    """A row says the same as a record, with dots or underscores, in JSON's or Python's notation."""
    charge = _only(row)
    assert (charge.time, charge.cost, charge.scope, charge.dimensions) == CHARGE


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"credits": []}, "1.5"),
        ({"credits": None}, "1.5"),
        ({"credits": "[]"}, "1.5"),
        ({"credits": "None"}, "1.5"),
        ({"cost": 5e-06, "credits": [{"amount": -5e-06}]}, "0"),
        ({"cost": "0.1", "credits": [{"amount": -0.3}, {"amount": 0.1}]}, "-0.1"),
        (
            {"cost": "123456789012", "credits": [{"amount": "-1e-20"}]},
            "123456789011.99999999999999999999",
        ),
    ],
)
def test_the_net_cost(columns: dict[str, object], expected: str) -> None:
    """Cost and credits are added up exactly."""
    assert _only({**ROW, **columns}).cost == Decimal(expected)


@pytest.mark.parametrize(
    ("cost_type", "kind"),
    [
        ("regular", "usage"),
        ("tax", "tax"),
        ("adjustment", "adjustment"),
        ("rounding_error", "adjustment"),
        (None, "usage"),
    ],
)
def test_kind(cost_type: str | None, kind: str) -> None:
    """The type of cost gives the kind."""
    assert _only({**ROW, "cost_type": cost_type}).dimensions.charge_kind == kind


def test_a_tax_of_the_account() -> None:
    """What is of no project is of the billing account; the invoice's month is the scope, not that of the usage."""
    charge = _only({**ROW, "project": None, "invoice": {"month": "202505"}})
    assert (charge.dimensions.account, charge.scope) == (
        "0000-1111",
        "Google Cloud|0000-1111|2025-05-01",
    )


def test_the_label_of_the_usage_goes_before_that_of_its_project() -> None:
    """A key that both have is that of the usage."""
    row = {**ROW, "labels": [{"key": "cost-center", "value": "9"}, {"key": "empty", "value": ""}]}
    assert _only(row).dimensions.tags == {"cost-center": "9"}


@pytest.mark.parametrize(
    ("columns", "reason", "word"),
    [
        ({"cost": None}, "missing_cost", "cost"),
        ({"cost": "a lot"}, "bad_cost", "a lot"),
        ({"credits": "[{'amount': -1"}, "bad_cost", "credits"),
        ({"credits": "half"}, "bad_cost", "credits"),
        ({"credits": {"amount": -1}}, "bad_cost", "credits"),
        ({"credits": [{"amount": [1]}]}, "bad_cost", "credits.amount"),
        ({"credits": [{"amount": "NaN"}]}, "bad_cost", "NaN"),
        ({"usage_start_time": "later"}, "bad_time", "usage_start_time"),
        ({"usage_start_time": ""}, "missing_time", "usage_start_time"),
        ({"currency": None}, "missing_currency", "currency"),
    ],
)
def test_refused(columns: dict[str, object], reason: str, word: str) -> None:
    """A row whose credits cannot be read is refused: it would count for more than it costs."""
    refused = _refused({**ROW, **columns})
    assert (refused.reason, word in refused.detail) == (reason, True)
