"""A flat JSON object, or the row of a table: fields as their exact text, found in any case of letters."""

from decimal import Context, Decimal
from typing import Final

import msgspec

from stream.formats.amounts import amount_of
from stream.formats.event import Event
from stream.formats.money import LARGEST
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder, quoted
from stream.formats.text import name_of

EXACT: Final = Context(prec=160)
"""In which sums and products of amounts are exact."""

_NOTHING: Final = msgspec.Raw()
_NESTED: Final = (b"{", b"[")


class Flat:
    """The fields of an event by their names in lower case."""

    __slots__ = ("_fields", "_names")

    def __init__(self, event: Event) -> None:
        self._fields = event.fields()
        self._names: dict[str, str] = {}
        for name in self._fields:
            self._names.setdefault(name.lower(), name)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def written(self, name: str) -> str:
        """A field's name as it is written in the event."""
        return self._names.get(name, name)

    def raw(self, name: str) -> msgspec.Raw:
        """A field's JSON; nothing where there is none."""
        return self._fields.get(self._names.get(name, ""), _NOTHING)

    def text(self, *names: str) -> str:
        """The first of the fields that is there, a number as it is written; "" if none is.

        Raises:
            RefusedError: ``bad_field`` for an object or an array, ``text_too_long``.
        """
        for name in names:
            found = name_of(self.written(name), text_of(self.written(name), self.raw(name)))
            if found:
                return found
        return ""

    def amount(self, *names: str) -> Decimal | None:
        """The first of the fields that is a number; None if none is there.

        Raises:
            RefusedError: ``bad_cost`` for what is no number.
        """
        amounts = (amount_of(self.written(name), self.raw(name)) for name in names)
        return next((amount for amount in amounts if amount is not None), None)


def text_of(field: str, raw: msgspec.Raw) -> str:
    """A JSON value's text, without the space around it: a number as it is written, null as "".

    Raises:
        RefusedError: ``bad_field`` for an object or an array.
    """
    text = bytes(raw).strip()
    if text[:1] in _NESTED:
        raise RefusedError(
            "bad_field", f"{field} is {quoted(text.decode('utf-8', 'replace'))}; write one value"
        )
    if text[:1] != b'"':
        return "" if text == b"null" else text.decode("ascii", "replace")
    try:
        return str(msgspec.json.decode(text)).strip()
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None


def product(field: str, quantity: Decimal, price: Decimal) -> Decimal:
    """What a quantity costs at a price, exact.

    Raises:
        RefusedError: ``bad_cost`` beyond what a charge may cost.
    """
    cost = EXACT.multiply(quantity, price)
    if abs(cost) > LARGEST:
        raise RefusedError(
            "bad_cost", f"{field} comes to {cost:.3e}; beyond 10^12 no charge is taken"
        )
    return cost
