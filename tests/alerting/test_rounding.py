"""Rows that add up."""

from decimal import ROUND_HALF_EVEN, Decimal

from hypothesis import given
from hypothesis import strategies as st

from alerting.rounding import CENT, rounded_rows


def test_thirds() -> None:
    """Three thirds of 100 are 33.34, 33.33 and 33.33."""
    third = Decimal(100) / 3

    assert (Decimal("33.34"), Decimal("33.33"), Decimal("33.33")) == rounded_rows([third] * 3)


@given(st.lists(st.decimals(-(10**9), 10**9, places=6), max_size=40))
def test_rows_add_up_to_the_rounded_total(amounts: list[Decimal]) -> None:
    """Rounded rows sum to the exact total rounded to the cent, and none is a cent off."""
    rows = rounded_rows(amounts)

    total = sum(amounts, Decimal(0)).quantize(CENT, ROUND_HALF_EVEN)
    assert total == sum(rows, Decimal(0))
    assert all(abs(row - amount) < CENT for row, amount in zip(rows, amounts, strict=True))
