"""The credits of a Google Cloud row: what its cost is lowered by."""

from decimal import Decimal
from typing import Final

import msgspec

from stream.formats.cells import Cells
from stream.formats.money import parse_money, total_of
from stream.formats.pairs import decoded
from stream.formats.refused import DECODER_ERRORS, RefusedError

COLUMN: Final = "credits"
_QUOTE: Final = b'"'
_EMPTY: Final = frozenset({"", "null", "NULL", "None", "nan"})
_NO_AMOUNT: Final = frozenset({"", "null"})
_NOTHING: Final = msgspec.Raw(b"null")


class _Credit(msgspec.Struct, gc=False):
    amount: msgspec.Raw = _NOTHING


_credits = msgspec.json.Decoder(list[_Credit] | None)
_string = msgspec.json.Decoder(str)


def credited(row: Cells) -> Decimal:
    """The sum of the credits' amounts, which are negative; zero where there are none.

    Raises:
        RefusedError: ``bad_cost`` if they cannot be read: a row must not count for more than it costs.
    """
    text = row.text_within(COLUMN).strip()
    if text in _EMPTY:
        return Decimal(0)
    try:
        credits_given = decoded(text, _credits) or []
        amounts = [_amount(bytes(one.amount)) for one in credits_given]
    except (*DECODER_ERRORS, UnicodeEncodeError):
        raise RefusedError(
            "bad_cost",
            f'{COLUMN} cannot be read; write an array of credits such as [{{"amount": -0.5}}]',
        ) from None
    return total_of(*(parse_money("credits.amount", text) for text in amounts if text))


def _amount(raw: bytes) -> str:
    text = _string.decode(raw).strip() if raw.startswith(_QUOTE) else raw.decode()
    return "" if text in _NO_AMOUNT else text
