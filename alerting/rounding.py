"""Rounding rows so that what a reader adds up is the total that stands below."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from alerting.money import add, divide, multiply, quantized, subtract, total_of

CENT: Final = Decimal("0.01")


def parted(amounts: Sequence[Decimal], digits: int) -> tuple[float, ...]:
    """Each amount's share of their sum to so many digits after the point; the shares add up to 1.

    The sum must not be nothing.
    """
    total = total_of(amounts)
    unit = Decimal(10) ** (2 - digits)  # `rounded_rows` goes to the hundredth
    hundredths = [divide(multiply(amount, 1 / unit), total) for amount in amounts]
    return tuple(float(multiply(share, unit)) for share in rounded_rows(hundredths))


def rounded_rows(amounts: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Amounts to the cent whose sum is the exact sum, rounded half to even to the cent.

    Largest remainder method: all are rounded down, and the cents that are missing then go, one each, to
    the amounts that lost most; so each is less than a cent off.
    """
    floors = [quantized(amount, CENT, ROUND_FLOOR) for amount in amounts]
    lost = [subtract(amount, floor) for amount, floor in zip(amounts, floors, strict=True)]
    missing = subtract(quantized(total_of(amounts), CENT), total_of(floors))
    by_loss = sorted(range(len(amounts)), key=lambda row: (-lost[row], row))
    for row in by_loss[: int(multiply(missing, Decimal(100)))]:
        floors[row] = add(floors[row], CENT)
    return tuple(floors)
