"""``spendwatch spend``: exact totals, read back from the topic `spend`."""

import asyncio
import csv
import json
import sys
from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
import typer

from config.environment import load_settings
from config.settings import Settings
from stream.errors import UserError
from stream.ledger import DIMENSIONS, Ledger, Line
from stream.months import MonthLine, Months, months_by

_NUMBERS = {
    "cost", "charges", "late", "month_to_date", "forecast", "lower", "upper",
}  # fmt: skip
_Format = Literal["table", "csv", "json", "parquet"]


def spend(
    by: Annotated[
        str, typer.Option(help=f"Dimensions, comma-separated: {', '.join(DIMENSIONS)}.")
    ] = "team,service",
    since: Annotated[
        str | None, typer.Option("--from", help="First UTC day or time, such as 2018-10-01.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="UTC day or time before which it ends.")
    ] = None,
    output: Annotated[
        _Format, typer.Option("--format", help="table, csv, json or parquet (to a file: > FILE).")
    ] = "table",
    *,
    forecast: Annotated[
        bool,
        typer.Option("--forecast", help="The month under way: so far, and where it ends."),
    ] = False,
) -> None:
    """Print what was spent, exactly: the newest revision of every bucket counts once."""
    dimensions = _dimensions(by)
    if forecast:
        _print_months(dimensions, output, since=since, until=until)
        return
    settings = load_settings()
    ledger = Ledger(_time(since, "--from"), _time(until, "--to"))
    asyncio.run(_fill(ledger, settings))
    write_lines(ledger.totals(dimensions), dimensions, output)


async def _fill(ledger: Ledger, settings: Settings) -> None:
    from alerting.spend import SpendRecord
    from stream.kafka.cluster import Cluster
    from stream.kafka.readback import read_topic
    from stream.kafka.topics import Topics

    decode = msgspec.json.Decoder(SpendRecord).decode
    async for record in read_topic(Cluster.of(settings), Topics(settings.topic_prefix).spend):
        if record.value is not None:
            ledger.add(decode(record.value))


def write_lines(lines: list[Line], dimensions: tuple[str, ...], output: _Format) -> None:
    """Print totals to the standard output."""
    if output == "parquet":
        from stream.parquet import write_totals

        write_totals(lines, dimensions)
        return
    header = [*dimensions, "currency", "cost", "charges", "late"]
    if "currency" in dimensions:
        header.remove("currency")
    rows = [_row(line, dimensions) for line in lines]
    _write(header, rows, output)


def _write(header: list[str], rows: list[list[str]], output: _Format) -> None:
    if output == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([header, *rows])
    elif output == "json":
        json.dump([dict(zip(header, row, strict=True)) for row in rows], sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _print_table(header, rows)


def _print_months(
    dimensions: tuple[str, ...], output: _Format, *, since: str | None, until: str | None
) -> None:
    if since is not None or until is not None or output == "parquet":
        raise UserError(
            "--forecast is of the month under way, as table, csv or json: leave out --from, --to and parquet",
            exit_code=2,
        )
    if "day" in dimensions:
        raise UserError("--forecast: a month has no days; leave day out of --by", exit_code=2)
    ledger = Ledger()
    asyncio.run(_fill(ledger, load_settings()))
    write_months(months_by(ledger.records(), dimensions), dimensions, output)


def write_months(months: Months, dimensions: tuple[str, ...], output: _Format) -> None:
    """Print the month to the standard output; an empty cell is a forecast that nobody made."""
    header = [*dimensions, "currency", "month_to_date", "forecast", "lower", "upper"]
    if "currency" in dimensions:
        header.remove("currency")
    rows = [_month_row(line, dimensions) for line in months.lines]
    if months.day is None:
        sys.stderr.write("spendwatch: no forecast yet: the first is made when a UTC day ends\n")
    else:
        sys.stderr.write(f"spendwatch: up to the end of {months.day} (UTC)\n")
    _write(header, rows, output)


def _month_row(line: MonthLine, dimensions: tuple[str, ...]) -> list[str]:
    month, currency = line.month, [] if "currency" in dimensions else [line.currency]
    ends = ["", "", ""]
    if month.forecast is not None:
        ends = [plain(end) for end in msgspec.structs.astuple(month.forecast)]
    return [*line.group, *currency, plain(month.to_date), *ends]


def _row(line: Line, dimensions: tuple[str, ...]) -> list[str]:
    currency = [] if "currency" in dimensions else [line.currency]
    return [*line.group, *currency, plain(line.cost), str(line.charges), plain(line.late)]


def plain(amount: object) -> str:
    """A decimal without exponent: exact, and readable by every program."""
    return f"{amount:f}"


def _print_table(header: list[str], rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for name in header:
        number = name in _NUMBERS
        table.add_column(
            name, justify="right" if number else "left", no_wrap=number, overflow="fold"
        )
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _dimensions(by: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in by.split(",") if name.strip())
    for name in names:
        if name not in DIMENSIONS:
            raise UserError(
                f"--by {name}: there is no such dimension; take of {', '.join(DIMENSIONS)}",
                exit_code=2,
            )
    return names


def _time(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(
            f"{option} {text}: write a UTC day or time, such as 2018-10-01 or 2018-10-01T06:00",
            exit_code=2,
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
