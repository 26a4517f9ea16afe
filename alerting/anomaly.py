"""The public record of an anomaly: one record of one event on one series, from opening to closing."""

from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from alerting.estimate import AnomalyOutlook
from alerting.moment import Moment

AnomalyState = Literal["open", "resolved", "retracted"]
Severity = Literal["low", "medium", "high", "critical"]
Change = Literal["moved", "added", "vanished", "rest"]
Cause = Literal["volume", "mix", "input", "output", "cache", "price", "other"]


class Contributor(msgspec.Struct, frozen=True, kw_only=True):
    """What within the series moved.

    Within a dimension the impacts add up to the anomaly's exactly, and the shares to 1; one that moved the other
    way is negative. ``added`` is what was as good as nothing before, ``vanished`` what is now. ``rest`` is a row
    a dimension for all that is not named: further values, charges without a value, late charges, and what of
    the forecast is not known by value.
    """

    dimension: str  # model, sku, region, account, api_key, resource, ...
    value: str
    actual: Decimal
    expected: Decimal
    impact: Decimal
    share: float  # of the anomaly's impact
    change: Change = "moved"


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What one cause has to do with an anomaly of metered usage.

    ``volume``: requests, and what the forecast differs from a usual bucket. ``mix``: requests that went to other
    models. ``input`` and ``output``: tokens a request. ``cache``: what of the input was read from a cache.
    ``price``: what a token costs. ``other``: what was not measured.
    """

    name: Cause
    impact: Decimal
    # requests; tokens a request; share of input read from a cache: as it was, and as is usual
    actual: float | None = None
    expected: float | None = None


class UnitCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit cost, and what it usually does, over the buckets that unit cost tells."""

    unit: Literal["request", "1k tokens"]
    actual: Decimal
    expected: Decimal


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
    in its direction. ``recovered_at`` is the end of the last anomalous one of an open anomaly, once spend is back to normal.
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
    impact_per_day: Decimal  # at the pace of the newest anomalous bucket; of a fee, all of it
    actual_current: Decimal  # of the newest anomalous bucket
    expected_current: Decimal
    requests_ratio: (
        float | None
    )  # requests against their usual number, where the source counts them
    rule: str  # name of the override that set the thresholds last, or "defaults"
    contributors: tuple[Contributor, ...]
    recent: tuple[RecentBucket, ...]
    restated: Decimal = Decimal(0)  # part of the impact that came with late charges
    split: tuple[Effect, ...] = ()  # all causes in their order, adding up to the impact exactly
    unit_cost: UnitCost | None = None  # where unit cost tells it
    # mean days from one at least as strong on this series to the next; None: not known
    once_in_days: float | None = None
    never_in_days: float | None = None  # days for which the series was watched and none came
    outlook: AnomalyOutlook | None = None  # while it is open: where it leads if nobody acts
    recovered_at: Moment | None = None

    @property
    def day(self) -> date:
        """The UTC day that it is counted in: on which the bucket began with which it was detected."""
        begun = self.detected_at - timedelta(seconds=self.bucket_seconds)
        return begun.astimezone(UTC).date()
