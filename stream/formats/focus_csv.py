"""FOCUS rows from a CSV export: each row as the JSON event that a publisher would send of it."""

import csv
import difflib
from collections.abc import Iterator, Sequence

import msgspec

from stream.errors import UserError
from stream.formats.focus_row import COLUMNS

_ABSENT = frozenset({"", "NULL", "null"})
_DELIMITERS = ",;\t"
_CANONICAL = {column.lower(): column for column in COLUMNS}
_COSTS = ("EffectiveCost", "BilledCost")
_TIME = "ChargePeriodStart"
_SHOWN = 8  # columns of a foreign header that an error lists
_LARGEST_CELL = 1_000_000  # characters; a longer one is a quote that was never closed


def rows(name: str, lines: Iterator[str]) -> Iterator[tuple[int, str | None, bytes]]:
    """The rows of a table as (line it ends on, its ChargePeriodStart, JSON object).

    Cells are kept as their exact text; empty and ``NULL`` ones are left out. Columns that FOCUS names are
    known in any case of letters.

    Raises:
        UserError: if the header has no cost or no date, or the table cannot be read further.
    """
    header_line = next(lines, "")
    delimiter = max(_DELIMITERS, key=header_line.count)
    columns = _columns(name, next(csv.reader([header_line], delimiter=delimiter), []))
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
        row = {
            column: text
            for column, cell in zip(columns, cells, strict=False)
            if (text := cell.strip()) not in _ABSENT
        }
        if row:
            yield table.line_num + 1, row.get(_TIME), msgspec.json.encode(row)


def is_header(line: str) -> bool:
    """Whether a table's first line has the columns without which there is no FOCUS row."""
    columns = _named(line)
    return _TIME in columns and any(cost in columns for cost in _COSTS)


def foreign_header(name: str, line: str) -> str:
    """What is wrong with a table's first line that no format knows, and what to do."""
    columns = _named(line)
    missing = [] if any(cost in columns for cost in _COSTS) else [" or ".join(_COSTS)]
    return f"{name}:1: {_foreign(columns, [*missing, _TIME] if _TIME not in columns else missing)}"


def _named(line: str) -> list[str]:
    delimiter = max(_DELIMITERS, key=line.count)
    header = next(csv.reader([line], delimiter=delimiter), [])
    return [_CANONICAL.get(cell.strip().lower(), cell.strip()) for cell in header]


def _columns(name: str, header: Sequence[str]) -> list[str]:
    columns = [_CANONICAL.get(cell.strip().lower(), cell.strip()) for cell in header]
    missing = [_TIME] if _TIME not in columns else []
    if not any(cost in columns for cost in _COSTS):
        missing.insert(0, " or ".join(_COSTS))
    if missing:
        raise UserError(f"{name}:1: {_foreign(columns, missing)}")
    return columns


def _foreign(columns: Sequence[str], missing: Sequence[str]) -> str:
    shown = ", ".join(columns[:_SHOWN]) + (", ..." if len(columns) > _SHOWN else "")
    wanted = [*_COSTS, _TIME] if len(missing) > 1 else missing[0].split(" or ")
    near = {close for one in wanted for close in difflib.get_close_matches(one, columns, n=1)}
    nearest = f"; nearest: {', '.join(sorted(near))}" if near else ""
    return (
        f"no column {' and no column '.join(missing)} in the header ({shown}){nearest}; "
        "export the bill in the FOCUS format, or rename the columns"
    )
