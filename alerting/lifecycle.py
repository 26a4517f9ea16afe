"""The life of an anomaly: pending, open, resolved or retracted; one record of one event on a series.

A bucket is *anomalous* when all thresholds of the series hold (`Observation.is_anomalous`). Anomalous
buckets of one direction add up while the anomaly is *pending*; once their impact reaches
``min_impact`` it is *open*, which is told (revision 1). It is told again when there is news: impact
grew by a fifth, or severity did, or its state changed, or spend is back to normal (`alerting.recovery`) or no
longer is. ``resolve_after`` of event time without an anomalous bucket ends it: *resolved* if it was open, forgotten
without a word if it was pending.

An anomalous bucket of the other direction does not end an open anomaly: after a spike the forecast
often stands too high for a while, and that echo is no event of its own. A pending anomaly gives way to
one that moves more money the other way.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from alerting.anomaly import Anomaly, AnomalyState, RecentBucket
from alerting.money import multiply, subtract
from alerting.observation import Observation
from alerting.record import record_of
from alerting.recovery import recovered
from alerting.series import SeriesKey
from alerting.severity import severity_of, worse
from alerting.track import Track, begun, charged, extended, passed
from config.detection import Thresholds

__all__ = [
    "Observation",
    "Track",
    "elapsed",
    "observe",
    "restated",
    "settled",
    "tell_anew",
    "tell_news",
]

_WORTH_TELLING: Final = Decimal("0.2")  # change of the impact, against what was told


def observe(
    track: Track | None,
    key: SeriesKey,
    seen: Observation,
    thresholds: Thresholds,
    rule: str,
    recent: Sequence[RecentBucket],
) -> tuple[Track | None, Anomaly | None]:
    """What a closed bucket makes of the anomaly of its series.

    Args:
        track: the pending or open anomaly, if any.
        key: the series.
        seen: the bucket; each is given once, in the order of time.
        thresholds: effective thresholds of the series.
        rule: name of the override that set them last, or ``"defaults"``.
        recent: the newest buckets, ``seen`` included, for the chart.

    Returns:
        The anomaly after the bucket, and its record if there is news. Where a sparse series ends one
        anomaly and begins the next with the same bucket, the end is told now and the beginning by the
        next call of `observe` or `elapsed`.
    """
    ending = None
    if track is not None:
        track, ending = elapsed(track, key, seen.start, thresholds, recent)
    after = _take(track, key.charge_kind, seen, thresholds, rule)
    if after is None or ending is not None:
        return after, ending
    return elapsed(after, key, seen.end, thresholds, recent)


def elapsed(
    track: Track,
    key: SeriesKey,
    until: int,
    thresholds: Thresholds,
    recent: Sequence[RecentBucket],
) -> tuple[Track | None, Anomaly | None]:
    """What event time alone makes of an anomaly: ends it, or tells what was not told yet.

    Series that have no bucket every step need this call when the watermark moves.

    Args:
        track: the pending or open anomaly.
        key: the series.
        until: the watermark in epoch seconds.
        thresholds: effective thresholds of the series.
        recent: the newest buckets, for the chart.
    """
    over = until - track.ended >= max(thresholds.resolve_after, 1)
    if over and track.is_open:
        track = msgspec.structs.replace(track, until=max(track.until, until))
        return None, _told(track, key, "resolved", recent)[1]
    if track.is_worth_telling:
        if key.charge_kind == "usage":
            track = recovered(track, until, thresholds)
        return tell_news(track, key, recent)
    return None if over else track, None


def restated(
    track: Track,
    key: SeriesKey,
    start: int,
    delta: Decimal,
    recent: Sequence[RecentBucket],
    state: AnomalyState = "open",
) -> tuple[Track | None, Anomaly | None]:
    """What a late charge makes of an anomaly.

    Args:
        track: the pending or open anomaly, or one that is over.
        key: the series.
        start: start of the closed bucket that the charge belongs to.
        delta: the charge's cost; negative where a correction takes money back.
        recent: the newest buckets, for the chart.
        state: what an anomaly that stays worth telling is: ``resolved`` for one that is over.

    Returns:
        The anomaly with the charge, and its record if there is news. An open anomaly whose impact fell
        below what is worth telling is *retracted* and forgotten.
    """
    if not track.started <= start < track.until or start in track.left_out:
        return track, None
    if start >= track.ended:
        return msgspec.structs.replace(track, tail=track.tail.charged(delta)), None
    track = charged(track, start, delta)
    if track.is_worth_telling:
        return tell_news(track, key, recent, state)
    if track.is_open:
        return None, _told(track, key, "retracted", recent)[1]
    return track, None


def _take(
    track: Track | None, charge_kind: str, seen: Observation, thresholds: Thresholds, rule: str
) -> Track | None:
    """The anomaly with one more bucket."""
    if not seen.is_anomalous(thresholds):
        return None if track is None else passed(track, seen)
    if track is None:
        return begun(seen, thresholds, rule, charge_kind)
    if seen.direction == track.direction:
        return extended(track, seen, thresholds, rule)
    if not track.is_open and abs(seen.deviation) > abs(track.impact):
        return begun(seen, thresholds, rule, charge_kind)
    return passed(track, seen)


def tell_news(
    track: Track, key: SeriesKey, recent: Sequence[RecentBucket], state: AnomalyState = "open"
) -> tuple[Track, Anomaly | None]:
    """Open a pending anomaly; tell an open one again if what was told is no longer about right."""
    severity = severity_of(track.stake, track.min_impact_per_day)
    track = msgspec.structs.replace(track, severity=worse(track.severity, severity))
    if not track.is_open:
        track = msgspec.structs.replace(track, detected=track.until)
    elif track.severity == track.told_severity and track.recovered == track.told_recovered:
        moved = abs(subtract(track.impact, track.told_impact))
        if moved < multiply(abs(track.told_impact), _WORTH_TELLING) or not moved:
            return track, None
    return _told(track, key, state, recent)


def tell_anew(
    track: Track, key: SeriesKey, recent: Sequence[RecentBucket], state: AnomalyState
) -> tuple[Track, Anomaly]:
    """Tell an anomaly as something else than before, such as a fall that turns out to be an end."""
    severity = severity_of(track.stake, track.min_impact_per_day)
    track = msgspec.structs.replace(track, severity=worse(track.severity, severity))
    return _told(track, key, state, recent)


def settled(track: Track, key: SeriesKey, recent: Sequence[RecentBucket]) -> Anomaly:
    """The end of an open anomaly whose level somebody has called as it should be: it is over, and was no mistake."""
    return _told(track, key, "resolved", recent)[1]


def _told(
    track: Track, key: SeriesKey, state: AnomalyState, recent: Sequence[RecentBucket]
) -> tuple[Track, Anomaly]:
    track = msgspec.structs.replace(
        track,
        revision=track.revision + 1,
        told_impact=track.impact,
        told_severity=track.severity,
        told_recovered=track.recovered,
    )
    return track, record_of(track, key, state, recent)
