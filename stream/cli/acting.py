"""Doing something about anomalies from the shell: find them, say it, and print what became of them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from config.environment import load_settings
from stream.cli.alert_options import cases, clock, say_only_noted
from stream.errors import UserError

if TYPE_CHECKING:
    from alerting.cases.acts import Act, ActKind
    from alerting.cases.record import CaseRecord


def act_on(
    ids: Sequence[str],
    kind: "ActKind",
    *,
    by: str | None,
    wait: float,
    until: str | None = None,
    length: str | None = None,
    note: str = "",
    judged: bool = False,
) -> None:
    """Do the same about each of the anomalies; ``judged``: only about those that somebody judged.

    Raises:
        UserError: if an id is not known or a time is wrong, before anything is sent; if Kafka does not answer.
    """
    from alerting.cases.acts import Act
    from stream.alerts.actor import shell_actor
    from stream.alerts.ids import find_id, new_id
    from stream.alerts.times import end_of

    now, actor = clock(), shell_actor(by)
    end = end_of(now, until, length)
    known = cases().by_id
    found = [find_id(one, known, "case", "spendwatch anomalies list --state all") for one in ids]
    for name in found if judged else ():
        if known[name].judged is None:
            raise UserError(
                f"{name}: nobody has judged it; `spendwatch feedback list` lists what was judged"
            )
    acts = [
        Act(
            act_id=new_id("act"),
            anomaly_id=anomaly_id,
            kind=kind,
            by=actor,
            at=now,
            until=end,
            note=note.strip(),
        )
        for anomaly_id in dict.fromkeys(found)
    ]
    _say(acts, known, wait)


def _say(acts: "Sequence[Act]", known: "Mapping[str, CaseRecord]", wait: float) -> None:
    import asyncio

    from alerting.inbox import ActHeard
    from stream.alerts.noting import ActsShown
    from stream.alerts.sending import send_and_see
    from stream.alerts.words import state_line
    from stream.kafka.topics import Topics

    settings = load_settings()
    shown = ActsShown(acts, known)
    heard = [ActHeard(act) for act in acts]
    topic = Topics(settings.topic_prefix).cases
    patience = 0.0 if shown.is_all else wait
    asyncio.run(send_and_see(settings, heard, topic, shown.take, patience))
    for act in acts:
        case = shown.cases.get(act.anomaly_id)
        typer.echo(f"{act.anomaly_id}: {act.kind} is noted" if case is None else state_line(case))
    if not shown.is_all:
        say_only_noted(wait)
