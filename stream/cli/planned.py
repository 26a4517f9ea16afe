"""``spendwatch planned``: say beforehand that spend is meant to move: a launch, a load test, a migration."""

from typing import TYPE_CHECKING, Annotated

import typer

from stream.cli.alert_options import (
    WAIT,
    By,
    Comment,
    For,
    Form,
    From,
    Matchers,
    Until,
    Wait,
    beforehand,
    cases,
    clock,
    print_json,
    print_table,
    required,
    say_beforehand,
)
from stream.errors import UserError

if TYPE_CHECKING:
    from alerting.cases.silence import PlannedEvent

app = typer.Typer(
    no_args_is_help=True,
    help="Say beforehand that spend is meant to move. Times without a zone are local.",
)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is, such as 'Load test'.")],
    matchers: Matchers = None,
    comment: Comment = "",
    since: From = None,
    until: Until = None,
    length: For = None,
    factor: Annotated[
        float | None,
        typer.Option(help="Meant is up to so many times what is expected; of a fall: down to."),
    ] = None,
    amount: Annotated[
        str | None,
        typer.Option("--amount-per-day", help="Meant is up to so much a day beyond expected."),
    ] = None,
    by: By = None,
    wait: Wait = WAIT,
) -> None:
    """Plan an event: what begins in its time and stays within its bounds is told to nobody."""
    from alerting.cases.silence import PlannedEvent
    from alerting.render.plain import plain
    from stream.alerts.actor import shell_actor
    from stream.alerts.bounds import amount_of, factor_of
    from stream.alerts.ids import new_id
    from stream.alerts.matchers import checked, in_words
    from stream.alerts.said_rows import bounds
    from stream.alerts.times import shown, span_of

    if factor is not None and amount is not None:
        raise UserError("--factor and --amount-per-day: say one of them", exit_code=2)
    now = clock()
    span = span_of(now, since, until, length)
    planned = PlannedEvent(
        planned_id=new_id("P"),
        name=required(name, "NAME"),
        matchers=checked(matchers or ()),
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        by=shell_actor(by),
        comment=required(comment, "--comment"),
        created_at=now,
        factor=None if factor is None else factor_of(factor),
        amount_per_day=None if amount is None else amount_of(amount),
    )
    _say([planned], wait)
    typer.echo(
        f"{planned.planned_id}: {plain(planned.name)}: {in_words(planned.matchers)} from "
        f"{shown(span.starts_at)} until {shown(span.ends_at)}, {bounds(planned)}"
    )


@app.command(name="list")
def show(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    form: Form = "text",
) -> None:
    """List planned events that hold or will, and how many open cases each keeps quiet now."""
    from stream.alerts.said_rows import HEADINGS, said_cells, said_row, when

    now, known = clock(), list(cases().by_id.values())
    events = sorted(beforehand().planned.values(), key=lambda one: (one.starts_at, one.planned_id))
    chosen = [one for one in events if everything or when(one, now) != "expired"]
    if form == "json":
        print_json([said_row(one, known, now) for one in chosen])
    elif chosen:
        print_table(HEADINGS, [said_cells(one, known, now) for one in chosen])
    else:
        hidden = f"; {len(events)} are over, shown with --all" if events else ""
        typer.echo(f"no planned events{hidden}")


@app.command()
def end(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids, or their beginnings.")],
    by: By = None,
    wait: Wait = WAIT,
) -> None:
    """End planned events now: what begins later is told. What began before stays meant."""
    from stream.alerts.actor import shell_actor
    from stream.alerts.ended import ended
    from stream.alerts.ids import find_id

    now, events = clock(), beforehand().planned
    named = [find_id(one, events, "planned event", "spendwatch planned list --all") for one in ids]
    actor = shell_actor(by)
    chosen = [events[name] for name in dict.fromkeys(named)]
    for one in chosen:
        if one.ends_at <= now:
            typer.echo(f"{one.planned_id} was over already")
    running = [one for one in chosen if one.ends_at > now]
    if running:
        _say([ended(one, actor, now) for one in running], wait)
    for one in running:
        typer.echo(f"{one.planned_id} has ended")


def _say(events: "list[PlannedEvent]", wait: float) -> None:
    from alerting.inbox import PlannedHeard

    say_beforehand([PlannedHeard(event) for event in events], wait)
