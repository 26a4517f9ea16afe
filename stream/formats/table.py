"""Tables of charges as CSV: each row as the JSON event that a publisher would send of it.

The format of a table is that of its first row: whichever format recognises its columns.
"""

import csv
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from stream.errors import UserError
from stream.formats import focus, focus_csv, format_of, registry
from stream.formats.event import Event, Format
from stream.formats.nearest import nearest

_ABSENT: Final = frozenset({"", "NULL", "null"})
_DELIMITERS: Final = ",;\t"
_LARGEST_CELL: Final = 1_000_000  # characters; a longer one is a quote that was never closed


class Row(NamedTuple):
    """One row, as it is to be published."""

    source: str
    line: int  # on which it ends
    value: bytes


def rows(name: str, lines: Iterator[str], own: Sequence[Format] = ()) -> Iterator[Row]:
    """The rows of a table. Cells are kept as their exact text; empty and ``NULL`` ones are left out.

    ``own`` are formats of the rules' mappings, which are asked after those of the package.

    Raises:
        UserError: if no format knows the columns, or the table cannot be read further.
    """
    header = next(lines, "")
    delimiter = max(_DELIMITERS, key=header.count)
    columns = _columns(header, delimiter)
    in_focus = focus_csv.named(columns)
    if focus_csv.is_header(in_focus):
        for line, value in _rows(name, in_focus, lines, delimiter):
            yield Row(focus.SOURCE, line, value)
        return
    known: Format | None = None
    for line, value in _rows(name, columns, lines, delimiter):
        known = known or format_of(value, own)
        if known is None or known.NAME == focus.NAME:  # whose header is not whole
            break
        yield Row(known.SOURCE, line, value)
    if known is None or known.NAME == focus.NAME:
        near = nearest(columns, (*registry.formats(), *own))
        raise UserError(f"{focus_csv.foreign_header(name, in_focus)}; formats: {near}")


def of_format(
    name: str, values: Iterator[tuple[int, bytes]], own: Sequence[Format] = ()
) -> Iterator[Row]:
    """Rows that are JSON already, as (number, value), of the format that knows the first of them.

    Raises:
        UserError: if none does.
    """
    known: Format | None = None
    for line, value in values:
        known = known or format_of(value, own)
        if known is None:
            fields = Event(value, {}).fields()
            near = nearest(fields, (*registry.formats(), *own))
            raise UserError(f"{name}: no format knows its columns; {near}")
        yield Row(known.SOURCE, line, value)


def _rows(
    name: str, columns: Sequence[str], lines: Iterator[str], delimiter: str
) -> Iterator[tuple[int, bytes]]:
    csv.field_size_limit(_LARGEST_CELL)
    table = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            cells = next(table, None)
        except csv.Error as error:
            raise UserError(
                f"{name}:{table.line_num + 1}: {error}; export the file again"
            ) from None
        if cells is None:
            return
        row = _row(columns, cells)
        if row:
            yield table.line_num + 1, msgspec.json.encode(row)


def _columns(header: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([header], delimiter=delimiter), [])]


def _row(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Of a column that is there twice the first cell that says something counts."""
    row: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if text not in _ABSENT and column and column not in row:
            row[column] = text
    return row
