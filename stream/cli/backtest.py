"""``spendwatch backtest``: what the rules would have found in files, without Kafka."""

import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from config.environment import load_settings
from config.loader import load_rules
from stream.errors import UserError

if TYPE_CHECKING:
    from stream.backtest import Backtest


def backtest(
    files: Annotated[
        list[Path], typer.Argument(help="FOCUS rows or usage events, as for publish.")
    ],
    rules: Annotated[
        Path | None, typer.Option(help="Rules file or folder. Default: SPENDWATCH_RULES.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Folder for spend.jsonl and anomalies.jsonl, every record as it would be."
        ),
    ] = None,
    feedback: Annotated[
        Path | None,
        typer.Option(
            help="JSON lines of what people said of anomalies (anomaly_id, kind, at, ...): each is said when its "
            "alert has come, and the report tells what that changed."
        ),
    ] = None,
) -> None:
    """Run the pipeline over files and print the anomalies that the rules would have raised."""
    from rich.console import Console

    from stream.backtest import Backtest
    from stream.backtest_feedback import Answers, read_feedback
    from stream.report import print_difference, print_report

    settings = load_settings()
    known = load_rules(rules or settings.rules)
    lines = None if feedback is None else read_feedback(feedback)
    run = Backtest(known, None if lines is None else Answers(lines))
    started = time.monotonic()
    error: UserError | None = None
    try:
        run.read(files, now=int(time.time()))
    except UserError as reading:
        error = reading
    if error is not None and not run.events:
        raise error
    run.finish()
    console = Console()
    print_report(run, console)
    if lines is not None:
        without = Backtest(known, Answers([]))
        with suppress(UserError):  # the same that ended the first run
            without.read(files, now=int(time.time()))
        without.finish()
        print_difference(run, without, console)
    console.print(f"{run.events:,} events in {time.monotonic() - started:.1f} s", style="dim")
    if output is not None:
        _write(output, run)
    for warning in run.warnings:
        sys.stderr.write(f"spendwatch: {warning}\n")
    for reason, (count, first) in run.reasons().items():
        events = "1 event" if count == 1 else f"{count:,} events"
        sys.stderr.write(f"spendwatch: {events} refused: {reason}: {first.detail}\n")
    if error is not None:
        raise error


def _write(folder: Path, run: "Backtest") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in (("spend", run.spend), ("anomalies", run.anomalies)):
        with (folder / f"{name}.jsonl").open("wb") as lines:
            for record in records:
                lines.write(msgspec.json.encode(record) + b"\n")
