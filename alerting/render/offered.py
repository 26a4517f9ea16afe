"""Which buttons a message has: what makes sense in the state that its case is in."""

from typing import Final

from alerting.cases.case import Case, CaseState
from alerting.render.message import Actions, Button, Subject

_UNTOUCHED: Final[tuple[Button, ...]] = ("acknowledge", "snooze", "expected", "wrong", "silence")
_OFFERED: Final[dict[CaseState, tuple[Button, ...]]] = {
    "opened": _UNTOUCHED,
    "growing": _UNTOUCHED,
    "reopened": _UNTOUCHED,
    "acknowledged": ("snooze", "expected", "wrong", "silence", "reopen"),
    "snoozed": ("acknowledge", "expected", "wrong", "silence", "reopen"),
    "expected": ("reopen",),
    "wrong": ("reopen",),
    "recovered": ("expected", "wrong", "silence"),
    "resolved": ("expected", "wrong"),
    "retracted": (),
}


def actions(case: Case, state: CaseState) -> Actions:
    """The buttons of a case; a judgement of what is over can be taken back."""
    offered = _OFFERED[state]
    if state == "resolved" and case.judged is not None:
        offered = ("reopen",)
    anomaly = case.anomaly
    subject = Subject(
        anomaly_id=anomaly.anomaly_id,
        team=anomaly.team,
        service=anomaly.service,
        environment=anomaly.environment,
        source=anomaly.source,
    )
    return Actions(subject, offered)
