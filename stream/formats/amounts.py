"""Amounts that are still JSON, so that no digit of them was lost."""

from decimal import Decimal
from typing import Final

import msgspec

from stream.formats.money import parse_money
from stream.formats.refused import DECODER_ERRORS, from_decoder

ABSENT: Final = msgspec.Raw()
"""The default of a field that stays JSON."""

_QUOTE: Final = b'"'
_NO_VALUE: Final = frozenset({"", "NULL", "null", "None"})


def amount_of(field: str, raw: msgspec.Raw) -> Decimal | None:
    """The exact amount of a JSON number or of text; None where there is none.

    Raises:
        RefusedError: ``bad_cost`` for any other value.
    """
    text = bytes(raw)
    content = text.decode("utf-8", "replace")
    if text[:1] == _QUOTE:
        try:
            content = msgspec.json.decode(text, type=str).strip()
        except DECODER_ERRORS as error:
            raise from_decoder(error) from None
    return None if content in _NO_VALUE else parse_money(field, content)
