"""``spendwatch digest``: a day's statement as finance gets it, from what the topics hold now."""

import asyncio
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

import typer

from config.environment import load_settings
from config.loader import load_rules
from stream.errors import UserError

_Format = Literal["text", "json", "csv"]


def digest(
    day: Annotated[
        str | None, typer.Option(help="UTC day, such as 2026-06-28. Default: yesterday.")
    ] = None,
    output: Annotated[_Format, typer.Option("--format", help="text, json or csv.")] = "text",
    *,
    send: Annotated[
        bool,
        typer.Option("--send", help="Have the workers send it to finance, also if it was sent."),
    ] = False,
) -> None:
    """Print the digest of a day. The numbers are those of the topic `spend` now, restated ones included."""
    if send:
        _send(_day(day))
        return
    import msgspec
    from rich.console import Console

    from alerting.render.console import render_console
    from alerting.render.digest import digest_csv, render_digest
    from stream.digest.sender import read_digest
    from stream.kafka.cluster import Cluster
    from stream.kafka.topics import Topics

    settings = load_settings()
    rules = load_rules(settings.rules)
    statement, missing = asyncio.run(
        read_digest(Cluster.of(settings), Topics(settings.topic_prefix), _day(day), rules.digest)
    )
    if missing:
        sources = ", ".join(missing)
        typer.echo(
            f"not complete yet: the spend of {sources} has not come to the day's end", err=True
        )
    if output == "json":
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(statement)).decode() + "\n")
    elif output == "csv":
        sys.stdout.write(digest_csv(statement))
    else:
        Console().print(render_console(render_digest(statement), rules.digest.channel))


def _send(day: date) -> None:
    import msgspec

    from stream.digest.core import Tick
    from stream.kafka.topics import Topics
    from stream.publish.publisher import Publisher

    settings = load_settings()
    topic = Topics(settings.topic_prefix).ticks
    with Publisher(settings.kafka_brokers, [topic]) as publisher:
        publisher.send(topic, msgspec.json.encode(Tick(day, again=True)), partition=0)
    typer.echo(f"the digest of {day} is on its way")


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date() - timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"--day {text}: write a day such as 2026-06-28", exit_code=2) from None
