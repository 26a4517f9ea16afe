"""The end of a series: spend that fell to nothing and stays there, told once, as what is saved a day."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from alerting.contributions import of_bucket
from alerting.money import ZERO, add, from_float, multiply, per_day
from alerting.observation import Sums
from alerting.track import Track
from config.detection import Thresholds

ENDED: Final = "ended"

LITTLE: Final = 0.02  # of the usual amount: a free request or a backup that was left is no spend

_DAY: Final = 86_400
_POINTS: Final = 3  # at least, for coarse buckets


class Silence(msgspec.Struct, frozen=True, array_like=True):
    """Buckets in a row with next to no spend. Times are epoch seconds."""

    since: int  # start of the first one
    actual: Decimal = ZERO  # of all of them
    told: bool = False  # that the series has ended


def silence_after(
    silence: Silence | None, start: int, actual: Decimal, usual: float
) -> Silence | None:
    """The silence with one more bucket; None if it is none, or no spend is usual.

    Args:
        silence: the buckets before.
        start: of the bucket, epoch seconds.
        actual: what it cost.
        usual: what a bucket costs on average.
    """
    if usual <= 0 or float(actual) > LITTLE * usual:
        return None
    if silence is None:
        return Silence(start, actual)
    if not actual:
        return silence
    return msgspec.structs.replace(silence, actual=add(silence.actual, actual))


def least_silence(step: int) -> int:
    """How long a series must be silent, in seconds, to have ended."""
    return max(_DAY, _POINTS * step)


def is_told(silence: Silence | None, past: Iterable[Track]) -> bool:
    """Whether one more silent bucket is no news: it was told since, as a fall or as an end."""
    if silence is None:
        return False
    return silence.told or any(is_fall_since(silence.since, one) for one in past)


def is_fall_since(since: int, track: Track) -> bool:
    """Whether an anomaly told that spend fell, and lasted longer than to a moment."""
    return track.direction == "down" and track.is_open and track.ended > since


def track_of_end(
    silence: Silence,
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
        silence: the buckets without spend.
        until: end of the newest one, epoch seconds.
        step: seconds a bucket.
        usual: "dimension=value" -> cost of a usual bucket.
        a_bucket: what a usual bucket cost.
        fall: the anomaly that told the fall, if there is one: it goes on under its id.
        thresholds: of the series.
        rule: name of the override that set them last.
    """
    since, each = silence.since, from_float(a_bucket)
    buckets = (until - since) // step
    if not thresholds.enabled or per_day(each, step) < thresholds.min_impact_per_day:
        return None
    shares = {name: cost * buckets for name, cost in usual.items()}
    counted = Sums(silence.actual, multiply(each, Decimal(buckets)), 0, 0.0, of_bucket({}, shares))
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
