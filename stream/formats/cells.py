"""The cells of a row of a bill by column, read strictly: names, amounts and times."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from stream.formats.columns import Columns
from stream.formats.money import parse_money
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder, quoted
from stream.formats.text import name_of
from stream.formats.times import parse_time

_QUOTE: Final = ord('"')
_STRUCTURES: Final = (ord("{"), ord("["))
_NULL: Final = b"null"
_OF_NUMBERS: Final = frozenset("0123456789+-.eE")
_string = msgspec.json.Decoder(str)


class Cells:
    """A row. What is asked for by several columns is the first of them that is filled.

    Args:
        fields: the row's values, still JSON, by their names.
        columns: those that are read. Of two names of one column the first that is filled counts.
    """

    __slots__ = ("_raw",)

    def __init__(self, fields: Iterable[tuple[str, msgspec.Raw]], columns: Columns) -> None:
        self._raw: dict[str, msgspec.Raw] = {}
        for name, raw in fields:
            known = columns[name]
            if known is not None and (known not in self._raw or not self.text_within(known)):
                self._raw[known] = raw

    def raw(self, column: str) -> bytes:
        """A cell as it came, in JSON; nothing where there is none."""
        return bytes(self._raw.get(column, b""))

    def starting_with(self, prefix: str) -> Mapping[str, str]:
        """The texts of the columns that begin so, by what follows."""
        return {
            column[len(prefix) :]: self.text_within(column)
            for column in self._raw
            if column.startswith(prefix)
        }

    def text(self, *columns: str) -> str:
        """A name; "" where there is none.

        Raises:
            RefusedError: ``bad_field`` for an object or an array, ``text_too_long``.
        """
        for column in columns:
            if column in self._raw:
                found = name_of(column, self._scalar(column))
                if found:
                    return found
        return ""

    def text_within(self, column: str) -> str:
        """A cell's text of any length, JSON of what is an object or an array; "" where there is none.

        Raises:
            RefusedError: ``not_json`` if it is not UTF-8.
        """
        raw = self.raw(column)
        if raw[:1] not in {b"{", b"["}:
            return self._scalar(column)
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise from_decoder(error) from None

    def amount(self, *columns: str) -> Decimal | None:
        """An exact amount; None where there is none.

        Raises:
            RefusedError: ``bad_cost`` for what is no plain number: none of these bills has a thousands sign, so
                that a comma is one that parts decimals, or a spreadsheet's.
        """
        for column in columns:
            text = self.text(column)
            if not text:
                continue
            if not _OF_NUMBERS.issuperset(text):
                raise RefusedError(
                    "bad_cost",
                    f"{column} is {quoted(text)}; write a number such as 12.34 or 1.2e-06",
                )
            return parse_money(column, text)
        return None

    def cost(self, *columns: str) -> Decimal:
        """As `amount`, of what must be there.

        Raises:
            RefusedError: ``missing_cost`` too.
        """
        found = self.amount(*columns)
        if found is None:
            raise RefusedError(
                "missing_cost",
                f"{' and '.join(columns)} is missing; write it as a number or as text",
            )
        return found

    def time(self, *columns: str) -> int:
        """A point in time in epoch seconds.

        Raises:
            RefusedError: ``missing_time``, ``bad_time``.
        """
        for column in columns:
            text = self.text(column)
            if text:
                return parse_time(column, text)
        raise RefusedError(
            "missing_time",
            f"{columns[0]} is missing; write the start of the usage, such as 2025-04-01T00:00:00Z",
        )

    def _scalar(self, column: str) -> str:
        raw = self.raw(column)
        if not raw or raw == _NULL:
            return ""
        if raw[0] == _QUOTE:
            try:
                return _string.decode(raw).strip()
            except DECODER_ERRORS as error:
                raise from_decoder(error) from None
        if raw[0] in _STRUCTURES:
            raise RefusedError("bad_field", f"{column} is no text; write text or a number")
        return raw.decode()
