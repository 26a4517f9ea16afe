"""What people judged, and what that does to a series now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from alerting.cases.acts import Act
from alerting.cases.record import CaseRecord
from alerting.render.plain import plain
from detectors.feedback import Mark, effect_of
from stream.alerts.times import iso, shown
from stream.alerts.words import done, subject

MARKS: Final = ("wrong", "right")  # what moves the evidence
HEADINGS: Final = ("Anomaly", "Said", "What it does now")


class Judgement(NamedTuple):
    """What somebody said of one anomaly."""

    case: CaseRecord
    act: Act
    factor: float | None = None  # times the evidence that its series asks for now in its direction
    fades_at: int | None = (
        None  # when less than a twentieth of that is left; None: there is less already
    )


def judgements(cases: Iterable[CaseRecord], now: int) -> list[Judgement]:
    """All of them, the newest first. Wrong and right move the evidence; expected teaches the level."""
    said = sorted(
        ((case, case.judged) for case in cases if case.judged is not None),
        key=lambda one: (one[1].at, one[1].act_id),
    )
    marked: defaultdict[str, list[Mark]] = defaultdict(list)
    for case, act in said:
        mark = mark_of(case, act)
        if mark is not None:
            marked[case.anomaly.series].append(mark)
    return [_judgement(case, act, marked, now) for case, act in reversed(said)]


def mark_of(case: CaseRecord, act: Act) -> Mark | None:
    """What the series notes of it, as of the moment it was said; None of an expected one."""
    if act.kind not in MARKS:
        return None
    anomaly = case.anomaly
    started = int(anomaly.started_at.timestamp())
    return Mark(started, anomaly.direction, act.kind == "right", act.at)


def _judgement(
    case: CaseRecord, act: Act, marked: Mapping[str, Sequence[Mark]], now: int
) -> Judgement:
    if act.kind not in MARKS:
        return Judgement(case, act)
    effect_now = effect_of(marked[case.anomaly.series], case.anomaly.direction, now)
    return Judgement(case, act, effect_now.factor, effect_now.fades_at)


def effect(one: Judgement, now: int, zone: tzinfo | None = None) -> str:
    """What it does to the series, in words."""
    if one.factor is not None:
        way = "rises" if one.case.anomaly.direction == "up" else "falls"
        fades = "faded" if one.fades_at is None else f"until about {shown(one.fades_at, zone)[:10]}"
        return f"asks {one.factor:.2f} times the evidence for {way}; {fades}"
    if one.act.until is None:
        return "its level is usual from then on"
    return f"planned {'until' if now < one.act.until else 'to its end at'} {shown(one.act.until, zone)}"


def judgement_row(one: Judgement) -> dict[str, object]:
    """One for programs: times ISO in UTC; null is what there is not."""
    anomaly, act = one.case.anomaly, one.act
    return {
        "anomaly_id": anomaly.anomaly_id,
        "series": anomaly.series,
        "team": anomaly.team,
        "service": anomaly.service,
        "direction": anomaly.direction,
        "started_at": iso(int(anomaly.started_at.timestamp())),
        "said": act.kind,
        "by": act.by.name,
        "via": act.by.via,
        "at": iso(act.at),
        "until": None if act.until is None else iso(act.until),
        "reason": act.note,
        "evidence_factor": None if one.factor is None else round(one.factor, 4),
        "fades_at": None if one.fades_at is None else iso(one.fades_at),
    }


def judgement_cells(one: Judgement, now: int, zone: tzinfo | None = None) -> tuple[str, ...]:
    """One for people."""
    said = f"{shown(one.act.at, zone)}\n{done(one.act, zone)}"
    return (
        plain(one.case.anomaly.anomaly_id),
        f"{subject(one.case.anomaly)}\n{said}",
        effect(one, now, zone),
    )
