"""Silences and planned events as rows of a list."""

from collections.abc import Collection
from datetime import tzinfo
from typing import Final, Literal

from alerting.cases.record import CaseRecord
from alerting.cases.silence import PlannedEvent, Silence
from alerting.render.plain import plain
from stream.alerts.matchers import in_words, open_cases
from stream.alerts.times import iso, shown
from stream.alerts.words import noted

When = Literal["active", "pending", "expired"]
HEADINGS: Final = ("Id", "State", "Quiet now", "What")


def when(said: Silence | PlannedEvent, now: int) -> When:
    """Whether it holds."""
    if now < said.starts_at:
        return "expired" if said.ends_at <= said.starts_at else "pending"
    return "active" if now < said.ends_at else "expired"


def kept_quiet(said: Silence | PlannedEvent, cases: Collection[CaseRecord], now: int) -> int:
    """How many cases that are not over it keeps quiet.

    A silence all that it fits while it holds; a planned event those of which the worker says so, since that
    depends on when they began and how much they moved.
    """
    if isinstance(said, Silence):
        return open_cases(said.matchers, cases) if when(said, now) == "active" else 0
    return sum(
        case.anomaly.state == "open"
        and case.quiet is not None
        and (case.quiet.kind, case.quiet.by) == ("planned", said.planned_id)
        for case in cases
    )


def said_row(
    said: Silence | PlannedEvent, cases: Collection[CaseRecord], now: int
) -> dict[str, object]:
    """One for programs: times ISO in UTC; null is what there is not."""
    both: dict[str, object] = {
        "state": when(said, now),
        "matchers": list(said.matchers),
        "starts_at": iso(said.starts_at),
        "ends_at": iso(said.ends_at),
        "by": said.by.name,
        "via": said.by.via,
        "comment": said.comment,
        "created_at": iso(said.created_at),
        "cases": kept_quiet(said, cases, now),
    }
    if isinstance(said, Silence):
        return {"silence_id": said.silence_id, **both}
    amount = said.amount_per_day
    return {
        "planned_id": said.planned_id,
        "name": said.name,
        **both,
        "factor": said.factor,
        "amount_per_day": None if amount is None else f"{amount:f}",
        "anomaly_id": said.anomaly_id or None,
    }


def said_cells(
    said: Silence | PlannedEvent,
    cases: Collection[CaseRecord],
    now: int,
    zone: tzinfo | None = None,
) -> tuple[str, ...]:
    """One for people."""
    name = said.silence_id if isinstance(said, Silence) else said.planned_id
    lines = [] if isinstance(said, Silence) else [plain(said.name)]
    lines += [in_words(said.matchers)]
    lines += [f"{shown(said.starts_at, zone)} to {shown(said.ends_at, zone)}"]
    if isinstance(said, PlannedEvent):
        lines += [bounds(said)]
    lines += [f"by {plain(said.by.name)}{noted(said.comment)}"]
    count = kept_quiet(said, cases, now)
    return (
        plain(name),
        when(said, now),
        f"{count} case{'' if count == 1 else 's'}",
        "\n".join(lines),
    )


def bounds(planned: PlannedEvent) -> str:
    """How far spend may move for it to be meant."""
    if planned.factor is not None:
        return f"up to {planned.factor:g} times what is expected"
    if planned.amount_per_day is not None:
        return f"up to {planned.amount_per_day:f} a day beyond what is expected"
    return "however much spend moves"
