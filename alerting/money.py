"""Exact arithmetic on money: no sum or difference of Decimals ever rounds."""

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation, Overflow

ZERO = Decimal(0)
MICRO = Decimal("0.000001")
# A float has up to 309 digits before the point; wide enough for any of them and six after it.
_EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, Overflow])

add = _EXACT.add
subtract = _EXACT.subtract
multiply = _EXACT.multiply
divide = _EXACT.divide  # to 400 digits


def total_of(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    total = ZERO
    for amount in amounts:
        total = add(total, amount)
    return total


def quantized(amount: Decimal, to: Decimal = MICRO, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """``amount`` rounded to the last digit of ``to``."""
    return amount.quantize(to, rounding=rounding, context=_EXACT)


def from_float(amount: float) -> Decimal:
    """A model's number as money, to six digits after the point; what is not finite is nothing."""
    return Decimal(f"{amount:.6f}") if math.isfinite(amount) else ZERO


def per_day(amount: Decimal, seconds: int) -> Decimal:
    """An amount of ``seconds`` at the same pace for 24 hours, to six digits after the point."""
    return quantized(_EXACT.divide(_EXACT.multiply(amount, Decimal(86_400)), Decimal(seconds)))


def at_pace(per_day: Decimal, seconds: int) -> Decimal:
    """What a pace a day comes to in ``seconds``, to six digits after the point."""
    return quantized(_EXACT.divide(_EXACT.multiply(per_day, Decimal(seconds)), Decimal(86_400)))
