"""Amounts of money as they stand in bills: exact numbers, and what spreadsheets make of them."""

import re
from decimal import Context, Decimal
from functools import lru_cache

from stream.formats.refused import RefusedError, quoted

LARGEST = Decimal(10) ** 12
"""A single charge beyond it is an error of its publisher: no bill has one of a thousand billion."""

_LARGE = LARGEST.adjusted()
_LONGEST = 64  # characters; it also bounds the decimal places of what has no exponent
_FINEST = Decimal("1e-64")  # what is finer is the noise of floats, and would make sums long
_ROOMY = Context(prec=128)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_SPREADSHEET = re.compile(
    r"(\()?([+-]?)\s*[$€£¥]?\s*([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d*)?(\))?", re.ASCII
)


def parse_money(field: str, text: str) -> Decimal:
    """The exact amount: ``1.248e-06``, ``0.50``, ``$1,000.00``, ``-3`` or ``(3.00)`` for minus 3.

    A comma parts thousands, never decimals. Digits beyond the 64th decimal place are rounded off.

    Raises:
        RefusedError: ``bad_cost`` for what is no number (NaN and infinities too) or is beyond
            ``LARGEST``.
    """
    amount = _parse(text) if len(text) <= _LONGEST else None
    if amount is None:
        raise RefusedError(
            "bad_cost", f"{field} is {quoted(text)}; write a number such as 12.34 or 1.2e-06"
        )
    if amount.adjusted() >= _LARGE and abs(amount) > LARGEST:
        raise RefusedError(
            "bad_cost", f"{field} is {quoted(text)}; beyond 10^12 no charge is taken"
        )
    return amount


def total_of(*amounts: Decimal) -> Decimal:
    """The exact sum, whatever the precision that is set."""
    total = Decimal(0)
    for amount in amounts:
        total = _ROOMY.add(total, amount)
    return total


@lru_cache(maxsize=8192)
def _parse(text: str) -> Decimal | None:
    if not _NUMBER.fullmatch(text):
        return _parse_spreadsheet(text.strip())
    amount = Decimal(text)
    if "e" not in text and "E" not in text:  # then it has fewer decimal places than characters
        return amount or Decimal(0)
    if amount.adjusted() < _FINEST.adjusted():
        return Decimal(0)
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < _FINEST.adjusted():
        return amount.quantize(_FINEST, context=_ROOMY)
    return amount or Decimal(0)


def _parse_spreadsheet(text: str) -> Decimal | None:
    if _NUMBER.fullmatch(text):
        return _parse(text)
    found = _SPREADSHEET.fullmatch(text)
    if found is None:
        return None
    opened, before, after, whole, fraction, closed = found.groups()
    if (opened is None) != (closed is None) or (before and after) or (opened and (before or after)):
        return None
    sign = "-" if opened else before or after
    return Decimal(f"{sign}{whole.replace(',', '')}{fraction or ''}")
