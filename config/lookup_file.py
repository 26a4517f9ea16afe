"""Files of values that mappings look up: CSV beside the rules, with the header ``from,to``."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from config.errors import Finding
from config.places import Place, Tree

_HEADER: Final = ["from", "to"]
_MOST: Final = 100_000  # values of a file; more is no list that people keep


class Row(NamedTuple):
    """A value and what it means, and the line that says so."""

    line: int
    value: str
    meaning: str


class LookupFileError(ValueError):
    """A file that cannot be read: ``line`` is None if none of its lines can."""

    def __init__(self, line: int | None, remedy: str) -> None:
        super().__init__(remedy)
        self.line, self.remedy = line, remedy


def include(tree: Tree) -> None:
    """Puts the values of the files that lookups name in their place, as if they had been written there."""
    value = tree.value
    mappings = value.get("mappings") if isinstance(value, dict) else None
    for number, mapping in enumerate(mappings if isinstance(mappings, list) else ()):
        lookups = mapping.get("lookups") if isinstance(mapping, dict) else None
        for at, lookup in enumerate(lookups if isinstance(lookups, list) else ()):
            if isinstance(lookup, dict) and isinstance(lookup.get("file"), str):
                _include(tree, ("mappings", number, "lookups", at), lookup)


def _include(tree: Tree, here: tuple[str | int, ...], lookup: dict[str, Any]) -> None:
    values = lookup.setdefault("values", {})
    if not isinstance(values, dict):
        return
    rules = Path(tree.place((*here, "file")).file)
    path = (rules if rules.is_dir() else rules.parent) / lookup.pop("file")
    try:
        for row in _rows(path):
            if row.value in values:
                remedy = "stands in the list or in an earlier line too; keep one"
                tree.findings.append(Finding(str(path), row.line, "from", repr(row.value), remedy))
            tree.places[*here, "values", row.value] = Place(str(path), row.line)
            values[row.value] = row.meaning
    except LookupFileError as error:
        if error.line is None:
            tree.refuse((*here, "file"), repr(str(path)), error.remedy)
        else:
            tree.findings.append(Finding(str(path), error.line, "line", "", error.remedy))


def _rows(path: Path) -> Iterator[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise LookupFileError(
            None, "does not exist; write its path from the folder of the rules"
        ) from None
    except UnicodeDecodeError:
        raise LookupFileError(None, "is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise LookupFileError(None, f"cannot be read: {error.strerror}") from None
    reader = csv.reader(text.splitlines(), skipinitialspace=True)
    header: list[str] | None = None
    for number, cells in enumerate(reader):
        fields = [cell.strip() for cell in cells]
        if not any(fields) or fields[0].startswith("#"):
            continue
        if header is None:
            header = [field.lower() for field in fields]
            if header != _HEADER:
                raise LookupFileError(reader.line_num, "write `from,to` in the first line")
        elif len(fields) != len(_HEADER):
            raise LookupFileError(
                reader.line_num, f"has {len(fields)} fields; write `value,meaning`"
            )
        elif number > _MOST:
            raise LookupFileError(reader.line_num, f"is beyond {_MOST:,} values; split the file")
        else:
            yield Row(reader.line_num, *fields)
