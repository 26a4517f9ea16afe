"""Shared charges in parts: each owner's share, and all parts together exactly the charge.

Money is parted to ten digits after the point, or to its own where it has more, by the largest remainder: all parts
are rounded towards nothing, and the units that are missing go, one each, to the parts that lost most. Counts are whole,
and many are 1: of one request nobody can bear a half. So their parts begin at a place that the charge's id
tells, and over many charges each owner has its share of them.
"""

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from itertools import accumulate, pairwise
from typing import Final

from stream.charge import Usage
from stream.money import scaled

FINEST: Final = -10
"""Digits after the point to which money is parted, where it has no more itself."""

_EXACT: Final = Context(prec=512)


def whole_weights(weights: Iterable[tuple[str, Decimal]]) -> tuple[tuple[str, int], ...]:
    """Each weight as a whole number, in the same proportion."""
    given = list(weights)
    finest = min(_exponent(weight) for _, weight in given)
    return tuple((name, _units(weight, finest)) for name, weight in given)


def money_parts(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """The amount in parts. What is paid back has the same parts as what was paid."""
    exponent = _exponent(amount)
    number, whole = _units(amount, exponent), sum(weights)
    if any(number * weight % whole for weight in weights):
        exponent = min(exponent, FINEST)
        number = _units(amount, exponent)
    parts = _largest_remainder(abs(number), weights)
    return [scaled(-part if number < 0 else part, exponent) for part in parts]


def usage_parts(usage: Usage, weights: Sequence[int], seed: int) -> list[Usage]:
    """The usage in parts. Each is usage that could be: cached tokens are among those of the input.

    Args:
        usage: of the charge.
        weights: how much each bears.
        seed: a number that is the charge's own; the same one gives the same parts.
    """
    fresh = usage.input_tokens - usage.cache_read_tokens - usage.cache_write_tokens
    counts = (
        usage.requests,
        fresh,
        usage.cache_read_tokens,
        usage.cache_write_tokens,
        usage.output_tokens,
    )
    by_count = [_from(seed, count, weights) for count in counts]
    return [
        Usage(requests, fresh + read + write, read, write, output)
        for requests, fresh, read, write, output in zip(*by_count, strict=True)
    ]


def _largest_remainder(number: int, weights: Sequence[int]) -> list[int]:
    """Parts of a number that is not below nothing; of equal remainders the first are served first."""
    whole = sum(weights)
    parts = [number * weight // whole for weight in weights]
    left = [number * weight % whole for weight in weights]
    missing = number - sum(parts)
    for place in sorted(range(len(parts)), key=lambda at: (-left[at], at))[:missing]:
        parts[place] += 1
    return parts


def _from(seed: int, count: int, weights: Sequence[int]) -> list[int]:
    """Parts of a count: how many of its units fall into each part of a line that repeats itself from ``seed`` on."""
    whole = sum(weights)
    start = seed % whole
    ends = [(count * end + start) // whole for end in accumulate(weights, initial=0)]
    return [end - begin for begin, end in pairwise(ends)]


def _exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError(f"{amount} is no money")
    return exponent


def _units(amount: Decimal, exponent: int) -> int:
    return int(_EXACT.scaleb(amount, -exponent))
