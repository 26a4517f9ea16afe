"""Amounts that are still JSON, so that no digit of them was lost."""

from decimal import Decimal
from typing import Final

import msgspec

from stream.formats.money import parse_money
from stream.formats.refused import DECODER_ERRORS, from_decoder

ABSENT: Final = msgspec.Raw()
_QUOTE: Final = ord('"')
_NO_VALUE: Final = frozenset({b"", b"null", b'""'})


def amount_of(field: str, raw: msgspec.Raw) -> Decimal | None:
    """The exact amount of a JSON number or of text; None where there is none.

    Raises:
        RefusedError: ``bad_cost`` for any other value.
    """
    text = bytes(raw)
    if text in _NO_VALUE:
        return None
    if text[0] == _QUOTE:
        try:
            return parse_money(field, msgspec.json.decode(text, type=str).strip())
        except DECODER_ERRORS as error:
            raise from_decoder(error) from None
    return parse_money(field, text.decode("utf-8", "replace"))
