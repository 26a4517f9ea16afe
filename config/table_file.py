"""Files of allocation tables: CSV beside the rules, whose rows stand in the rule as if they had been written there.

Only the form is read here: what the fields may hold is checked with the rules, and said with the line of the file.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from config.errors import Finding
from config.explain import nearest
from config.match_rule import GIVEN
from config.places import Place, Tree

COLUMNS: Final = ("value", *GIVEN)
_MOST_ROWS: Final = 100_000


class Row(NamedTuple):
    """A row as it stands in a file: its line, and the fields that say something, unchecked."""

    line: int
    fields: dict[str, str]


class TableError(ValueError):
    """A file that cannot be read: ``line`` is None if none of its lines can."""

    def __init__(self, line: int | None, field: str, remedy: str) -> None:
        super().__init__(remedy)
        self.line, self.field, self.remedy = line, field, remedy


def include(tree: Tree) -> None:
    """Puts the rows of the files that allocation rules name in their place."""
    value = tree.value
    allocation = value.get("allocation") if isinstance(value, dict) else None
    rules = allocation.get("rules") if isinstance(allocation, dict) else None
    for number, rule in enumerate(rules if isinstance(rules, list) else ()):
        if not isinstance(rule, dict) or not isinstance(rule.get("file"), str):
            continue
        rows = rule.get("rows", [])
        if rule.get("by") == "table" and isinstance(rows, list):
            path = Path(tree.place(("allocation", "rules", number, "file")).file)
            folder = path if path.is_dir() else path.parent
            _include(tree, number, rows, folder / rule["file"])


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a file, in its order. Blank lines and those that begin with ``#`` are passed over.

    Raises:
        TableError: at the first line whose form cannot be read.
    """
    names: list[str] | None = None
    count = 0
    reader = csv.reader(_text(path).splitlines(), skipinitialspace=True)
    try:
        for fields in reader:
            if not any(field.strip() for field in fields) or fields[0].startswith("#"):
                continue
            if names is None:
                names = _header(fields, reader.line_num)
                continue
            count += 1
            if count > _MOST_ROWS:
                remedy = f"is beyond {_MOST_ROWS:,} rows; keep only those that charges have"
                raise TableError(reader.line_num, "line", remedy)
            yield _row(names, fields, reader.line_num)
    except csv.Error as error:
        raise TableError(reader.line_num, "line", f"{error}; save the file as CSV") from None
    if not count:
        raise TableError(
            None, "file", "has no rows; write a line such as `value,team`, and one a value below it"
        )


def _include(tree: Tree, number: int, rows: list[Any], path: Path) -> None:
    """Adds the rows of a file to those of a rule, with their places; or the finding that says why not."""
    try:
        found = list(rows_of(path))
    except TableError as error:
        if error.line is None:
            field = ("allocation", "rules", number, error.field)
            tree.refuse(field, repr(str(path)), error.remedy)
        else:
            tree.findings.append(Finding(str(path), error.line, error.field, "", error.remedy))
        return
    for row in found:
        here = ("allocation", "rules", number, "rows", len(rows))
        tree.places[here] = Place(str(path), row.line)
        rows.append(row.fields)
    rule = tree.at(("allocation", "rules", number))
    if isinstance(rule, dict):
        rule["rows"] = rows
        del rule["file"]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        remedy = "does not exist; write its path from the folder of the rules"
    except UnicodeDecodeError:
        remedy = "is not UTF-8; save it as UTF-8"
    except OSError as error:
        remedy = f"cannot be read: {error.strerror}"
    raise TableError(None, "file", remedy)


def _header(fields: list[str], line: int) -> list[str]:
    names = [field.strip().lower().replace(" ", "_") for field in fields]
    for place, name in enumerate(names):
        if name not in COLUMNS:
            raise TableError(line, "header", f"{name!r} is no column; {nearest(name, COLUMNS)}")
        if name in names[:place]:
            raise TableError(line, "header", f"{name!r} is there twice; keep one")
    if "value" not in names or len(names) < 2:
        columns = ", ".join(GIVEN)
        raise TableError(line, "header", f"write `value` and one or more of {columns}")
    return names


def _row(names: list[str], fields: list[str], line: int) -> Row:
    if len(fields) > len(names):
        remedy = (
            f"has {len(fields)} fields, the header {len(names)}; put a text with a comma in quotes"
        )
        raise TableError(line, "line", remedy)
    given = zip(names, (field.strip() for field in fields), strict=False)
    return Row(line, {name: field for name, field in given if field or name == "value"})
