"""The digest's anomalies: which belong to a day, which were planned, and what became of each among people."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act
from alerting.cases.kpi import is_of_spend, is_planned, was_told
from alerting.cases.record import CaseRecord
from alerting.statement import AmongPeople, AnomalyLine, Did


class DayAnomalies(NamedTuple):
    """The anomalies of a day, each in one part, the largest impact first."""

    opened: tuple[AnomalyLine, ...]  # detected on the day
    still_open: tuple[AnomalyLine, ...]  # detected before it and not over by its end
    planned: tuple[AnomalyLine, ...]  # of both, those that a planned event covers


def newest_anomalies(anomalies: Iterable[Anomaly]) -> list[Anomaly]:
    """The newest revision of each anomaly."""
    newest: dict[str, Anomaly] = {}
    for anomaly in anomalies:
        before = newest.get(anomaly.anomaly_id)
        if before is None or anomaly.revision > before.revision:
            newest[anomaly.anomaly_id] = anomaly
    return list(newest.values())


def anomalies_of(
    day: date, anomalies: Iterable[Anomaly], cases: Mapping[str, CaseRecord]
) -> DayAnomalies:
    """The anomalies of a day; that a source stopped is none of spend.

    Args:
        day: the UTC day.
        anomalies: the newest revision of each.
        cases: what became of them, by their id.
    """
    opened: list[AnomalyLine] = []
    still_open: list[AnomalyLine] = []
    planned: list[AnomalyLine] = []
    for anomaly in anomalies:
        is_new = anomaly.day == day
        if not is_of_spend(anomaly) or not (is_new or _lasts_beyond(anomaly, day)):
            continue
        case = cases.get(anomaly.anomaly_id)
        if case is not None and is_planned(case):
            part = planned
        else:
            part = opened if is_new else still_open
        part.append(_line(anomaly, case))
    return DayAnomalies(_sorted(opened), _sorted(still_open), _sorted(planned))


def _line(anomaly: Anomaly, case: CaseRecord | None) -> AnomalyLine:
    return AnomalyLine(
        anomaly_id=anomaly.anomaly_id,
        team=anomaly.team,
        service=anomaly.service,
        state=anomaly.state,
        direction=anomaly.direction,
        severity=anomaly.severity,
        impact=anomaly.impact,
        started_at=anomaly.started_at,
        once_in_days=anomaly.once_in_days,
        never_in_days=anomaly.never_in_days,
        channel=anomaly.channel,
        charge_kind=anomaly.charge_kind,
        people=None if case is None else _among_people(case),
    )


def _among_people(case: CaseRecord) -> AmongPeople:
    """The most telling of what people did, or of why it is quiet."""
    at_all = AmongPeople(state=case.state, is_told=was_told(case))
    judged, quiet, taken = case.judged, case.quiet, case.acknowledged
    if judged is not None and judged.kind == "wrong":
        return _did(at_all, "wrong", judged)
    if judged is not None and judged.kind == "expected":
        return _did(at_all, "expected", judged)
    if quiet is not None and quiet.kind != "acknowledged":
        by = quiet.who or quiet.by
        return msgspec.structs.replace(
            at_all, did=quiet.kind, by=by, until=quiet.until, note=quiet.note
        )
    if taken is not None:
        return _did(at_all, "acknowledged", taken)
    return at_all if judged is None else _did(at_all, "right", judged)


def _did(at_all: AmongPeople, did: Did, act: Act) -> AmongPeople:
    return msgspec.structs.replace(at_all, did=did, by=act.by.name, until=act.until, note=act.note)


def _lasts_beyond(anomaly: Anomaly, day: date) -> bool:
    """Whether it was detected before the day and was not over by its end."""
    ended = anomaly.ended_at
    return anomaly.day < day and (ended is None or _day(ended) > day)


def _sorted(lines: Iterable[AnomalyLine]) -> tuple[AnomalyLine, ...]:
    return tuple(sorted(lines, key=lambda line: (-abs(line.impact), line.anomaly_id)))


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
