"""Rows of Oracle Cloud's cost reports."""

import json
from decimal import Decimal

import pytest

from stream.charge import Charge, Dimensions
from stream.formats import decode

ROW: dict[str, object] = {
    "lineItem/referenceNo": "ref-1",
    "lineItem/tenantId": "ocid1.tenancy",
    "lineItem/intervalUsageStart": "2025-04-01T05:00Z",
    "lineItem/intervalUsageEnd": "2025-04-01T06:00Z",
    "product/service": "COMPUTE",
    "product/compartmentId": "ocid1.compartment",
    "product/compartmentName": "search",
    "product/region": "eu-frankfurt-1",
    "product/resourceId": "ocid1.instance",
    "product/Description": "Compute - Standard - E4",
    "cost/productSku": "B93113",
    "cost/myCost": "2.323760000E-9",
    "cost/myCostOverage": "9",
    "cost/currencyCode": "USD",
    "lineItem/isCorrection": "false",
    "tags/Operations.CostCenter": "42",
    "tags/empty": "",
}


def _only(row: dict[str, object]) -> Charge:
    decoded = decode("billing", json.dumps(row).encode())
    assert decoded.refused == []
    (charge,) = decoded.charges
    return charge


@pytest.mark.parametrize(
    "row",
    [
        ROW,
        {
            name if name.startswith("tags/") else name.replace("/", "_").lower(): value
            for name, value in ROW.items()
        },
    ],
    ids=["slash", "underscore"],
)
def test_a_row(row: dict[str, object]) -> None:
    """Each column of a row lands in the field of the charge that means the same, and each tag's among the tags."""
    assert _only(row) == Charge(
        charge_id="ref-1",
        time=1743483600,
        cost=Decimal("2.323760000E-9"),
        dimensions=Dimensions(
            currency="USD",
            service="COMPUTE",
            charge_kind="usage",
            provider="Oracle",
            account="ocid1.compartment",
            region="eu-frankfurt-1",
            sku="Compute - Standard - E4",
            resource="ocid1.instance",
            tags={"Operations.CostCenter": "42"},
        ),
        scope="Oracle|ocid1.tenancy|2025-04-01",
    )


def test_a_correction_adds_its_amount() -> None:
    """It is an adjustment, with an id of its own."""
    charge = _only(
        {
            **ROW,
            "lineItem/referenceNo": "ref-2",
            "lineItem/isCorrection": "true",
            "lineItem/backreferenceNo": "ref-1",
            "cost/myCost": "-1",
        }
    )
    assert (charge.charge_id, charge.cost, charge.dimensions.charge_kind) == (
        "ref-2",
        Decimal(-1),
        "adjustment",
    )


def test_a_row_without_a_number_has_no_id_of_its_own() -> None:
    """Its content is its id."""
    row = {**ROW, "lineItem/referenceNo": ""}
    assert _only(row).identified is False
    assert _only(row).charge_id == _only(dict(reversed(row.items()))).charge_id


@pytest.mark.parametrize(
    ("columns", "reason", "word"),
    [
        ({"cost/myCost": ""}, "missing_cost", "cost/myCost"),
        ({"cost/myCost": "free"}, "bad_cost", "free"),
        ({"lineItem/intervalUsageStart": ""}, "missing_time", "lineItem/intervalUsageStart"),
        ({"cost/currencyCode": "?"}, "bad_currency", "cost/currencyCode"),
        ({"product/service": []}, "bad_field", "product/service"),
    ],
)
def test_refused(columns: dict[str, object], reason: str, word: str) -> None:
    """A usage report, which has no cost, is refused with the column that it lacks."""
    (refused,) = decode("billing", json.dumps({**ROW, **columns}).encode()).refused
    assert (refused.reason, word in refused.detail) == (reason, True)
