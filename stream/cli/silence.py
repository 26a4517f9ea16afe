"""``spendwatch silence``: keep quiet what matches for a time, list what is kept quiet, or end it."""

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

if TYPE_CHECKING:
    from alerting.cases.silence import Silence

app = typer.Typer(
    no_args_is_help=True,
    help="Keep alerts quiet for a time, by matchers as in Alertmanager. Times without a zone are local.",
)


@app.command()
def add(
    matchers: Matchers = None,
    comment: Comment = "",
    length: For = None,
    until: Until = None,
    since: From = None,
    by: By = None,
    wait: Wait = WAIT,
) -> None:
    """Silence what all matchers match, for a time. What is still true when it ends is told then."""
    from alerting.cases.silence import Silence
    from stream.alerts.actor import shell_actor
    from stream.alerts.ids import new_id
    from stream.alerts.matchers import checked, in_words, open_cases
    from stream.alerts.times import shown, span_of

    now = clock()
    span = span_of(now, since, until, length)
    silence = Silence(
        silence_id=new_id("S"),
        matchers=checked(matchers or ()),
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        by=shell_actor(by),
        comment=required(comment, "--comment"),
        created_at=now,
    )
    matched = open_cases(silence.matchers, cases().by_id.values())
    _say([silence], wait)
    typer.echo(
        f"{silence.silence_id}: {in_words(silence.matchers)} from {shown(span.starts_at)} "
        f"until {shown(span.ends_at)}; open cases that match now: {matched}"
    )


@app.command(name="list")
def show(
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that have expired.")
    ] = False,
    form: Form = "text",
) -> None:
    """List silences that hold or will, and how many open cases each keeps quiet now."""
    from stream.alerts.said_rows import HEADINGS, said_cells, said_row, when

    now, known = clock(), list(cases().by_id.values())
    silences = sorted(beforehand().silences.values(), key=lambda one: (one.ends_at, one.silence_id))
    chosen = [one for one in silences if everything or when(one, now) != "expired"]
    if form == "json":
        print_json([said_row(one, known, now) for one in chosen])
    elif chosen:
        print_table(HEADINGS, [said_cells(one, known, now) for one in chosen])
    else:
        hidden = f"; {len(silences)} expired, shown with --all" if silences else ""
        typer.echo(f"no silences{hidden}")


@app.command()
def expire(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids, or their beginnings.")],
    by: By = None,
    wait: Wait = WAIT,
) -> None:
    """End silences now. What is still true of what they kept quiet is told."""
    from stream.alerts.actor import shell_actor
    from stream.alerts.ended import ended
    from stream.alerts.ids import find_id

    now, silences = clock(), beforehand().silences
    named = [find_id(one, silences, "silence", "spendwatch silence list --all") for one in ids]
    actor = shell_actor(by)
    chosen = [silences[name] for name in dict.fromkeys(named)]
    over = [one for one in chosen if one.ends_at <= now]
    for one in over:
        typer.echo(f"{one.silence_id} had expired already")
    running = [one for one in chosen if one.ends_at > now]
    if running:
        _say([ended(one, actor, now) for one in running], wait)
    for one in running:
        typer.echo(f"{one.silence_id} is expired")


def _say(silences: "list[Silence]", wait: float) -> None:
    from alerting.inbox import SilenceHeard

    say_beforehand([SilenceHeard(silence) for silence in silences], wait)
