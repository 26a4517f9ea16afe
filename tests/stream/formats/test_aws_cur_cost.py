"""What line items count: a month adds up to its amortised bill."""

import json
from decimal import Decimal

import pytest

from stream.formats import decode

BASE: dict[str, object] = {
    "bill_payer_account_id": "1",
    "line_item_usage_start_date": "2025-04-01T05:00:00Z",
    "line_item_currency_code": "USD",
}


def _item(line_item_type: str, unblended: str = "", **columns: str) -> dict[str, object]:
    return {
        **BASE,
        "line_item_line_item_type": line_item_type,
        "line_item_unblended_cost": unblended,
        **columns,
    }


def _sum(*items: dict[str, object]) -> Decimal:
    decoded = decode("billing", json.dumps(items).encode())
    assert decoded.refused == []
    return sum((charge.cost or Decimal(0) for charge in decoded.charges), Decimal(0))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (_item("Usage", "2.5"), "2.5"),
        (_item("Tax", "0.3"), "0.3"),
        (_item("Credit", "-7"), "-7"),
        (_item("EdpDiscount", "-0.2"), "-0.2"),
        (_item("BundledDiscount", "-0.1"), "-0.1"),
        (_item("Fee", "100"), "100"),
        (_item("Fee", "900", reservation_reservation_a_r_n="arn:aws:ec2:ri/1"), "0"),
        (_item("SavingsPlanUpfrontFee", "500"), "0"),
        (_item("SavingsPlanNegation", "-10"), "0"),
        (
            _item("SavingsPlanCoveredUsage", "10", savings_plan_savings_plan_effective_cost="7"),
            "7",
        ),
        (
            _item("SavingsPlanCoveredUsage", "10", savings_plan_savings_plan_effective_cost="0"),
            "0",
        ),
        (
            _item(
                "SavingsPlanRecurringFee",
                "8",
                savings_plan_total_commitment_to_date="8",
                savings_plan_used_commitment="7",
            ),
            "1",
        ),
        (
            _item(
                "SavingsPlanRecurringFee", "8", savings_plan_total_commitment_to_date="0.000000001"
            ),
            "1e-9",
        ),
        (_item("DiscountedUsage", "0", reservation_effective_cost="0.05"), "0.05"),
        (
            _item(
                "RIFee",
                "30",
                reservation_unused_amortized_upfront_fee_for_billing_period="4",
                reservation_unused_recurring_fee="2",
            ),
            "6",
        ),
        (_item("RIFee", "30", reservation_unused_recurring_fee="0"), "0"),
        (_item("RIFee", "30"), "30"),
        (_item("DiscountedUsage", "0"), "0"),
    ],
)
def test_each_type(item: dict[str, object], expected: str) -> None:
    """What was paid in advance counts as it is used, or left unused, and nowhere else."""
    assert _sum(item) == Decimal(expected)


def test_a_month_of_a_savings_plan() -> None:
    """Covered usage and what is unused are what was committed to, however it is paid."""
    committed = [
        _item(
            "SavingsPlanRecurringFee",
            "5",
            savings_plan_total_commitment_to_date="10",
            savings_plan_used_commitment="7.5",
        ),
        _item("SavingsPlanCoveredUsage", "9", savings_plan_savings_plan_effective_cost="6"),
        _item("SavingsPlanNegation", "-9", savings_plan_savings_plan_effective_cost=""),
        _item("SavingsPlanCoveredUsage", "3", savings_plan_savings_plan_effective_cost="1.5"),
        _item("SavingsPlanNegation", "-3"),
        _item("SavingsPlanUpfrontFee", "43800"),
    ]
    assert _sum(*committed) == Decimal(10)
    assert _sum(*committed, _item("Usage", "4"), _item("Tax", "1")) == Decimal(15)


def test_a_month_of_reservations() -> None:
    """Effective costs and what is unused are a month's share of the fee upfront, and the recurring fee."""
    upfront, recurring = Decimal(60), Decimal(40)
    items = [
        _item("Fee", "720", reservation_reservation_a_r_n="arn:1"),
        _item("DiscountedUsage", "0", reservation_effective_cost="75"),
        _item(
            "RIFee",
            "40",
            reservation_unused_amortized_upfront_fee_for_billing_period="15",
            reservation_unused_recurring_fee="10",
        ),
    ]
    assert _sum(*items) == upfront + recurring


def test_a_report_without_effective_costs_counts_as_it_was_paid() -> None:
    """The fee counts whole, and what it covers counts nothing, as such a report has it."""
    assert _sum(_item("RIFee", "40"), _item("DiscountedUsage", "0")) == Decimal(40)
