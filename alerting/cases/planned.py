"""What a planned event covers: spend that moves in its time, within what was said of it.

An event is about event time: a bill that comes a day later is covered as usage of the minute is. What goes on after the
event's end is not covered: a load test that nobody stopped is what an alert is for.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from alerting.anomaly import Anomaly, RecentBucket
from alerting.cases.acts import Act
from alerting.cases.case import Case
from alerting.cases.silence import PlannedEvent
from alerting.money import ZERO, multiply

_STAY: Final = (
    2  # buckets beyond the forecast's band after the end: one may be the tail of the event
)
_GRACE: Final = 900  # seconds after the end: what is torn down still costs
_LABELS: Final = ("source", "team", "service", "environment", "charge_kind", "currency")


def covers(event: PlannedEvent, anomaly: Anomaly) -> bool:
    """Whether an anomaly is what an event is about: begun in its time, within its bounds, and not lasting beyond it.

    Matchers are the caller's matter.
    """
    begun = anomaly.started_at.timestamp()
    return (
        event.starts_at <= begun < event.ends_at
        and _is_within_factor(event.factor, anomaly)
        and (event.amount_per_day is None or abs(anomaly.impact_per_day) <= event.amount_per_day)
        and not _lasts_beyond(anomaly, event.ends_at)
    )


def planned_of(act: Act, case: Case) -> PlannedEvent | None:
    """The event that somebody means who says of an anomaly that it is expected until a moment.

    Of the same series, from the anomaly's start to that moment, without bounds; an anomaly has one at most, so that
    a later word replaces it. None for any other act: what is expected from now on is learned instead.
    """
    if act.kind != "expected" or act.until is None or act.anomaly_id != case.anomaly.anomaly_id:
        return None
    anomaly = case.anomaly
    return PlannedEvent(
        planned_id=planned_id_of(anomaly.anomaly_id),
        name=f"{anomaly.anomaly_id} is expected",
        matchers=matchers_of(series_labels(anomaly)),
        starts_at=int(anomaly.started_at.timestamp()),
        ends_at=act.until,
        by=act.by,
        comment=act.note,
        created_at=act.at,
        anomaly_id=anomaly.anomaly_id,
    )


def taken_back(event: PlannedEvent, now: int) -> PlannedEvent:
    """The event as if it had ended before it began: it covers nothing any more, and is forgotten a week from now."""
    return msgspec.structs.replace(event, starts_at=now, ends_at=now)


def planned_id_of(anomaly_id: str) -> str:
    """The id of the event that is made of a judgement."""
    return f"P-{anomaly_id.removeprefix('A-')}"


def matchers_of(labels: Mapping[str, str]) -> tuple[str, ...]:
    """Matchers for exactly these labels, quoted so that any value is taken as it is."""
    return tuple(f"{name}={_quoted(value)}" for name, value in labels.items())


def series_labels(anomaly: Anomaly) -> dict[str, str]:
    """The labels that name a series."""
    return {name: getattr(anomaly, name) for name in _LABELS}


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _is_within_factor(most: float | None, anomaly: Anomaly) -> bool:
    """Both in all and at its newest: a runaway must not hide behind quiet hours.

    Where nothing was expected there is no factor to stay within.
    """
    if most is None:
        return True
    pairs = (
        (anomaly.actual, anomaly.expected),
        (anomaly.actual_current, anomaly.expected_current),
    )
    return all(
        expected > ZERO and _is_within(actual, multiply(expected, Decimal(str(most))), anomaly)
        for actual, expected in pairs
    )


def _is_within(actual: Decimal, bound: Decimal, anomaly: Anomaly) -> bool:
    return actual <= bound if anomaly.direction == "up" else actual >= bound


def _lasts_beyond(anomaly: Anomaly, end: int) -> bool:
    """Whether spend of after the end still deviates as the anomaly does; not if it is over, or back to normal, by then."""
    step = anomaly.bucket_seconds
    last = anomaly.ended_at or anomaly.recovered_at
    if last is not None:
        return _seconds(last) > end + max(step, _GRACE)
    later = (
        bucket
        for bucket in anomaly.recent
        if _seconds(bucket.start) >= max(end, end + _GRACE - step + 1)
    )
    return sum(_deviates(bucket, anomaly.direction) for bucket in later) >= _STAY


def _deviates(bucket: RecentBucket, direction: str) -> bool:
    return bucket.actual > bucket.upper if direction == "up" else bucket.actual < bucket.lower


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
