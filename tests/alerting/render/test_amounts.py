"""Money and factors as people read them."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.render.amounts import cents, factor, moment, money, percent, signed_money, times


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234.56", "USD", "$1,234.56"),
        ("1234.565", "USD", "$1,234.56"),
        ("1234.575", "USD", "$1,234.58"),
        ("-1234.5", "USD", "-$1,234.50"),
        ("1234.5", "EUR", "EUR 1,234.50"),
        ("-0.05", "EUR", "-EUR 0.05"),
        ("0", "USD", "$0.00"),
        ("0.054", "USD", "$0.054"),
        ("0.05000000001", "USD", "$0.05"),
        ("0.5", "USD", "$0.50"),
        ("0.999", "USD", "$1.00"),
        ("0.0042134", "USD", "$0.0042"),
        ("0.00000234", "USD", "$0.000002"),
        ("0.0000001", "USD", "<$0.000001"),
        ("-0.0000001", "USD", "-<$0.000001"),
        ("1E+3", "USD", "$1,000.00"),
        ("1e30", "USD", "$1,000,000,000,000,000,000,000,000,000,000.00"),
        ("1", "*\n_", "* _ 1.00"),
    ],
)
def test_money(amount: str, currency: str, shown: str) -> None:
    """Amounts are exact to the cent, small ones to two digits, dollars by sign, others by code."""
    assert shown == money(Decimal(amount), currency)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_something_is_never_nothing(amount: Decimal) -> None:
    """An amount other than zero never reads as zero."""
    assert (amount == 0) is (money(amount, "USD").lstrip("-").strip("$0.,") == "")


def test_signs() -> None:
    """Changes carry their sign; amounts that stand in a sum are always to the cent."""
    assert [signed_money(Decimal(n), "USD") for n in (1, 0, -1)] == ["+$1.00", "$0.00", "-$1.00"]
    assert [cents(Decimal(n), "USD") for n in ("0.054", "-0.001", "-0.054")] == [
        "$0.05",
        "$0.00",
        "-$0.05",
    ]


def test_factors() -> None:
    """Factors have one digit, and are not said where there is nothing to compare with."""
    assert [times(n) for n in (3.14, 0.25, 120.4, 1e9)] == ["3.1x", "0.25x", "120x", ">1,000,000x"]
    assert [factor(Decimal(a), Decimal(b)) for a, b in ((1, 0), (-1, 1), (4, 2))] == [
        None,
        None,
        "2.0x",
    ]
    assert [percent(n) for n in (0.12, -1.0, 12.0)] == ["+12 %", "-100 %", "+1,200 %"]


def test_moments_are_utc() -> None:
    """A moment of any zone is shown in UTC, and says so."""
    at = datetime(2026, 3, 2, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    assert moment(at) == "2026-03-01 23:30 UTC"
