"""The public record of a case: an anomaly, what was told of it where, and what people did."""

from typing import Literal

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act
from alerting.cases.case import Case, CaseState, Happening
from alerting.cases.life import state_of

QuietKind = Literal[
    "silenced", "planned", "inhibited", "muted", "snoozed", "acknowledged", "expected", "wrong"
]


class Quiet(msgspec.Struct, frozen=True, kw_only=True):
    """Why a case is not told at a moment."""

    kind: QuietKind
    by: str  # id of the silence, planned event or anomaly; name of the interval or of the person
    until: int | None = None  # epoch seconds, where that is known
    note: str = ""
    who: str = ""  # the name of the person who said it, where a person did


class ToldIn(msgspec.Struct, frozen=True, kw_only=True):
    """One message that tells of a case."""

    sink: str
    address: str  # as the rules say
    notice: str  # the key of the notice: the anomaly's id, or that of a group
    receipt: tuple[str, str] | None = None  # where the message is, such as Slack's channel and ts
    problem: str = ""  # why it could not be told, where it could not
    told_at: int | None = None  # when it was told first, epoch seconds, wall clock


class CaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it is now; the newest record of an ``anomaly.anomaly_id`` counts."""

    schema_version: Literal["1"] = "1"
    anomaly: Anomaly
    state: CaseState
    opened_at: int  # when it was first heard of, epoch seconds, wall clock
    changed_at: int
    history: tuple[Happening, ...] = ()
    acknowledged: Act | None = None
    snoozed: Act | None = None
    judged: Act | None = None
    quiet: Quiet | None = None
    owner: str = ""
    routes: tuple[str, ...] = ()
    told: tuple[ToldIn, ...] = ()


def record_of_case(
    case: Case,
    quiet: Quiet | None,
    owner: str,
    routes: tuple[str, ...],
    told: tuple[ToldIn, ...],
    now: int,
) -> CaseRecord:
    """The record of a case as it is now.

    Args:
        case: the case.
        quiet: why it is not told now, if it is not.
        owner: the team that owns it, as the rules call it; ``""`` where there is none.
        routes: the routes that hear of it.
        told: the messages that tell of it.
        now: epoch seconds, wall clock.
    """
    return CaseRecord(
        anomaly=case.anomaly,
        state=state_of(case, now),
        opened_at=case.opened_at,
        changed_at=now,
        history=case.history,
        acknowledged=case.acknowledged,
        snoozed=case.snoozed,
        judged=case.judged,
        quiet=quiet,
        owner=owner,
        routes=routes,
        told=told,
    )
