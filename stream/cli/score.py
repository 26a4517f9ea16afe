"""``spendwatch score``: scores of plain ``timestamp,value`` series, one CSV out for each one in."""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Protocol, TextIO

import typer

from alerting.series import SeriesKey
from config.loader import load_rules
from stream.detect.calendars import CalendarBook
from stream.errors import UserError
from stream.formats.refused import RefusedError, quoted
from stream.formats.times import parse_time
from stream.plot import Drawn, svg
from stream.scoring import ScoredRow, SeriesScorer, Unit, parse_value

_Write = Callable[[Iterable[object]], object]

COLUMNS = ("timestamp", "value", "expected", "lower", "upper", "score", "anomaly")


class Scorer(Protocol):
    """Scores the rows of one series in order."""

    def score(self, time: int, value: float) -> ScoredRow:
        """Score the next row, then learn it."""
        ...


_Row = tuple[
    str, str, int, float
]  # time and value as they stand in the file, and as they were read


def score(
    files: Annotated[
        list[Path], typer.Argument(help="CSV files with the header timestamp,value; times in UTC.")
    ],
    out: Annotated[
        Path, typer.Option(help="Folder for the results, one file of the same name each.")
    ],
    unit: Annotated[
        Unit,
        typer.Option(
            help="What the values are: USD sets all floors of the rules, tokens the percent."
        ),
    ] = "none",
    config: Annotated[
        Path | None, typer.Option(help="Rules file or folder: sensitivity, floors, calendars.")
    ] = None,
    *,
    plot: Annotated[
        bool, typer.Option("--plot", help="Also draw each series as an SVG beside its result.")
    ] = False,
) -> None:
    """Score series row by row, as if each row had just come. A score of 1.0 or more is an alert."""
    rules = load_rules(config)
    calendars = CalendarBook(rules)
    _check_names(files, out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{out}: {error.strerror}; name a folder to write to", exit_code=3
        ) from error
    wrong = []
    for path in files:
        try:
            named = SeriesKey("usage", "", path.stem, "", "usage", "")
            scorer = SeriesScorer(unit, rules.detection.defaults, calendars.of(named))
            drawn = score_file(path, out / path.name, scorer, keep=plot)
            if plot:
                _draw(path.name, drawn, out / f"{path.name}.svg")
        except UserError as error:
            wrong.append(str(error))
    if wrong:
        raise UserError("\n".join(wrong))


def _check_names(files: list[Path], out: Path) -> None:
    """Refuses what would write one file over another."""
    targets: dict[str, Path] = {}
    for path in files:
        other = targets.setdefault(path.name, path)
        if other is not path:
            raise UserError(
                f"{path}: has the name of {other}; score it into a folder of its own", exit_code=2
            )
        if path.parent.resolve() == out.resolve():
            raise UserError(
                f"{path}: would be overwritten; name another folder as --out", exit_code=2
            )


def _draw(title: str, rows: list[Drawn], target: Path) -> None:
    try:
        target.write_text(svg(title, rows), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{target}: {error.strerror}; make room or name another --out") from error


def score_file(path: Path, target: Path, scorer: Scorer, *, keep: bool = False) -> list[Drawn]:
    """Score one file. ``target`` appears when it is complete, or not at all. ``keep``: give the rows back.

    Raises:
        UserError: with file, line, field and remedy, if a row cannot be read.
    """
    drawn: list[Drawn] = []
    with _open(path) as source, _writing(target) as write:
        for timestamp, value, time, amount in _rows(path, source):
            scored = scorer.score(time, amount)
            write((timestamp, value, *scored))
            if keep:
                band = (scored.expected, scored.lower, scored.upper)
                drawn.append(Drawn(time, amount, *band, scored.incident))
    return drawn


def _open(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; give the path of a CSV file") from error


@contextmanager
def _writing(target: Path) -> Iterator[_Write]:
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as results:
            write = csv.writer(results, lineterminator="\n").writerow
            write(COLUMNS)
            yield write
        part.replace(target)
    except OSError as error:
        raise UserError(f"{target}: {error.strerror}; make room or name another --out") from error
    finally:
        part.unlink(missing_ok=True)


def _rows(path: Path, source: TextIO) -> Iterator[_Row]:
    reader = csv.reader(source)
    try:
        timestamp, value = _columns(path, next(reader, []))
        for fields in reader:
            if len(fields) > max(timestamp, value):
                yield _row(path, reader.line_num, fields[timestamp], fields[value])
            elif fields:
                raise _bad(path, reader.line_num, "row", "is too short; write timestamp,value")
    except csv.Error as error:
        raise _bad(path, reader.line_num, "row", f"{error}; save the file as CSV") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; give the path of a CSV file") from error


def _row(path: Path, line: int, timestamp: str, value: str) -> _Row:
    try:
        return timestamp, value, parse_time("it", timestamp), parse_value(value)
    except RefusedError as error:
        raise _bad(path, line, "timestamp", error.detail) from None
    except ValueError:
        remedy = f"{quoted(value)} is no number; write one such as 12.5, or nothing for a gap"
        raise _bad(path, line, "value", remedy) from None


def _columns(path: Path, header: list[str]) -> tuple[int, int]:
    names = [name.strip().lower() for name in header]
    for name in COLUMNS[:2]:
        if name not in names:
            raise _bad(path, 1, name, "is not in the header; begin the file with timestamp,value")
    return names.index("timestamp"), names.index("value")


def _bad(path: Path, line: int, field: str, remedy: str) -> UserError:
    return UserError(f"{path}:{line}: {field}: {remedy}")
