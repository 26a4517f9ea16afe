"""What the commands about alerts have in common: options, the clock, and how lists are printed."""

import csv
import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from config.environment import load_settings
from stream.errors import UserError

if TYPE_CHECKING:
    from stream.alerts.reading import Beforehand, Cases, Said

WAIT = 5.0  # seconds

By = Annotated[
    str | None,
    typer.Option(help="Who does it. Default: your login name.", show_default=False),
]
Wait = Annotated[
    float,
    typer.Option(min=0, max=600, help="Seconds to wait until a worker has taken it up; 0: none."),
]
Form = Annotated[Literal["text", "json"], typer.Option("--format", help="text or json.")]
WideForm = Annotated[
    Literal["text", "json", "csv"], typer.Option("--format", help="text, json or csv.")
]
Until = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="When it ends, such as 2026-11-22T08:00 (local time) or 2026-11-22T08:00Z.",
        show_default=False,
    ),
]
For = Annotated[
    str | None,
    typer.Option("--for", metavar="DURATION", help="How long, such as 2h.", show_default=False),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="TIME", help="When it starts. Default: now.", show_default=False
    ),
]
Comment = Annotated[str, typer.Option(help="Why, for those who read it later; needed.")]
Matchers = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="MATCHER",
        help="team=search, environment!=dev, 'service=~GPT.*': all must match (Alertmanager's form).",
        show_default=False,
    ),
]
Team = Annotated[str, typer.Option(help="Only of these teams; * stands for any characters.")]
Service = Annotated[str, typer.Option(help="Only of these services; * stands for any characters.")]


def clock() -> int:
    """Now, epoch seconds."""
    return int(time.time())


def required(text: str, option: str) -> str:
    """A text that is not empty.

    Raises:
        UserError: if it is.
    """
    if not text.strip():
        raise UserError(f"{option}: is empty; write a few words", exit_code=2)
    return text.strip()


def cases() -> "Cases":
    """All cases, as the settings say where; says on the standard error what could not be read."""
    import asyncio

    from stream.alerts.reading import read_cases
    from stream.kafka.cluster import Cluster
    from stream.kafka.topics import Topics

    settings = load_settings()
    read = asyncio.run(read_cases(Cluster.of(settings), Topics(settings.topic_prefix)))
    _say_unreadable(read.unreadable, "cases")
    return read


def beforehand() -> "Beforehand":
    """All silences and planned events; says on the standard error what could not be read."""
    import asyncio

    from stream.alerts.reading import read_beforehand
    from stream.kafka.cluster import Cluster
    from stream.kafka.topics import Topics

    settings = load_settings()
    read = asyncio.run(read_beforehand(Cluster.of(settings), Topics(settings.topic_prefix)))
    _say_unreadable(read.unreadable, "silences")
    return read


def say_beforehand(said: "Sequence[Said]", wait: float) -> None:
    """Send silences or planned events; says on the standard error if no worker takes them up."""
    import asyncio

    from stream.alerts.noting import SaidShown
    from stream.alerts.sending import send_and_see
    from stream.kafka.topics import Topics

    settings = load_settings()
    topic, shown = Topics(settings.topic_prefix).silences, SaidShown(said)
    if not asyncio.run(send_and_see(settings, said, topic, shown.take, wait)):
        say_only_noted(wait)


def say_only_noted(wait: float) -> None:
    """Tells that Kafka has it, and no worker yet."""
    waited = (
        f"no worker has taken it up within {wait:g} s" if wait > 0 else "nobody waited for a worker"
    )
    typer.echo(f"noted in Kafka; {waited}: it counts as soon as one runs", err=True)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table for people; what others wrote is taken for no markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0), pad_edge=False)
    for at, heading in enumerate(headings):
        table.add_column(heading, no_wrap=at == 0, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def print_json(value: object) -> None:
    """A value for programs."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Rows for spreadsheets; a name that one would take for a formula gets an apostrophe before it."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(row[column]) for column in columns])


def _harmless(text: str) -> str:
    from decimal import Decimal, InvalidOperation

    if not text.startswith(("=", "+", "-", "@", "\t", "\r")):
        return text
    try:
        Decimal(text)
    except InvalidOperation:
        return f"'{text}"
    return text


def _say_unreadable(unreadable: Sequence[str], topic: str) -> None:
    from alerting.render.plain import plain

    if unreadable:
        typer.echo(
            f"could not read {len(unreadable)} on the topic {topic}, the first: {plain(unreadable[0], 300)}; "
            "a newer version of spendwatch may have written them",
            err=True,
        )
