"""The public record of an anomaly, from its state."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from alerting.anomaly import Anomaly, AnomalyState, RecentBucket
from alerting.contributions import contributors
from alerting.series import SeriesKey
from alerting.split import split_of
from alerting.track import Track

_MAX_RECENT: Final = 48
_ID_CHARACTERS: Final = 10  # 50 bits: a million anomalies collide with a chance of 0.05 %


def anomaly_id(series: str, started: int) -> str:
    """A short stable name: the same series and start give the same on any worker and after a restart."""
    digest = blake2b(f"{series}|{started}".encode(), digest_size=8).digest()
    return "A-" + base64.b32encode(digest).decode()[:_ID_CHARACTERS]


def record_of(
    track: Track, key: SeriesKey, state: AnomalyState, recent: Sequence[RecentBucket]
) -> Anomaly:
    """The record of an anomaly at this moment of its life."""
    series = key.text()
    usual = track.counted.requests_expected
    return Anomaly(
        anomaly_id=anomaly_id(series, track.identity),
        revision=track.revision,
        state=state,
        series=series,
        source=key.source,
        team=key.team,
        service=key.service,
        environment=key.environment,
        charge_kind=key.charge_kind,
        currency=key.currency,
        bucket_seconds=track.step,
        started_at=_moment(track.started),
        detected_at=_moment(track.until if track.detected is None else track.detected),
        updated_at=_moment(track.until),
        ended_at=None if state == "open" else _moment(track.ended),
        direction=track.direction,
        severity=track.severity,
        channel=track.channel,
        score_max=track.score_max,
        score_current=track.score_current,
        actual=track.counted.actual,
        expected=track.counted.expected,
        impact=track.impact,
        impact_per_day=track.pace,
        actual_current=track.newest.actual,
        expected_current=track.newest.expected,
        requests_ratio=round(track.counted.requests / usual, 4) if usual > 0 else None,
        rule=track.rule,
        contributors=contributors(
            track.counted.contributions, track.counted.actual, track.counted.expected
        ),
        recent=tuple(recent[-_MAX_RECENT:]),
        restated=track.restated,
        split=split_of(track.counted.usages, track.impact),
        unit_cost=None if track.counted.unit is None else track.counted.unit.told(),
        once_in_days=track.rareness.once_in_days,
        never_in_days=track.rareness.never_in_days,
        recovered_at=_moment(track.ended) if track.recovered and state == "open" else None,
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
