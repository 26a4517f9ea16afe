"""The first day of a series that begins where its source is known: a new service that spends is news in itself.

All that comes in 24 hours from the first bucket counts, against nothing. Once it reaches what is worth telling, it
becomes an anomaly of the channel ``new``. Nothing is extrapolated to get there: a service must have spent
``min_impact_per_day``, not only have begun at such a pace.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import msgspec

from alerting.contributions import of_bucket
from alerting.money import multiply
from alerting.observation import Sums
from alerting.track import Track
from config.detection import Thresholds
from detectors.verdict import Verdict

NEW: Final = "new"
DAY: Final = 86_400

_HOUR: Final = 3600
_MOST_SCORE: Final = 100.0
_DAYS_OF_A_FEE: Final = 30  # a fee pays for a month: of that many days each must be worth telling


class Beginning(msgspec.Struct, frozen=True, array_like=True):
    """What came of a series in its first day. Times are epoch seconds."""

    since: int  # start of the first bucket
    step: int
    is_usage: bool
    seen: Sums = Sums()
    newest: Sums = Sums()  # the last bucket with spend
    until: int = 0  # its end
    reached: int | None = None  # end of the bucket with which it became worth telling
    told: bool = False

    @property
    def day_ends(self) -> int:
        """End of the first day."""
        return self.since + DAY

    def holds(self, start: int) -> bool:
        """Whether a bucket is of the first day."""
        return self.since <= start < self.day_ends

    def is_waiting_for(self, start: int) -> bool:
        """Whether a bucket is of the first day, of which nothing was told yet."""
        return self.holds(start) and not self.told

    def is_over(self, until: int) -> bool:
        """Whether nothing more is to be said of it when buckets before a moment are closed."""
        return until >= self.day_ends and (self.told or self.reached is None)

    def is_beside(self, other: "Beginning") -> bool:
        """Whether both begin in the same hours."""
        return abs(self.since - other.since) < DAY


def spent(
    beginning: Beginning,
    start: int,
    actual: Decimal,
    contributors: Mapping[str, float],
    thresholds: Thresholds,
) -> Beginning:
    """The beginning with a bucket, or with a late charge of one.

    Args:
        beginning: so far.
        start: of the bucket, epoch seconds; one that is not of the first day changes nothing.
        actual: what came.
        contributors: "dimension=value" -> cost, of what came.
        thresholds: of the series.
    """
    if not actual or not beginning.holds(start):
        return beginning
    end = start + beginning.step
    more = Sums(actual=actual, contributions=of_bucket(contributors, {}))
    seen = beginning.seen.plus(more)
    reached = None  # a credit may take back what was enough
    if _is_enough(seen.actual, thresholds, is_usage=beginning.is_usage):
        reached = end if beginning.reached is None else beginning.reached
    newest = more if end > beginning.until else beginning.newest
    return msgspec.structs.replace(
        beginning, seen=seen, newest=newest, until=max(beginning.until, end), reached=reached
    )


def verdict_of(
    beginning: Beginning,
    start: int,
    verdict: Verdict,
    track: Track | None,
    thresholds: Thresholds,
) -> Verdict:
    """What is said of a bucket: of one of the first day, that nothing was expected.

    Args:
        beginning: with the bucket.
        start: of the bucket, epoch seconds.
        verdict: the detector's, for a bucket that is not of the first day.
        track: the anomaly that is under way; without it nothing of the first day alerts.
        thresholds: of the series.
    """
    if not beginning.holds(start):
        return verdict
    is_told = beginning.told and track is not None
    score = _score(beginning, thresholds) if is_told else 0.0
    return Verdict(0.0, 0.0, 0.0, score, "up", NEW)


def track_of(beginning: Beginning, thresholds: Thresholds, rule: str) -> Track:
    """The anomaly of a beginning that is worth telling, not told yet."""
    score = _score(beginning, thresholds)
    return Track(
        step=beginning.step,
        started=beginning.since,
        ended=beginning.until,
        until=beginning.until,
        direction="up",
        counted=beginning.seen,
        newest=beginning.newest,
        channel=NEW,
        score_max=score,
        score_current=score,
        rule=rule,
        min_impact=thresholds.min_impact,
        min_impact_per_day=thresholds.min_impact_per_day,
        pace_over=_HOUR if beginning.is_usage else DAY,
    )


def _needed(thresholds: Thresholds, *, is_usage: bool) -> Decimal:
    a_day = thresholds.min_impact_per_day
    least = a_day if is_usage else multiply(a_day, Decimal(_DAYS_OF_A_FEE))
    return max(thresholds.min_impact, least)


def _is_enough(actual: Decimal, thresholds: Thresholds, *, is_usage: bool) -> bool:
    return thresholds.enabled and 0 < actual >= _needed(thresholds, is_usage=is_usage)


def _score(beginning: Beginning, thresholds: Thresholds) -> float:
    """1.0, or the series' own alert threshold, where it became worth telling; twice that at twice the money."""
    needed = _needed(thresholds, is_usage=beginning.is_usage)
    times = float(beginning.seen.actual / needed) if needed else _MOST_SCORE
    return thresholds.score * min(max(times, 1.0), _MOST_SCORE)
