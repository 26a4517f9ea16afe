"""All that is known of one case, beneath its message."""

from collections.abc import Iterator
from datetime import tzinfo

from alerting.cases.case import Case
from alerting.cases.record import CaseRecord
from alerting.render.case import render_case
from alerting.render.message import Message
from alerting.render.plain import plain
from alerting.render.view import View
from stream.alerts.times import shown
from stream.alerts.words import done, happened, quiet, told, told_together


def message_of(case: CaseRecord) -> Message:
    """The message that tells of it, as it would be told now."""
    stands = Case(
        anomaly=case.anomaly,
        opened_at=case.opened_at,
        history=case.history,
        acknowledged=case.acknowledged,
        snoozed=case.snoozed,
        judged=case.judged,
    )
    view = View(state=case.state, now=case.changed_at, quiet=case.quiet, owner=case.owner)
    return render_case(stands, view)


def details(case: CaseRecord, zone: tzinfo | None = None) -> list[tuple[str, list[str]]]:
    """Labels and lines, in the order in which one asks for them."""
    return [(label, lines) for label, lines in _sections(case, zone) if lines]


def _sections(case: CaseRecord, zone: tzinfo | None) -> Iterator[tuple[str, list[str]]]:
    yield "State", [f"{case.state}, as of {shown(case.changed_at, zone)}"]
    holds = [one for one in (case.acknowledged, case.snoozed, case.judged) if one is not None]
    yield "What people did", [done(act, zone) for act in sorted(holds, key=lambda act: act.at)]
    yield "Quiet", [] if case.quiet is None else [quiet(case.quiet, zone)]
    yield "Owner", [plain(case.owner)] if case.owner else []
    yield "Route", [plain(route) for route in case.routes]
    yield "Told in", [told(one) for one in case.told] or ["nowhere"]
    together = [f"spendwatch anomalies list --notice {plain(key)}" for key in told_together(case)]
    yield "Told together with others", together
    yield "First heard of", [shown(case.opened_at, zone)]
    yield "Series", [plain(case.anomaly.series, 200)]
    yield "History", [f"{shown(one.at, zone)}  {happened(one, zone)}" for one in case.history]
