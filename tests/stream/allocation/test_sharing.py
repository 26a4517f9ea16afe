"""Parts of a shared charge: exactly the charge together, and always the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.allocation.sharing import money_parts, usage_parts, whole_weights
from stream.charge import Usage
from stream.money import ZERO, add

_weights = st.lists(st.integers(1, 10**9), min_size=1, max_size=6)
_money = st.decimals(-(10**12), 10**12, places=4) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9
)
_count = st.integers(0, 10**12)
_usage = st.builds(
    lambda requests, fresh, read, write, output: Usage(
        requests, fresh + read + write, read, write, output
    ),
    *(st.integers(0, 3) | _count for _ in range(5)),
)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        ("10", [1, 1], ["5", "5"]),
        ("1.00", [1, 1, 1], ["0.3333333334", "0.3333333333", "0.3333333333"]),
        ("-1.00", [1, 1, 1], ["-0.3333333334", "-0.3333333333", "-0.3333333333"]),
        ("0.05", [60, 40], ["0.03", "0.02"]),
        ("0.05", [2, 1], ["0.0333333333", "0.0166666667"]),
        ("1E-12", [2, 1], ["1E-12", "0"]),
        ("0", [2, 1], ["0", "0"]),
        ("7", [5], ["7"]),
    ],
)
def test_parts_of_money(amount: str, weights: list[int], parts: list[str]) -> None:
    """In proportion, with no more digits than needed; the missing units go to those that lost most."""
    assert money_parts(Decimal(amount), weights) == [Decimal(part) for part in parts]


def test_digits_that_suffice_are_kept() -> None:
    """Half of an even amount needs no more digits than the amount."""
    assert [str(part) for part in money_parts(Decimal("12.50"), [1, 1])] == ["6.25", "6.25"]


@given(_money, _weights)
def test_parts_of_money_add_up(amount: Decimal, weights: list[int]) -> None:
    """To the last digit, whatever the amount and the weights; and each is less than a unit off."""
    parts = money_parts(amount, weights)
    whole = ZERO
    for part in parts:
        whole = add(whole, part)
    assert whole == amount
    for part, weight in zip(parts, weights, strict=True):
        fair = Decimal(amount.as_integer_ratio()[0] * weight) / (
            amount.as_integer_ratio()[1] * sum(weights)
        )
        assert abs(part - fair) <= Decimal("1e-10") + abs(fair) * Decimal("1e-20")


@given(_money, _weights)
def test_what_is_paid_back_has_the_parts_of_what_was_paid(
    amount: Decimal, weights: list[int]
) -> None:
    """So a refund leaves nobody with a rest."""
    parts = [part.copy_negate() for part in money_parts(amount, weights)]
    assert money_parts(amount.copy_negate(), weights) == parts


@given(_usage, _weights, st.integers(0, (1 << 64) - 1))
def test_parts_of_usage_add_up(usage: Usage, weights: list[int], seed: int) -> None:
    """Each count to the last unit, none below nothing, and cached tokens are among the input's."""
    parts = usage_parts(usage, weights, seed)
    for name in Usage.__struct_fields__:
        assert sum(getattr(part, name) for part in parts) == getattr(usage, name)
        assert min(getattr(part, name) for part in parts) >= 0
    assert all(
        part.cache_read_tokens + part.cache_write_tokens <= part.input_tokens for part in parts
    )


def test_requests_are_shared_over_many_charges() -> None:
    """One request has one bearer; of many each bears its share."""
    parts = [usage_parts(Usage(1), [60, 40], seed) for seed in range(0, 10_000, 7)]
    assert {tuple(part.requests for part in both) for both in parts} == {(1, 0), (0, 1)}
    assert abs(sum(both[0].requests for both in parts) / len(parts) - 0.6) < 0.01


def test_weights_become_whole_numbers() -> None:
    """In the same proportion."""
    weights = [("a", Decimal("33.5")), ("b", Decimal(66)), ("c", Decimal("0.5"))]
    assert whole_weights(weights) == (("a", 335), ("b", 660), ("c", 5))
