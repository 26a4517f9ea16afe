"""The life of a case: what a new revision and what a person makes of it, and the state that it is in.

The past of a case is told in its ``history``; `state_of` says what it is now. What people did outlives revisions:
an anomaly that comes back is still acknowledged by whoever acknowledged it, and is told as *reopened* all the same.
"""

from typing import Final

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act
from alerting.cases.case import Case, CaseState, Happening
from alerting.cases.news import has_doubled, has_grown, is_graver
from alerting.money import ZERO

MOST_HAPPENINGS: Final = 50  # of a history: the first, and the newest


def heard(case: Case | None, anomaly: Anomaly, now: int) -> Case:
    """What a revision of an anomaly makes of its case.

    Args:
        case: the case so far; None for the first that is heard of the anomaly.
        anomaly: the revision. One that is not newer than the case's changes nothing.
        now: epoch seconds, wall clock.
    """
    if case is None:
        return _opened(anomaly, now)
    if anomaly.anomaly_id != case.anomaly.anomaly_id or anomaly.revision <= case.anomaly.revision:
        return case
    is_back = _is_back(case.anomaly, anomaly)
    graver = is_graver(anomaly.severity, case.anomaly.severity)
    doubled = not is_back and has_doubled(anomaly.impact, case.doubled_from or ZERO)
    kinds = [
        *(["reopened"] if is_back else []),
        *(["worse"] if graver else []),
        *(["doubled"] if doubled else []),
        *_ending(case.anomaly, anomaly),
    ]
    return msgspec.structs.replace(
        case,
        anomaly=anomaly,
        history=_longer(case.history, *(Happening(kind, now) for kind in kinds)),
        reopened_at=now if is_back else case.reopened_at,
        grown_from=anomaly.impact if is_back else case.grown_from,
        doubled_from=anomaly.impact if is_back or doubled else case.doubled_from,
    )


def acted(case: Case, act: Act) -> Case:
    """What somebody's act makes of a case.

    The same ``act_id`` counts once, as far back as the history goes. An act that says what stands already, such as
    the second click on a button, changes nothing, and neither does one about another anomaly.
    """
    if act.anomaly_id != case.anomaly.anomaly_id or _is_known(case, act):
        return case
    done = Happening(act.kind, act.at, act.by, act.note, act.until, act.act_id)
    case = msgspec.structs.replace(case, history=_longer(case.history, done))
    match act.kind:
        case "acknowledge":
            return msgspec.structs.replace(case, acknowledged=act)
        case "snooze":
            return msgspec.structs.replace(case, snoozed=act)
        case "expected" | "wrong" | "right":
            return msgspec.structs.replace(case, judged=act)
        case "reopen":
            return msgspec.structs.replace(
                case,
                acknowledged=None,
                snoozed=None,
                judged=None,
                reopened_at=act.at,
                grown_from=case.anomaly.impact,
            )


def state_of(case: Case, now: int) -> CaseState:
    """What a case is at a moment.

    The first that holds: it is over; somebody judged it; spend is back to normal; somebody put it off, or is on it;
    it grew since it was opened or came back; it came back.
    """
    if case.anomaly.state != "open":
        return case.anomaly.state
    judged = _as_judged(case, now)
    if judged is not None:
        return judged
    if case.anomaly.recovered_at is not None:
        return "recovered"
    return _in_hands(case, now) or _by_itself(case)


def holds(act: Act, now: int) -> bool:
    """Whether what somebody said still holds: until its end, or for good if it has none."""
    return act.until is None or now < act.until


def _as_judged(case: Case, now: int) -> CaseState | None:
    """What somebody said that it is; *right* says only that it is one."""
    judged = case.judged
    if judged is None or judged.kind == "right":
        return None
    if judged.kind == "wrong":
        return "wrong"
    return "expected" if holds(judged, now) else None


def _in_hands(case: Case, now: int) -> CaseState | None:
    """Whether somebody put it off, or is on it."""
    if case.snoozed is not None and holds(case.snoozed, now):
        return "snoozed"
    return None if case.acknowledged is None else "acknowledged"


def _by_itself(case: Case) -> CaseState:
    if has_grown(case.anomaly.impact, case.grown_from or ZERO):
        return "growing"
    return "opened" if case.reopened_at is None else "reopened"


def _opened(anomaly: Anomaly, now: int) -> Case:
    """The case of an anomaly that was not known; it may be over already, as where late charges show it."""
    kinds = ["opened", *_ending(None, anomaly)]
    return Case(
        anomaly=anomaly,
        opened_at=now,
        history=tuple(Happening(kind, now) for kind in kinds),
        grown_from=anomaly.impact,
        doubled_from=anomaly.impact,
    )


def _is_back(before: Anomaly, after: Anomaly) -> bool:
    """Whether it is anomalous again after it was over, or after spend was back to normal."""
    if after.state != "open":
        return False
    return before.state != "open" or (
        before.recovered_at is not None and after.recovered_at is None
    )


def _ending(before: Anomaly | None, after: Anomaly) -> list[str]:
    """What of its end is new: that it is over, or that spend is back to normal."""
    if after.state != "open":
        return [] if before is not None and before.state == after.state else [after.state]
    was_recovered = before is not None and before.recovered_at is not None
    return ["recovered"] if after.recovered_at is not None and not was_recovered else []


def _is_known(case: Case, act: Act) -> bool:
    if any(happened.act_id == act.act_id for happened in case.history):
        return True
    match act.kind:
        case "acknowledge":
            stands = case.acknowledged
        case "snooze":
            stands = case.snoozed
        case "expected" | "wrong" | "right":
            stands = case.judged
        case "reopen":
            return (case.acknowledged, case.snoozed, case.judged) == (None, None, None)
    return stands is not None and _said_by(stands) == _said_by(act)


def _said_by(act: Act) -> tuple[str, str, int | None, str]:
    return act.kind, act.by.id, act.until, act.note


def _longer(history: tuple[Happening, ...], *more: Happening) -> tuple[Happening, ...]:
    longer = (*history, *more)
    if len(longer) <= MOST_HAPPENINGS:
        return longer
    return (longer[0], *longer[-(MOST_HAPPENINGS - 1) :])
