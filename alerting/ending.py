"""The end of a series: spend that fell to nothing and stays there, told once, as what is saved a day."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from alerting.contributions import of_bucket
from alerting.money import ZERO, from_float, multiply, per_day
from alerting.observation import Sums
from alerting.track import Track
from config.detection import Thresholds

ENDED: Final = "ended"

_DAY: Final = 86_400
_POINTS: Final = 3  # at least, for coarse buckets


def pause(step: int) -> int:
    """How long a pause is, in seconds, until it is no news any more that nothing comes."""
    return max(_DAY, _POINTS * step)


def is_pause_known(
    start: int, quiet: int, step: int, track: Track | None, past: Iterable[Track]
) -> bool:
    """Whether an empty bucket begins no fall: it has been empty for long, or a fall was told since it is.

    Args:
        start: of the bucket, epoch seconds.
        quiet: seconds before it in which nothing came.
        step: seconds a bucket.
        track: the anomaly that is under way.
        past: those that are over.
    """
    if track is not None and track.is_open and track.direction == "down":
        return False
    return quiet >= pause(step) or any(is_fall_since(start - quiet, one) for one in past)


def is_fall_since(silent: int, track: Track) -> bool:
    """Whether an anomaly told that spend fell to nothing, and stayed there since a moment."""
    return track.direction == "down" and track.is_open and track.ended > silent


def track_of_end(
    since: int,
    until: int,
    step: int,
    usual: Mapping[str, float],
    a_bucket: float,
    fall: Track | None,
    thresholds: Thresholds,
    rule: str,
) -> Track | None:
    """The anomaly of a series that has ended; None if what is saved is not worth telling.

    Args:
        since: start of the first bucket without spend, epoch seconds.
        until: end of the newest one.
        step: seconds a bucket.
        usual: "dimension=value" -> cost of a usual bucket.
        a_bucket: what a usual bucket cost.
        fall: the anomaly that told the fall, if there is one: it goes on under its id.
        thresholds: of the series.
        rule: name of the override that set them last.
    """
    buckets, each = (until - since) // step, from_float(a_bucket)
    if not thresholds.enabled or per_day(each, step) < thresholds.min_impact_per_day:
        return None
    shares = {name: cost * buckets for name, cost in usual.items()}
    counted = Sums(ZERO, multiply(each, Decimal(buckets)), 0, 0.0, of_bucket({}, shares))
    newest = Sums(ZERO, each)
    track = fall or _fresh(since, until, step, counted, newest, thresholds, rule)
    ended = msgspec.structs.replace(
        track,
        started=since,
        ended=until,
        until=max(until, track.until),
        counted=counted,
        newest=newest,
        tail=Sums(),
        channel=ENDED,
        left_out=(),
        detected=until if track.detected is None else track.detected,
        named=track.identity,
    )
    return ended if ended.is_worth_telling else None


def _fresh(
    since: int,
    until: int,
    step: int,
    counted: Sums,
    newest: Sums,
    thresholds: Thresholds,
    rule: str,
) -> Track:
    return Track(
        step=step,
        started=since,
        ended=until,
        until=until,
        direction="down",
        counted=counted,
        newest=newest,
        channel=ENDED,
        score_max=thresholds.score,
        score_current=thresholds.score,
        rule=rule,
        min_impact=thresholds.min_impact,
        min_impact_per_day=thresholds.min_impact_per_day,
    )
