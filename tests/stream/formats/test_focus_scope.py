"""The scope of a row: provider, billing account and billing period."""

import json

import pytest

from stream.formats import decode

ROW = {
    "ChargePeriodStart": "2025-04-30T23:00:00Z",
    "EffectiveCost": 1,
    "BillingCurrency": "USD",
    "ServiceProviderName": "AWS",
    "BillingAccountId": "1234",
    "BillingPeriodStart": "2025-04-01T00:00:00Z",
}


@pytest.mark.parametrize(
    ("columns", "scope"),
    [
        ({}, "AWS|1234|2025-04-01"),
        ({"ServiceProviderName": None, "ProviderName": "AWS"}, "AWS|1234|2025-04-01"),
        ({"BillingAccountId": 1234}, "AWS|1234|2025-04-01"),
        ({"SubAccountId": "77"}, "AWS|1234|2025-04-01"),
        ({"BillingPeriodStart": "2025-03-15"}, "AWS|1234|2025-03-15"),
        ({"BillingPeriodStart": "3/1/25"}, "AWS|1234|2025-03-01"),
        ({"BillingPeriodStart": None}, "AWS|1234|2025-04-01"),
        ({"BillingPeriodStart": "soon"}, "AWS|1234|2025-04-01"),
        ({"BillingPeriodStart": "2025-03-01" + " " * 80}, "AWS|1234|2025-04-01"),
        ({"BillingPeriodStart": 7}, "AWS|1234|2025-04-01"),
        ({"BillingAccountId": None}, "AWS||2025-04-01"),
        ({"BillingAccountId": "a|b%"}, "AWS|a%7Cb%25|2025-04-01"),
    ],
)
def test_the_scope_of_a_row(columns: dict[str, object], scope: str) -> None:
    """Whatever version names the provider; the month of the charge where no period can be read."""
    decoded = decode("billing", json.dumps({**ROW, **columns}).encode())
    assert [charge.scope for charge in decoded.charges] == [scope]
