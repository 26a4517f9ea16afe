"""How each source of charges behaves in time: its buckets, its lateness, its horizon."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from config.base import Frozen
from config.durations import Seconds, format_duration

SourceName = Literal["billing", "usage"]
_DAY = 86_400


class SourceRules(Frozen):
    """Time rules of one source. All durations are of event time, but for ``idle_after`` and ``stale_after``."""

    bucket: Seconds = Field(
        description="length of a bucket; a day must be a whole number of them", examples=["1h"]
    )
    lateness: Seconds = Field(
        description="how long after a bucket's end charges may still come before it is closed",
        examples=["6h"],
    )
    horizon: Seconds = Field(
        description="how far back a late charge still restates its bucket; later ones count as late",
        examples=["35d"],
    )
    idle_after: Seconds = Field(
        description="wall-clock time without a message after which a topic partition is idle and "
        "holds no bucket open any more",
        examples=["10m"],
    )

    remember_ids: Seconds = Field(
        default=6 * 3600,
        description="how far back a charge that comes again with the same id is counted once, in event time",
        examples=["62d"],
    )
    silent_after: Seconds | None = Field(
        default=None,
        description="event time without a charge in the whole source after which the gap is the source's, not "
        "a drop of every series; 48 buckets, and at least 6h, if left out",
        examples=["2d"],
    )
    new_after: Seconds = Field(
        default=7 * _DAY,
        description="event time for which a source, or an account whose bills are snapshots, must be known before a "
        "series that begins is news",
        examples=["7d"],
    )
    delivery: Literal["append", "snapshot"] = Field(
        default="append",
        description="`append`: each event is a charge of its own; `snapshot`: what `spendwatch publish` sends is an "
        "export that replaces the ones before, by billing account and billing period",
        examples=["snapshot"],
    )

    stale_after: Seconds | None = Field(
        default=None,
        description="wall-clock time without a message after which the source has stopped; learned from how "
        "it usually comes if left out",
        examples=["26h"],
    )

    @field_validator("bucket")
    @classmethod
    def _bucket_divides_a_day(cls, bucket: int) -> int:
        if bucket == 0 or _DAY % bucket:
            said = format_duration(bucket)
            msg = f"{said} does not divide a day; write for example 1m, 5m, 10m, 15m, 1h or 1d"
            raise ValueError(msg)
        return bucket

    @field_validator("horizon")
    @classmethod
    def _horizon_holds_the_lateness(cls, horizon: int, others: ValidationInfo) -> int:
        lateness = others.data.get("lateness", 0)
        if horizon < lateness:
            said, least = format_duration(horizon), format_duration(lateness)
            msg = f"{said} is shorter than the lateness; write {least} or more"
            raise ValueError(msg)
        return horizon

    @property
    def silence(self) -> int:
        """Seconds without a charge in the whole source that are a gap: ``silent_after`` or its default."""
        return max(48 * self.bucket, 6 * 3600) if self.silent_after is None else self.silent_after


class Sources(Frozen):
    """The two sources: bills (hours to days late) and metered usage (seconds late)."""

    billing: SourceRules = Field(description="rows of the cloud bill: hours to days late")
    usage: SourceRules = Field(description="metered LLM calls: seconds late")

    @field_validator("usage")
    @classmethod
    def _usage_is_appended(cls, usage: SourceRules) -> SourceRules:
        if usage.delivery == "snapshot":
            msg = "delivery: only bills come as snapshots; write append for usage"
            raise ValueError(msg)
        return usage

    def of(self, source: str) -> SourceRules:
        """The rules of a source by its name; KeyError for an unknown one."""
        return {"billing": self.billing, "usage": self.usage}[source]
