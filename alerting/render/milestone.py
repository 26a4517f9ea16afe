"""Milestones of a case, and what people did, as one short message each for its thread."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from alerting.anomaly import Anomaly
from alerting.cases.case import Case, Happening, Reason, Said
from alerting.ending import ENDED
from alerting.freshness import CHANNEL as FRESHNESS
from alerting.render.amounts import money, signed_money
from alerting.render.case import word
from alerting.render.freshness import render_freshness
from alerting.render.group import counted
from alerting.render.message import Message, Paragraph
from alerting.render.people import did
from alerting.render.spans import ago, lasted
from alerting.render.title import title
from alerting.render.totals import impacts, paces
from alerting.render.view import View
from alerting.render.whole import begins_or_ends


def render_milestone(case: Case, reason: Reason, view: View, before: Said | None) -> Message:
    """Why there is news of a case.

    Args:
        case: as it is now.
        reason: why it is told.
        view: how it stands in the place.
        before: what was said of it there last; None: nothing.
    """
    if case.anomaly.channel == FRESHNESS:
        return _message("", render_freshness(case.anomaly).text)
    label, said = _milestone(case, reason, view, before)
    return _message(label, said)


def acted(case: Case, happening: Happening) -> Message:
    """What somebody did about a case: ``Ann acknowledged it: "on it"``."""
    return _message("", did(happening, max(happening.at, case.opened_at)))


def render_group_milestone(
    cases: Sequence[Case], reason: Reason, view: View, joined: Sequence[Case] = ()
) -> Message:
    """Why there is news of a group; ``joined``: those that came since it was told last."""
    anomalies = [case.anomaly for case in cases]
    is_over = all(one.state != "open" for one in anomalies)
    if is_over and reason in {"resolved", "retracted"}:
        return _message("All over", f"{counted(anomalies)}. {impacts(anomalies)} in all.")
    pace = paces(anomalies)
    now = f"{counted(anomalies)}, {impacts(anomalies)} so far{f', {pace}' if pace else ''}."
    if reason == "opened" and joined:
        new = [case.anomaly for case in joined]
        return _message(f"{len(new):,} more", f"{impacts(new)}. Now {now}")
    labels: dict[Reason, str] = {
        "opened": "Opened",
        "worse": "Worse",
        "doubled": "Doubled",
        "recovered": "Back to normal",
        "reopened": "Open again",
        "reminder": f"Still open, {_begun(anomalies, view)}",
        "escalated": "Escalated, since nobody acknowledged it",
        "resolved": "Partly over",
        "retracted": "Partly taken back",
    }
    return _message(labels[reason], now)


def _milestone(case: Case, reason: Reason, view: View, before: Said | None) -> tuple[str, str]:  # noqa: PLR0911 - a reason each
    anomaly = case.anomaly
    waited = lasted(view.now - case.opened_at)
    match reason:
        case "opened":
            return "", title(anomaly, word(case, view.state))
        case "worse":
            return "Worse", f"{_severities(anomaly, before)}. {_going(anomaly)}."
        case "doubled":
            return "Doubled", f"{_going(anomaly)}{_was(anomaly, before)}."
        case "recovered":
            return "Back to normal.", f"{_cost(anomaly)} so far. It is over if it stays so."
        case "reopened":
            return "Open again", f"{_going(anomaly)}."
        case "resolved":
            return _over(anomaly)
        case "retracted":
            return "Taken back", "late or corrected charges brought spend back to its forecast."
        case "reminder":
            return f"Still open after {waited}", f"nobody acknowledged it. {_going(anomaly)}."
        case "escalated":
            return "Escalated", f"nobody acknowledged it for {waited}. {_going(anomaly)}."


def _message(label: str, said: str) -> Message:
    stressed = f"{label}:" if label and not label.endswith(".") else label
    return Message(f"{stressed} {said}".strip(), (Paragraph(said, stressed),))


def _going(anomaly: Anomaly) -> str:
    """``+$120.00 so far, +$480.00 a day``; a fee has no pace."""
    so_far = f"{signed_money(anomaly.impact, anomaly.currency)} so far"
    if anomaly.charge_kind != "usage":
        return so_far
    return f"{so_far}, {signed_money(anomaly.impact_per_day, anomaly.currency)} a day"


def _cost(anomaly: Anomaly) -> str:
    size = money(abs(anomaly.impact), anomaly.currency)
    return f"It cost {size} {'less' if anomaly.impact < 0 else 'more'} than expected"


def _over(anomaly: Anomaly) -> tuple[str, str]:
    ended = begins_or_ends(anomaly) if anomaly.channel == ENDED else None
    if ended is not None:
        return "Ended", f"it {ended[1]}."
    if anomaly.ended_at is None:
        return "Over.", f"{_cost(anomaly)}."
    span = lasted((anomaly.ended_at - anomaly.started_at).total_seconds())
    return f"Over after {span}.", f"{_cost(anomaly)}."


def _severities(anomaly: Anomaly, before: Said | None) -> str:
    if before is None or before.severity == anomaly.severity:
        return f"now {anomaly.severity}"
    return f"{before.severity} to {anomaly.severity}"


def _was(anomaly: Anomaly, before: Said | None) -> str:
    """What it was when it was said last."""
    try:
        impact = None if before is None else Decimal(before.impact)
    except InvalidOperation:
        return ""
    if impact is None or not impact.is_finite():
        return ""
    return f"; it was {signed_money(impact, anomaly.currency)}"


def _begun(anomalies: Sequence[Anomaly], view: View) -> str:
    first = min((one.started_at.timestamp() for one in anomalies), default=float(view.now))
    return f"begun {ago(first, view.now)}"
