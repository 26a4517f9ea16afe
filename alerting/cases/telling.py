"""Whether to tell of a case now, in one place, and why: a reason, never just a yes.

| reason | when |
|---|---|
| opened | nothing was said yet |
| reopened | its end, or that spend is back to normal, was said, and that is no longer so |
| worse | its severity is above the one that was said |
| recovered | spend is back to normal, and that was not said |
| doubled | its impact is twice what was said; nobody acknowledged it |
| resolved, retracted | it is over, and that was not said |
| reminder | nobody acknowledged it for ``repeat_interval``; or what somebody put off until a moment, which has come |

While it is quiet nothing is told, and what still is true when quiet ends is told then. Two things pass: the end of what
was told, so that no open message stays behind; and of an acknowledged case all that is no mere repetition. What ended in
quiet before anybody was told is never told (`remembered`).
"""

from decimal import Decimal

import msgspec

from alerting.cases.acts import Act
from alerting.cases.case import Case, Reason, Said
from alerting.cases.life import state_of
from alerting.cases.news import has_doubled, is_graver
from alerting.cases.record import Quiet

_OVER = {"resolved", "retracted"}


def decide(
    said: Said | None, case: Case, quiet: Quiet | None, now: int, repeat_interval: int | None
) -> Reason | None:
    """Why to tell of a case now.

    Args:
        said: what was said in this place last; None if nothing was.
        case: what is true now.
        quiet: why it should not be told now, if it should not.
        now: epoch seconds, wall clock.
        repeat_interval: seconds after which it is told again; None for never.

    Returns:
        The reason; None if there is none, or none that may be told now. A message that tells of the case may be
        edited all the same.
    """
    is_held = quiet is not None and quiet.kind != "acknowledged"
    if case.anomaly.state != "open":
        return _over(said, case, is_held=is_held)
    if is_held:
        return None
    if said is None or said.is_silent:
        return "opened"
    is_recovered = case.anomaly.recovered_at is not None
    if said.state in _OVER or (said.state == "recovered" and not is_recovered):
        return "reopened"
    if is_recovered:
        return None if said.state == "recovered" else "recovered"
    return _goes_on(said, case, quiet, now, repeat_interval)


def said_of(case: Case, reason: Reason, now: int) -> Said:
    """What is said of a case when it is told for a reason."""
    one = case.anomaly
    return Said(reason, now, one.revision, one.severity, str(one.impact), state_of(case, now))


def remembered(said: Said | None, case: Case, reason: Reason | None, now: int) -> Said | None:
    """What to keep as said once it was decided: of what ended in quiet before anybody was told, that it did.

    Without that memory it would be told when quiet ends.
    """
    if reason is not None:
        return said_of(case, reason, now)
    if said is not None or case.anomaly.state == "open":
        return said
    return msgspec.structs.replace(said_of(case, case.anomaly.state, now), is_silent=True)


def _over(said: Said | None, case: Case, *, is_held: bool) -> Reason | None:
    """Of what is over: its end, if its beginning was told; all of it at once, if it was too short for that."""
    if said is None:
        return None if is_held or case.anomaly.state == "retracted" else "opened"
    if said.is_silent or said.state in _OVER or case.anomaly.state == "open":
        return None
    return case.anomaly.state


def _goes_on(
    said: Said, case: Case, quiet: Quiet | None, now: int, repeat_interval: int | None
) -> Reason | None:
    """Of what is open, and was told as open."""
    if is_graver(case.anomaly.severity, said.severity):
        return "worse"
    if _has_come(said, case, now):
        return "reminder"
    if quiet is not None or case.acknowledged is not None:
        return None
    if has_doubled(case.anomaly.impact, Decimal(said.impact)):
        return "doubled"
    is_due = repeat_interval is not None and now - said.at >= max(repeat_interval, 1)
    return "reminder" if is_due else None


def _has_come(said: Said, case: Case, now: int) -> bool:
    """Whether a moment until which somebody put it off has passed since it was told last."""
    return any(
        act.until is not None and max(act.at, said.at) < act.until <= now for act in _put_off(case)
    )


def _put_off(case: Case) -> list[Act]:
    """A snooze, and what was expected until a moment; not of before somebody acknowledged it."""
    since = None if case.acknowledged is None else case.acknowledged.at
    return [
        act
        for act in (case.snoozed, case.judged)
        if act is not None
        and act.kind in {"snooze", "expected"}
        and (since is None or act.at >= since)
    ]
