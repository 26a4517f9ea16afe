"""Files of days: what an office keeps of its own holidays, as CSV or as iCalendar, beside the rules.

Only the form is read here: what the fields may hold is checked with the rules, and said with the line of the file.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from config.errors import Finding
from config.places import Place, Tree

_COLUMNS = ("date", "name", "kind")
_MOST_DAYS = 400  # that one event of a calendar lasts
_ICS_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T[0-9]{6}Z?)?")


class Row(NamedTuple):
    """A day as it stands in a file: its line, and the fields, unchecked."""

    line: int
    fields: dict[str, str]


class DaysError(ValueError):
    """A file of days that cannot be read: ``line`` is None if none of its lines can."""

    def __init__(self, line: int | None, field: str, remedy: str) -> None:
        super().__init__(remedy)
        self.line, self.field, self.remedy = line, field, remedy


def include(tree: Tree) -> None:
    """Puts the days of the files that calendars name in their place, as if they had been written there."""
    value = tree.value
    calendars = value.get("calendars") if isinstance(value, dict) else None
    for number, calendar in enumerate(calendars if isinstance(calendars, list) else ()):
        if not isinstance(calendar, dict) or not isinstance(calendar.get("file"), str):
            continue
        days = calendar.get("days", [])
        if isinstance(days, list):
            path = Path(tree.place(("calendars", number, "file")).file)
            folder = path if path.is_dir() else path.parent
            _include(tree, number, days, folder / calendar.pop("file"))
            calendar["days"] = days


def rows_of(path: Path) -> Iterator[Row]:
    """The days of a file, in its order.

    Raises:
        DaysError: at the first line whose form cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DaysError(
            None, "file", "does not exist; write its path from the folder of the rules"
        ) from None
    except UnicodeDecodeError:
        raise DaysError(None, "file", "is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise DaysError(None, "file", f"cannot be read: {error.strerror}") from None
    return _events(text) if path.suffix.lower() == ".ics" else _table(text)


def _include(tree: Tree, number: int, days: list[Any], path: Path) -> None:
    """Adds the days of a file to those of a calendar, with their places; or the finding that says why not."""
    try:
        for row in rows_of(path):
            here = ("calendars", number, "days", len(days))
            tree.places[here] = Place(str(path), row.line)
            days.append(row.fields)
    except DaysError as error:
        if error.line is None:
            tree.refuse(("calendars", number, "file"), repr(str(path)), error.remedy)
        else:
            tree.findings.append(Finding(str(path), error.line, error.field, "", error.remedy))


def _table(text: str) -> Iterator[Row]:
    names: list[str] | None = None
    reader = csv.reader(text.splitlines(), skipinitialspace=True)
    for fields in reader:
        if not any(field.strip() for field in fields) or fields[0].startswith("#"):
            continue
        if names is None:
            names = _header(fields, reader.line_num)
            continue
        if len(fields) > len(names):
            remedy = f"has {len(fields)} fields, the header {len(names)}; put a name with a comma in quotes"
            raise DaysError(reader.line_num, "line", remedy)
        given = zip(names, (field.strip() for field in fields), strict=False)
        yield Row(
            reader.line_num, {name: field for name, field in given if field or name == "date"}
        )


def _header(fields: list[str], line: int) -> list[str]:
    names = [field.strip().lower() for field in fields]
    unknown = [name for name in names if name not in _COLUMNS]
    if "date" not in names or unknown or len(set(names)) != len(names):
        raise DaysError(line, "header", "write `date,name` or `date,name,kind` in the first line")
    return names


def _events(text: str) -> Iterator[Row]:
    """Whole days of the events of an iCalendar file (RFC 5545). Events that repeat themselves are refused."""
    event: dict[str, str] | None = None
    begun = 0
    for line, content in _unfolded(text):
        name, _, value = content.partition(":")
        name = name.partition(";")[0].upper()
        if (name, value.upper()) == ("BEGIN", "VEVENT"):
            event, begun = {}, line
        elif (name, value.upper()) == ("END", "VEVENT") and event is not None:
            yield from _days_of(event, begun)
            event = None
        elif event is not None and name == "RRULE":
            raise DaysError(line, "RRULE", "events that repeat are not read; write each day out")
        elif event is not None:
            event[name] = value.strip()


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their continuations, which begin with a space, and the number of the first."""
    content, begun = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line[:1] in {" ", "\t"}:
            content += line[1:]
            continue
        if content:
            yield begun, content
        content, begun = line, number
    if content:
        yield begun, content


def _days_of(event: dict[str, str], line: int) -> Iterator[Row]:
    first = _ics_date(event.get("DTSTART", ""), line, "DTSTART")
    after = _ics_date(event["DTEND"], line, "DTEND") if "DTEND" in event else first
    length = max((after - first).days, 1)
    if length > _MOST_DAYS:
        raise DaysError(line, "DTEND", f"lasts {length} days; write at most {_MOST_DAYS}")
    name = event.get("SUMMARY", "").replace("\\,", ",")
    for more in range(length):
        yield Row(line, {"date": str(first + timedelta(days=more)), "name": name})


def _ics_date(text: str, line: int, field: str) -> date:
    found = _ICS_DATE.fullmatch(text)
    if found is not None:
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
    raise DaysError(line, field, f"{text or 'nothing'!r} is no date; write such as 20261224")
