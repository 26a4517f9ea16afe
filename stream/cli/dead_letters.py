"""``spendwatch dead-letters``: events that could not be read, and how they are brought back after a fix."""

import asyncio
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from stream.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.settings import Settings
    from stream.dead_letters.letter import Letter

app = typer.Typer(no_args_is_help=True, help="Events that could not be read: list, show, replay.")

_Format = Literal["text", "json"]
_Reason = Annotated[
    str | None, typer.Option(help="Only those refused for this reason, such as missing_cost.")
]
_Topic = Annotated[str | None, typer.Option(help="Only those that came in this topic.")]
_Keys = Annotated[
    list[str] | None, typer.Argument(help="Keys, such as billing/0/17/0.", show_default=False)
]
_SHOWN = 2000  # bytes of an event on a terminal


@app.command("list")
def list_letters(
    reason: _Reason = None,
    topic: _Topic = None,
    output: Annotated[_Format, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Count them by topic and reason, with the newest of each."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from stream.dead_letters.letter import grouped

    groups = grouped(_selected(_read()[1], (), reason, topic))
    if output == "json":
        rows = [
            {
                "topic": group.topic,
                "reason": group.reason,
                "count": group.number,
                "first": _time(group.first),
                "last": _time(group.last),
                "example": {"key": group.example.key, "detail": group.example.detail},
            }
            for group in groups
        ]
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(rows)).decode() + "\n")
        return
    if not groups:
        typer.echo("there are none")
        return
    table = Table(box=None)
    for column in ("count", "topic", "reason", "newest", "what it says"):
        table.add_column(column, justify="right" if column == "count" else "left")
    for group in groups:
        said = Text(f"{group.example.key}: {group.example.detail}")
        table.add_row(f"{group.number:,}", group.topic, Text(group.reason), _time(group.last), said)
    Console().print(table)


@app.command("show")
def show_letters(
    keys: _Keys = None,
    reason: _Reason = None,
    topic: _Topic = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 5,
    *,
    raw: Annotated[
        bool, typer.Option("--raw", help="The bytes of the events alone, a line each.")
    ] = False,
) -> None:
    """Print events as they came, with why they were refused and where they lay."""
    letters = _selected(_read()[1], keys or (), reason, topic)
    shown = letters if keys else letters[::-1][:limit]
    for letter in shown:
        if raw:
            sys.stdout.buffer.write(letter.value.rstrip(b"\n") + b"\n")
            continue
        typer.echo(f"{letter.key}  {_time(letter.timestamp)}")
        typer.echo(f"  {letter.reason}: {letter.detail}")
        for name, value in letter.headers:
            typer.echo(f"  {name}: {_readable(value)}")
        typer.echo(f"  {_readable(letter.value)}\n")
    if not raw and len(letters) > len(shown):
        typer.echo(f"and {len(letters) - len(shown):,} more; --limit shows them")
    if not letters:
        typer.echo("there are none")


@app.command("replay")
def replay_letters(
    keys: _Keys = None,
    reason: _Reason = None,
    topic: _Topic = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All that can be read now.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be brought back, and change nothing.")
    ] = False,
) -> None:
    """Bring back those that can be read now, onto the topics that they came in; each counts once."""
    from config.loader import load_rules
    from stream.dead_letters.letter import obstacle
    from stream.formats.mapped import formats_of
    from stream.kafka.topics import Topics
    from stream.publish.replay import replay

    if not keys and not everything and reason is None and topic is None:
        raise UserError("replay: name keys, --reason, --topic or --all", exit_code=2)
    settings, found = _read()
    letters = _selected(found, keys or (), reason, topic)
    topics = Topics(settings.topic_prefix)
    sources = {topics.billing: "billing", topics.usage: "usage"}
    own = formats_of(load_rules(settings.rules).mappings)
    ready, left = [], []
    for letter in letters:
        why = obstacle(letter, sources, own)
        if why is None:
            ready.append(letter)
        else:
            left.append((letter, why))
    for letter, why in left[:20]:
        typer.echo(f"{letter.key} {why}", err=True)
    if len(left) > 20:
        typer.echo(f"and {len(left) - 20:,} more that cannot be brought back", err=True)
    done = 0 if dry_run else replay(settings.kafka_brokers, topics, ready) if ready else 0
    said = f"{len(ready):,} would be brought back" if dry_run else f"{done:,} brought back"
    typer.echo(f"{said}, {len(left):,} left where they are")
    if left and not ready:
        raise typer.Exit(1)


def _read() -> "tuple[Settings, Mapping[str, Letter]]":
    from config.environment import load_settings
    from stream.dead_letters.reading import read_letters
    from stream.kafka.cluster import Cluster
    from stream.kafka.topics import Topics

    settings = load_settings()
    topics = Topics(settings.topic_prefix)
    return settings, asyncio.run(read_letters(Cluster.of(settings), topics))


def _selected(
    letters: "Mapping[str, Letter]", keys: "Sequence[str]", reason: str | None, topic: str | None
) -> "list[Letter]":
    for key in keys:
        if key not in letters:
            raise UserError(
                f"{key}: there is no such dead letter; `dead-letters list` shows what there is"
            )
    chosen = [letters[key] for key in keys] if keys else list(letters.values())
    return [
        letter
        for letter in chosen
        if reason in (None, letter.reason) and topic in (None, letter.topic)
    ]


def _time(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _readable(value: bytes) -> str:
    """Bytes as text that a terminal does not obey."""
    text = value[:_SHOWN].decode("utf-8", "backslashreplace")
    shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
    return shown + (f" ... {len(value):,} bytes in all" if len(value) > _SHOWN else "")
