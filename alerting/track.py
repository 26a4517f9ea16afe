"""The state of an anomaly between two buckets: what it adds up to, and what was told of it."""

from decimal import Decimal
from typing import Final

import msgspec

from alerting.anomaly import Severity
from alerting.level import Level
from alerting.money import ZERO, add, per_day, subtract
from alerting.observation import Observation, Sums
from alerting.severity import Stake
from config.detection import Thresholds
from detectors.rarity import UNKNOWN, Rareness
from detectors.verdict import Direction

_DAY: Final = 86_400

_MAX_LEFT_OUT: Final = 48


class Track(msgspec.Struct, frozen=True, array_like=True):
    """A pending or open anomaly. Times are epoch seconds.

    Buckets from ``started`` to ``ended`` that deviate in the anomaly's direction belong to it
    (``counted``). Those after the last anomalous bucket wait in ``tail``: the next anomalous one makes
    them part of it, a quiet end leaves them out.
    """

    step: int
    started: int  # start of the first anomalous bucket
    ended: int  # end of the last anomalous bucket
    until: int  # end of the newest bucket that was looked at
    direction: Direction
    counted: Sums
    newest: Sums  # the newest anomalous bucket
    channel: str  # evidence at the highest score
    score_max: float
    score_current: float
    rule: str
    min_impact: Decimal
    min_impact_per_day: Decimal
    severity: Severity = "low"  # the gravest so far
    tail: Sums = Sums()
    left_out: tuple[int, ...] = ()  # starts of the newest buckets that do not belong to it
    restated: Decimal = ZERO  # part of the impact that came with late charges
    detected: int | None = None  # end of the bucket with which it was opened; None: pending
    revision: int = 0
    told_impact: Decimal = ZERO
    told_severity: Severity = "low"
    named: int | None = None  # the start that made its id, where late charges moved the start back
    pace_over: int = (
        0  # seconds of it, at least, that the pace is the mean of; 0: the newest bucket alone
    )
    rareness: Rareness = UNKNOWN  # of the bucket with the highest score
    level: Level = Level()  # against what was before it
    recoveries: int = 0  # how often it was told that spend is back to normal
    recovered: bool = False  # whether that holds
    told_recovered: bool = False

    @property
    def identity(self) -> int:
        """The start by which it is known, epoch seconds."""
        return self.started if self.named is None else self.named

    @property
    def impact(self) -> Decimal:
        """Money beyond forecast so far."""
        return subtract(self.counted.actual, self.counted.expected)

    @property
    def pace(self) -> Decimal:
        """Money beyond forecast per 24 hours, at the pace of the newest anomalous bucket, or of all if it is new or a fee."""
        if self.pace_over:
            return per_day(self.impact, max(self.ended - self.started, self.pace_over))
        return per_day(subtract(self.newest.actual, self.newest.expected), self.step)

    @property
    def stake(self) -> Stake:
        """What its severity is made of."""
        lasted = self.ended - self.started
        return Stake(self.impact, self.pace, self.direction, self.score_max, lasted, self.step)

    @property
    def is_open(self) -> bool:
        """Whether it was told; before that it is pending."""
        return self.detected is not None

    @property
    def is_worth_telling(self) -> bool:
        """Whether the impact points in the anomaly's direction and reaches ``min_impact``."""
        impact = self.impact if self.direction == "up" else -self.impact
        return impact > 0 and impact >= self.min_impact

    @property
    def is_back(self) -> bool:
        """Whether spend came back by itself since the last anomalous bucket, and not a forecast to it."""
        return self.level.is_back(self.direction)

    def holds(self, start: int) -> bool:
        """Whether the bucket of that start is one of those from the first to the last anomalous one."""
        return self.started <= start < self.ended and start not in self.left_out


def begun(
    seen: Observation, thresholds: Thresholds, rule: str, charge_kind: str = "usage"
) -> Track:
    """A pending anomaly of one anomalous bucket; a fee is no less than a day's."""
    sums = Sums.of(seen)
    return Track(
        step=seen.step,
        started=seen.start,
        ended=seen.end,
        until=seen.end,
        direction=seen.direction,
        counted=sums,
        newest=sums,
        channel=seen.verdict.channel,
        score_max=seen.verdict.score,
        score_current=seen.verdict.score,
        rule=rule,
        min_impact=thresholds.min_impact,
        min_impact_per_day=thresholds.min_impact_per_day,
        pace_over=0 if charge_kind == "usage" else _DAY,
        rareness=seen.rareness,
        level=Level.of(seen),
    )


def extended(track: Track, seen: Observation, thresholds: Thresholds, rule: str) -> Track:
    """The anomaly with one more anomalous bucket, and with the quiet ones before it."""
    sums = Sums.of(seen)
    highest = seen.verdict.score > track.score_max
    return msgspec.structs.replace(
        track,
        ended=seen.end,
        until=seen.end,
        counted=track.counted.plus(track.tail).plus(sums),
        newest=sums,
        tail=Sums(),
        channel=seen.verdict.channel if highest else track.channel,
        score_max=max(track.score_max, seen.verdict.score),
        score_current=seen.verdict.score,
        rule=rule,
        min_impact=thresholds.min_impact,
        min_impact_per_day=thresholds.min_impact_per_day,
        rareness=seen.rareness if highest else track.rareness,
        level=track.level.with_anomalous(seen),
        recovered=False,
    )


def charged(track: Track, start: int, delta: Decimal) -> Track:
    """The anomaly after a late charge of one of its buckets."""
    newest = track.newest.charged(delta) if start == track.ended - track.step else track.newest
    return msgspec.structs.replace(
        track,
        counted=track.counted.charged(delta),
        newest=newest,
        restated=add(track.restated, delta),
    )


def joined_late(track: Track, seen: Observation, delta: Decimal) -> Track:
    """The anomaly with a bucket that late charges made anomalous: before, between or after its own."""
    sums = Sums.of(seen)
    is_newest = seen.end >= track.ended
    return msgspec.structs.replace(
        track,
        named=track.identity,
        started=min(track.started, seen.start),
        ended=max(track.ended, seen.end),
        until=max(track.until, seen.end),
        counted=track.counted.plus(sums),
        newest=sums if is_newest else track.newest,
        score_max=max(track.score_max, seen.verdict.score),
        left_out=tuple(start for start in track.left_out if start != seen.start),
        restated=add(track.restated, delta),
    )


def passed(track: Track, seen: Observation) -> Track:
    """The anomaly after a bucket that is not anomalous in its direction."""
    belongs = seen.direction == track.direction
    return msgspec.structs.replace(
        track,
        until=seen.end,
        score_current=seen.verdict.score,
        tail=track.tail.plus(Sums.of(seen)) if belongs else track.tail,
        left_out=track.left_out if belongs else (*track.left_out, seen.start)[-_MAX_LEFT_OUT:],
        level=track.level.with_quiet(seen),
    )
