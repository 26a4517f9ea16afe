"""The public record of an anomaly: one record of one event on one series, from opening to closing."""

from decimal import Decimal
from typing import Literal

import msgspec

from alerting.estimate import AnomalyOutlook
from alerting.moment import Moment

AnomalyState = Literal["open", "resolved", "retracted"]
Severity = Literal["low", "medium", "high", "critical"]


class Contributor(msgspec.Struct, frozen=True, kw_only=True):
    """What within the series moved.

    The shares of all values of a dimension add up to about 1; one that moved the other way is negative.
    """

    dimension: str  # model, sku, region, account, api_key, resource, ...
    value: str
    actual: Decimal
    expected: Decimal
    impact: Decimal
    share: float  # of the anomaly's impact


class RecentBucket(msgspec.Struct, frozen=True, kw_only=True):
    """One bucket of the chart."""

    start: Moment
    actual: float
    expected: float
    lower: float
    upper: float


class Anomaly(msgspec.Struct, frozen=True, kw_only=True):
    """An anomaly at one moment of its life; the newest ``revision`` of an ``anomaly_id`` counts.

    Money is in ``currency``. ``actual``, ``expected`` and ``impact`` (their difference) are added up over
    the buckets that belong to the anomaly: from the first to the last anomalous one, those that deviate
    in its direction.
    """

    schema_version: Literal["1"] = "1"
    anomaly_id: str
    revision: int
    state: AnomalyState
    series: str
    source: str
    team: str
    service: str
    environment: str
    charge_kind: str
    currency: str
    bucket_seconds: int
    started_at: Moment  # start of the first anomalous bucket
    detected_at: Moment  # end of the newest bucket when it was opened
    updated_at: Moment  # end of the newest bucket that was looked at
    ended_at: Moment | None
    direction: Literal["up", "down"]
    severity: Severity
    channel: str  # the detector's evidence: spike, shift, ...
    score_max: float
    score_current: float
    actual: Decimal
    expected: Decimal
    impact: Decimal
    impact_per_day: Decimal  # at the pace of the newest anomalous bucket
    actual_current: Decimal  # of the newest anomalous bucket
    expected_current: Decimal
    requests_ratio: (
        float | None
    )  # requests against their usual number, where the source counts them
    rule: str  # name of the override that set the thresholds last, or "defaults"
    contributors: tuple[Contributor, ...]
    recent: tuple[RecentBucket, ...]
    restated: Decimal = Decimal(0)  # part of the impact that came with late charges
    outlook: AnomalyOutlook | None = None  # while it is open: where it leads if nobody acts
