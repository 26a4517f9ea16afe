"""``spendwatch publish``: files or a simulated company onto the source topics."""

import re
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from config.environment import load_settings
from config.loader import load_rules
from config.mappings import MappingRule
from stream.errors import INTERRUPTED, UserError

_SPEED = re.compile(r"(\d+(?:\.\d+)?)x?")
_REFRESH = 2000


class Delivery(StrEnum):
    """How the rows of a bill are sent."""

    APPEND = "append"
    SNAPSHOT = "snapshot"


class Outgoing(NamedTuple):
    """An event on its way to a source topic."""

    source: str
    time: int | None  # event time, epoch seconds
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


def publish(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Bills and usage events of any known format, as CSV or JSON; .gz of either.",
            show_default=False,
        ),
    ] = None,
    speed: Annotated[
        str | None,
        typer.Option(
            help="Pace by event time, such as 3600x (an hour a second). Default: full speed."
        ),
    ] = None,
    simulate: Annotated[
        int | None,
        typer.Option(min=1, max=52, help="Publish so many weeks of a simulated company instead."),
    ] = None,
    delivery: Annotated[
        Delivery | None,
        typer.Option(
            help="Bills: `append` adds their rows to what there is; `snapshot` lets them replace, once all are "
            "sent, what was sent before of the same billing accounts and periods. Default: what the rules say.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Publish billing rows or usage events onto Kafka, in the order of the files.

    As a snapshot, all bills of one run belong together: name all files of an export at once.
    """
    if bool(files) == bool(simulate):
        raise UserError("name files to publish, or --simulate WEEKS, and not both", exit_code=2)
    factor = _factor(speed)
    settings = load_settings()
    rules = load_rules(settings.rules)
    chosen = delivery or Delivery(rules.sources.billing.delivery)
    paced_by_time = factor is not None
    events = (
        simulated(simulate)
        if simulate
        else read(files or [], rules.mappings, with_time=paced_by_time)
    )
    from stream.kafka.topics import Topics
    from stream.publish.publisher import Publisher
    from stream.publish.snapshot_run import SnapshotRun, half

    topics = Topics(settings.topic_prefix)
    names = {"billing": topics.billing, "usage": topics.usage}
    started = time.monotonic()
    error: UserError | None = None
    with Publisher(settings.kafka_brokers, list(names.values())) as publisher, _progress() as bar:
        task = bar.add_task("publishing", total=None, events=0, rate=0)
        snapshot = SnapshotRun(publisher, topics.billing, datetime.now(UTC))
        try:
            for event in paced(events, factor):
                if event.source == "billing" and chosen is Delivery.SNAPSHOT:
                    snapshot.send(event.value, event.headers)
                else:
                    publisher.send(names[event.source], event.value, event.headers)
                if publisher.sent % _REFRESH == 0:
                    rate = publisher.sent / (time.monotonic() - started)
                    bar.update(task, events=publisher.sent, rate=rate)
        except UserError as reading:  # what was read before is published all the same
            error = reading
        except KeyboardInterrupt:
            error = UserError("interrupted: what follows is not published", exit_code=INTERRUPTED)
        if error is None:
            snapshot.end()
        elif snapshot.began:
            error = half(error)
        publisher.flush()
    seconds = time.monotonic() - started
    typer.echo(f"published {publisher.sent:,} events in {seconds:.1f} s")
    if error is not None:
        raise error


def read(
    files: Iterable[Path], mappings: Iterable[MappingRule] = (), *, with_time: bool
) -> Iterator[Outgoing]:
    """The events of files, one file after the other, also in formats that the mappings tell.

    Raises:
        UserError: naming file, line and remedy, after what could be read before it. The files that
            follow are read first.
    """
    from stream.files import read_events
    from stream.formats.mapped import formats_of

    own = formats_of(mappings)
    errors: list[str] = []
    for path in files:
        try:
            for event in read_events(path, with_time=with_time, own=own):
                yield Outgoing(event.source, event.time, event.value)
        except UserError as error:
            errors.append(str(error))
    if errors:
        raise UserError("\n".join(errors))


def simulated(weeks: int) -> Iterator[Outgoing]:
    """The simulated company's last weeks, up to the last full hour."""
    from stream.demo.company import simulate as simulate_company

    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for event in simulate_company(weeks, end):
        yield Outgoing(event.topic, event.time, event.value, event.headers)


def paced(events: Iterable[Outgoing], factor: float | None) -> Iterator[Outgoing]:
    """Hold each event back until its time has come, ``factor`` times faster than it happened."""
    if factor is None:
        yield from events
        return
    first: int | None = None
    started = time.monotonic()
    for event in events:
        if event.time is not None:
            first = event.time if first is None else first
            early = (event.time - first) / factor - (time.monotonic() - started)
            if early > 0:
                time.sleep(early)
        yield event


def _factor(speed: str | None) -> float | None:
    if speed is None:
        return None
    form = _SPEED.fullmatch(speed.strip())
    if form is None or float(form[1]) <= 0:
        raise UserError(f"--speed {speed}: write a factor such as 60x or 3600x", exit_code=2)
    return float(form[1])


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn(
            "[bold]{task.fields[events]:,}[/bold] events, {task.fields[rate]:,.0f} a second"
        ),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
