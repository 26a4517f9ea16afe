"""``spendwatch feedback``: what people judged, what it does to the series now, and how to take it back."""

import sys
from typing import Annotated

import typer

from stream.cli.acting import act_on
from stream.cli.alert_options import (
    WAIT,
    By,
    Form,
    Team,
    Wait,
    cases,
    clock,
    print_json,
    print_table,
)

app = typer.Typer(
    no_args_is_help=True,
    help="What people judged of anomalies: expected, wrong or right, and what that does.",
)


@app.command(name="list")
def show(
    team: Team = "*",
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="Said since then: how long ago, such as 7d, or a time.",
            show_default=False,
        ),
    ] = None,
    form: Form = "text",
) -> None:
    """List judgements, the newest first, and how much evidence their series ask for because of them."""
    from config.glob import glob_matches
    from stream.alerts.judgements import HEADINGS, judgement_cells, judgement_row, judgements
    from stream.alerts.times import since_of

    now = clock()
    first = None if since is None else since_of(since, now)
    chosen = [
        one
        for one in judgements(cases().by_id.values(), now)
        if glob_matches(team, one.case.anomaly.team) and (first is None or one.act.at >= first)
    ]
    if form == "json":
        print_json([judgement_row(one) for one in chosen])
    elif chosen:
        print_table(HEADINGS, [judgement_cells(one, now) for one in chosen])
    else:
        typer.echo("no judgements that fit")


@app.command()
def undo(
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID", help="Ids of anomalies, as for `spendwatch anomalies`."),
    ],
    comment: Annotated[str, typer.Option(help="Why, for those who read it later.")] = "",
    by: By = None,
    wait: Wait = WAIT,
) -> None:
    """Take a judgement back, as if nobody had done anything: as `spendwatch anomalies reopen`."""
    act_on(ids, "reopen", by=by, wait=wait, note=comment, judged=True)


@app.command()
def export() -> None:
    """Print all judgements as lines of JSON, which `spendwatch backtest --feedback FILE` reads."""
    from stream.alerts.feedback_lines import encode, lines_of

    for line in lines_of(cases().by_id.values()):
        sys.stdout.write(encode(line).decode() + "\n")
