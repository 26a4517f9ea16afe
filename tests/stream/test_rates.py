"""What a token costs."""

from stream.rates import TokenRates


def test_rates_part_a_cost() -> None:
    """What the output cost, and what requests and input would have cost without a cache."""
    rates = TokenRates(-6, input=2, output=8, request=1_000)
    assert rates.parts(3, 500, 100) == (0.0008, 0.004)


def test_large_numbers_are_exact_before_they_are_floats() -> None:
    """Sums of tokens times rates may leave 64 bits."""
    rates = TokenRates(-30, input=10**18, output=10**18, request=0)
    assert rates.parts(1, 10**15, 3 * 10**15) == (3_000.0, 1_000.0)
