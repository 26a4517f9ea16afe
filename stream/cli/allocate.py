"""``spendwatch allocate``: what allocation rules would make of files, before they are rolled out; without Kafka."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from config.environment import load_settings
from config.loader import load_rules
from stream.errors import UserError


def allocate(
    files: Annotated[
        list[Path], typer.Argument(help="FOCUS rows or usage events, as for publish.")
    ],
    rules: Annotated[
        Path | None, typer.Option(help="Rules file or folder. Default: SPENDWATCH_RULES.")
    ] = None,
    form: Annotated[
        Literal["text", "json"],
        typer.Option("--format", help="`text` for people; `json` for programs, amounts exact."),
    ] = "text",
    top: Annotated[
        int, typer.Option(min=1, help="How many accounts and resources without an owner to list.")
    ] = 10,
) -> None:
    """Show what each rule claims in files, what nobody claims, what two rules claim, and rules that claim nothing.

    Sums are exact and add up to that of the files. A charge that comes again counts again.
    """
    import msgspec
    from rich.console import Console

    from stream.allocate.document import document
    from stream.allocate.run import Run
    from stream.allocate.text import print_tally

    run = Run(load_rules(rules or load_settings().rules))
    error: UserError | None = None
    try:
        run.read(files)
    except UserError as reading:
        error = reading
    if error is not None and not run.events:
        raise error
    if form == "json":
        sys.stdout.write(
            msgspec.json.format(msgspec.json.encode(document(run, top))).decode() + "\n"
        )
    else:
        print_tally(run.tally, top, Console(highlight=False))
    for reason, (count, first) in run.refused.items():
        events = "1 event" if count == 1 else f"{count:,} events"
        sys.stderr.write(f"spendwatch: {events} refused: {reason}: {first.detail}\n")
    if error is not None:
        raise error
