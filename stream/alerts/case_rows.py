"""A case as a row of a list: for programs as it is, for people in two short lines a cell."""

from datetime import tzinfo
from typing import Final

from alerting.cases.record import CaseRecord
from alerting.moment import Moment
from alerting.render.amounts import signed_money
from alerting.render.plain import plain
from stream.alerts.times import iso, shown
from stream.alerts.words import last_act, quiet, subject

COLUMNS: Final = (
    "anomaly_id", "state", "severity", "source", "team", "service", "environment", "charge_kind",
    "kind", "direction", "currency", "actual", "expected", "impact", "impact_per_day", "started_at",
    "ended_at", "opened_at", "changed_at", "owner", "act", "act_by", "act_until", "act_note",
    "quiet", "quiet_by", "quiet_until", "routes",
)  # fmt: skip
HEADINGS: Final = ("Anomaly", "State", "Impact", "What")


def case_row(case: CaseRecord) -> dict[str, str]:
    """A case for programs: amounts exact, times ISO in UTC; empty is what there is not."""
    anomaly, act, why = case.anomaly, last_act(case), case.quiet
    values = (
        anomaly.anomaly_id, case.state, anomaly.severity, anomaly.source, anomaly.team,
        anomaly.service, anomaly.environment, anomaly.charge_kind, anomaly.channel,
        anomaly.direction, anomaly.currency, f"{anomaly.actual:f}", f"{anomaly.expected:f}",
        f"{anomaly.impact:f}", f"{anomaly.impact_per_day:f}", _utc(anomaly.started_at),
        _utc(anomaly.ended_at), iso(case.opened_at), iso(case.changed_at), case.owner,
        *(("", "", "", "") if act is None else (act.kind, act.by.name, _iso(act.until), act.note)),
        *(("", "", "") if why is None else (why.kind, why.by, _iso(why.until))),
        " ".join(case.routes),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def case_cells(case: CaseRecord, zone: tzinfo | None = None) -> tuple[str, ...]:
    """A case for people."""
    anomaly, act = case.anomaly, last_act(case)
    pace = ""
    if anomaly.state == "open" and anomaly.charge_kind == "usage":
        pace = f"\n{signed_money(anomaly.impact_per_day, anomaly.currency)}/day"
    lines = [subject(anomaly), f"since {shown(int(anomaly.started_at.timestamp()), zone)}"]
    if case.quiet is not None:
        lines.append(quiet(case.quiet, zone))
    elif act is not None:
        lines.append(f"by {plain(act.by.name)}")
    return (
        plain(anomaly.anomaly_id),
        f"{case.state}\n{anomaly.severity}",
        f"{signed_money(anomaly.impact, anomaly.currency)}{pace}",
        "\n".join(lines),
    )


def _iso(at: int | None) -> str:
    return "" if at is None else iso(at)


def _utc(at: Moment | None) -> str:
    return "" if at is None else iso(int(at.timestamp()))
