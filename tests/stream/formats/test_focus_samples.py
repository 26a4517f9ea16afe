"""Files of the FOCUS specification and of its validator, as they are."""

from decimal import Decimal

import pytest
from format_samples import FOLDER, sample

from stream.charge import Charge
from stream.files import read_events
from stream.formats import decode
from stream.formats.refused import Refused

pytestmark = pytest.mark.skipif(FOLDER is None, reason="no folder of samples named")


def _read(name: str) -> tuple[list[Charge], list[Refused]]:
    decoded = [decode(one.source, one.value) for one in read_events(sample(f"focus/{name}.csv"))]
    return (
        [one for each in decoded for one in each.charges],
        [one for each in decoded for one in each.refused],
    )


@pytest.mark.parametrize(
    ("name", "rows", "total"),
    [
        ("0.5-all_pass", 2, "1.1"),
        ("1.2-saas_spend_agreements_a1", 4, "1200"),
        ("1.2-saas_spend_agreements_b1", 5, "1200"),
        ("1.2-simple_saas_agreements_a2", 1, "50000"),
        ("1.2-simple_saas_agreements_b", 1, "50000"),
        ("1.2-virtual_currency_pricing_model_a1", 1, "0"),
        ("1.2-virtual_currency_pricing_model_b1", 1, "0"),
        ("1.2-virtual_currency_pricing_model_b3", 3, "495"),
        ("1.3plus-consumption_currency_pricing_model_b2", 3, "615"),
        ("1.3plus-multi_model_usage", 4, "104.5"),
        ("1.3plus-savings_plan_50pct", 3, "158.22"),
    ],
)
def test_sums_of_effective_costs(name: str, rows: int, total: str) -> None:
    """They are the known ones, in the billing currency, whatever currency prices are in."""
    charges, refused = _read(name)
    assert (len(charges), refused) == (rows, [])
    assert sum(one.cost or 0 for one in charges) == Decimal(total)
    assert {one.dimensions.currency for one in charges} == {"USD"}


@pytest.mark.parametrize(
    "name",
    [
        "1.2-commitment_discount_purchase_scenario_1",
        "1.2-commitment_discount_usage_scenario_4",
        "1.3plus-correction_closed_period_ledger",
    ],
)
def test_tables_that_are_no_bills(name: str) -> None:
    """Excerpts without a currency are refused row by row, since it is not guessed."""
    charges, refused = _read(name)
    assert charges == []
    assert {one.reason for one in refused} == {"missing_currency"}


def test_models_and_keys_of_ai_rows() -> None:
    """Tokens of two models are told apart, with the key that used them, as AI."""
    charges, _ = _read("1.3plus-multi_model_usage")
    assert len({one.dimensions.model for one in charges}) == 2
    assert all(one.dimensions.api_key for one in charges)
    assert {one.dimensions.technology for one in charges} == {"ai"}
