"""Exact sums of money: Decimals under a context wide enough that no addition rounds."""

from decimal import Context, Decimal, InvalidOperation, Overflow

ZERO = Decimal(0)
_EXACT = Context(prec=96, traps=[InvalidOperation, Overflow])

add = _EXACT.add
subtract = _EXACT.subtract


def scaled(number: int, exponent: int) -> Decimal:
    """So many units of ten to ``exponent``; nothing is 0, not 0.000."""
    return _EXACT.scaleb(Decimal(number), exponent) if number else ZERO
