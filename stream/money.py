"""Exact sums of money: Decimals under a context wide enough that no addition rounds."""

from decimal import Context, Decimal, InvalidOperation, Overflow

ZERO = Decimal(0)
_EXACT = Context(prec=96, traps=[InvalidOperation, Overflow])

add = _EXACT.add
subtract = _EXACT.subtract
