"""A case: one anomaly, what people did about it, and what happened when."""

from decimal import Decimal
from typing import Literal

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act, Actor

CaseState = Literal[
    "opened",
    "growing",
    "acknowledged",
    "snoozed",
    "expected",
    "wrong",
    "recovered",
    "resolved",
    "retracted",
    "reopened",
]
Reason = Literal[
    "opened",
    "worse",
    "doubled",
    "recovered",
    "reopened",
    "resolved",
    "retracted",
    "reminder",
    "escalated",
]


class Happening(msgspec.Struct, frozen=True, array_like=True):
    """One thing that happened to a case."""

    kind: str  # a `Reason`, or an `ActKind`
    at: int  # epoch seconds, wall clock
    by: Actor | None = None
    note: str = ""
    until: int | None = None
    act_id: str = ""  # of what somebody did


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An anomaly among people."""

    anomaly: Anomaly  # the newest revision
    opened_at: int  # when it was first heard of, epoch seconds, wall clock
    history: tuple[Happening, ...] = ()
    acknowledged: Act | None = None
    snoozed: Act | None = None
    judged: Act | None = None  # the newest of expected, wrong and right
    reopened_at: int | None = None  # when it came back, or somebody took back what was done
    grown_from: Decimal | None = None  # its impact when it was opened, or reopened
    doubled_from: Decimal | None = None  # its impact then, or when it doubled last


class Said(msgspec.Struct, frozen=True, array_like=True):
    """What was said of a case last, in one place."""

    reason: Reason
    at: int  # epoch seconds, wall clock
    revision: int
    severity: str
    impact: str  # a decimal
    state: CaseState
    is_silent: bool = (
        False  # it was over before anybody was told, while it was quiet: nothing was said
    )
