"""How far spend may move for it to be meant, as people type it."""

import math
from decimal import Decimal, InvalidOperation

from alerting.render.plain import plain
from stream.errors import UserError


def factor_of(factor: float) -> float:
    """Actual against expected.

    Raises:
        UserError: if it is not above 0 and finite, or is 1, which means no move at all.
    """
    if not (math.isfinite(factor) and factor > 0) or factor == 1:
        raise UserError(
            f"--factor {factor:g}: write times what is expected, such as 3, or 0.2 for a fall",
            exit_code=2,
        )
    return factor


def amount_of(text: str) -> Decimal:
    """Money a day.

    Raises:
        UserError: if it is no amount above 0.
    """
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        amount = Decimal(0)
    if not (amount.is_finite() and amount > 0):
        raise UserError(
            f"--amount-per-day {plain(text)}: write an amount above 0, such as 500", exit_code=2
        )
    return amount
