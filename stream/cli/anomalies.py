"""``spendwatch anomalies``: what is open, all that is known of one, and what the buttons in Slack do."""

from typing import TYPE_CHECKING, Annotated

import typer

from stream.cli.acting import act_on
from stream.cli.alert_options import (
    WAIT,
    By,
    For,
    Form,
    Service,
    Team,
    Until,
    Wait,
    WideForm,
    cases,
    clock,
    print_csv,
    print_json,
    print_table,
)
from stream.errors import UserError

if TYPE_CHECKING:
    from alerting.cases.record import CaseRecord

Ids = Annotated[
    list[str],
    typer.Argument(metavar="ID", help="With A- or without, in any case; a beginning will do."),
]
Note = Annotated[str, typer.Option("--comment", help="Why, for those who read it later.")]

app = typer.Typer(
    no_args_is_help=True,
    help="List anomalies, show one, and say what is being done about it. Times without a zone are local.",
)


@app.command(name="list")
def show_all(
    team: Team = "*",
    service: Service = "*",
    state: Annotated[
        str | None,
        typer.Option(
            help="open (not over), all, or states such as acknowledged,snoozed. Default: open; with "
            "--notice: all.",
            show_default=False,
        ),
    ] = None,
    severity: Annotated[
        str | None, typer.Option(help="Such as high,critical.", show_default=False)
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="First heard of since then: how long ago, such as 7d, or a time.",
            show_default=False,
        ),
    ] = None,
    notice: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Those of which one message tells.", show_default=False),
    ] = None,
    form: WideForm = "text",
) -> None:
    """List anomalies and their state among people, the newest first."""
    from stream.alerts.case_rows import COLUMNS, HEADINGS, case_cells, case_row
    from stream.alerts.selecting import ALL, OPEN, SEVERITIES, STATES, Selection, names_of, select
    from stream.alerts.times import since_of

    usual = OPEN if notice is None else ALL
    selection = Selection(
        team,
        service,
        names_of(usual if state is None else state, "--state", STATES),
        () if severity is None else names_of(severity, "--severity", SEVERITIES),
        None if since is None else since_of(since, clock()),
        notice,
    )
    known = cases().by_id
    chosen = select(known.values(), selection)
    if form == "json":
        print_json([case_row(case) for case in chosen])
    elif form == "csv":
        print_csv(COLUMNS, [case_row(case) for case in chosen])
    elif chosen:
        print_table(HEADINGS, [case_cells(case) for case in chosen])
        typer.echo(f"{len(chosen)} of {len(known)} cases")
    else:
        typer.echo(f"no anomalies that fit; {len(known)} cases in all (--state all)")


@app.command()
def show(
    wanted: Annotated[
        str,
        typer.Argument(metavar="ID", help="With A- or without, in any case; a beginning will do."),
    ],
    form: Form = "text",
) -> None:
    """Show all of one anomaly: its message, who did what, why it is quiet, and where it was told."""
    import sys

    import msgspec

    from stream.alerts.ids import find_id

    known = cases().by_id
    case = known[find_id(wanted, known, "case", "spendwatch anomalies list --state all")]
    if form == "json":
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(case)).decode() + "\n")
    else:
        _print(case)


def _print(case: "CaseRecord") -> None:
    from rich.console import Console
    from rich.text import Text

    from alerting.render.console import WIDTH, render_console
    from stream.alerts.details import details, message_of

    console = Console()
    width = min(WIDTH, console.width)
    console.print(render_console(message_of(case), case.anomaly.anomaly_id, width))
    for label, lines in details(case):
        console.print(Text(label, style="bold"))
        for line in lines:
            console.print(Text(f"  {line}"), soft_wrap=True)


@app.command()
def ack(ids: Ids, comment: Note = "", by: By = None, wait: Wait = WAIT) -> None:
    """Acknowledge: somebody is on it. It is told again only if it gets worse, and when it is over."""
    act_on(ids, "acknowledge", by=by, wait=wait, note=comment)


@app.command()
def snooze(
    ids: Ids,
    length: For = None,
    until: Until = None,
    comment: Note = "",
    by: By = None,
    wait: Wait = WAIT,
) -> None:
    """Say nothing of it before a moment; if it is still true then, it is told then."""
    if length is None and until is None:
        raise UserError("it needs an end: write --for 2h, or --until 2026-11-22T08:00", exit_code=2)
    act_on(ids, "snooze", by=by, wait=wait, until=until, length=length, note=comment)


@app.command()
def expected(
    ids: Ids,
    length: For = None,
    until: Until = None,
    comment: Note = "",
    by: By = None,
    wait: Wait = WAIT,
) -> None:
    """It is meant to be so: until a moment, or for good, and then its level is usual from now on."""
    act_on(ids, "expected", by=by, wait=wait, until=until, length=length, note=comment)


@app.command()
def wrong(ids: Ids, comment: Note = "", by: By = None, wait: Wait = WAIT) -> None:
    """It should not have alerted: its series asks for more evidence for a while."""
    act_on(ids, "wrong", by=by, wait=wait, note=comment)


@app.command()
def right(ids: Ids, comment: Note = "", by: By = None, wait: Wait = WAIT) -> None:
    """It was right to alert: its series asks for less evidence for a while."""
    act_on(ids, "right", by=by, wait=wait, note=comment)


@app.command()
def reopen(ids: Ids, comment: Note = "", by: By = None, wait: Wait = WAIT) -> None:
    """Take back all that people did about it, as if nobody had done anything."""
    act_on(ids, "reopen", by=by, wait=wait, note=comment)
