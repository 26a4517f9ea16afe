"""Why a case is not told at a moment: the first reason that holds, as people and rules gave it."""

from collections.abc import Mapping

from alerting.cases.acts import Act
from alerting.cases.book import Book
from alerting.cases.case import Case
from alerting.cases.life import holds
from alerting.cases.record import Quiet, QuietKind


def quiet_of(
    case: Case,
    labels: Mapping[str, str],
    book: Book,
    inhibited_by: str | None,
    muted_by: str | None,
    now: int,
) -> Quiet | None:
    """Why a case is quiet, in the order wrong, expected, planned, silenced, inhibited, muted, snoozed, acknowledged.

    Args:
        case: the case.
        labels: of its anomaly, which silences and planned events match.
        book: silences and planned events.
        inhibited_by: the anomaly that inhibits it, if one does.
        muted_by: the interval that mutes it, if one does.
        now: epoch seconds, wall clock.

    Returns:
        The reason; None if there is none. ``acknowledged`` only holds back repetitions (`telling.decide`).
    """
    return (
        _as_judged(case, now)
        or _beforehand(case, labels, book, now)
        or _by_rules(inhibited_by, muted_by)
        or _in_hands(case, now)
    )


def _as_judged(case: Case, now: int) -> Quiet | None:
    judged = case.judged
    if judged is None or judged.kind == "right":
        return None
    if judged.kind == "wrong":
        return _act("wrong", judged)
    return _act("expected", judged) if holds(judged, now) else None


def _beforehand(case: Case, labels: Mapping[str, str], book: Book, now: int) -> Quiet | None:
    """What people said before there was an anomaly."""
    event = book.planned(case.anomaly, labels, now)
    if event is not None:
        return Quiet(
            kind="planned",
            by=event.planned_id,
            until=event.ends_at,
            note=event.name,
            who=event.by.name,
        )
    silence = book.silenced(labels, now)
    if silence is None:
        return None
    return Quiet(
        kind="silenced",
        by=silence.silence_id,
        until=silence.ends_at,
        note=silence.comment,
        who=silence.by.name,
    )


def _by_rules(inhibited_by: str | None, muted_by: str | None) -> Quiet | None:
    if inhibited_by is not None:
        return Quiet(kind="inhibited", by=inhibited_by)
    return None if muted_by is None else Quiet(kind="muted", by=muted_by)


def _in_hands(case: Case, now: int) -> Quiet | None:
    if case.snoozed is not None and holds(case.snoozed, now):
        return _act("snoozed", case.snoozed)
    return None if case.acknowledged is None else _act("acknowledged", case.acknowledged)


def _act(kind: QuietKind, act: Act) -> Quiet:
    return Quiet(kind=kind, by=act.by.name, until=act.until, note=act.note, who=act.by.name)
