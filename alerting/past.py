"""Anomalies that are over, and what late charges still make of them.

A bill is corrected for weeks. An anomaly that was resolved is kept for the horizon of its source, so that a
charge that belongs to it changes what was said of it: its impact is told anew, or it is *retracted*. A
correction may also make a bucket anomalous long after it was scored: that is told as an anomaly that is over
when it is told first.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from alerting.anomaly import Anomaly, RecentBucket
from alerting.lifecycle import restated, tell_news
from alerting.money import ZERO
from alerting.observation import Observation
from alerting.series import SeriesKey
from alerting.track import Track, begun, charged, joined_late
from config.detection import Thresholds

MAX_PAST: Final = 8  # of a series; those that were never told go first, then the oldest
_ALWAYS: Final = -(1 << 62)


class Past(msgspec.Struct, frozen=True):
    """Anomalies of a series that are over. Buckets before ``since`` begin none: it may have been told and let go."""

    tracks: tuple[Track, ...] = ()
    since: int = _ALWAYS  # epoch seconds

    def plus(self, track: Track) -> "Past":
        """The past with one more, and without the one that is needed least if there are too many."""
        tracks = (*self.tracks, track)
        if len(tracks) <= MAX_PAST:
            return Past(tracks, self.since)
        least = min(tracks, key=lambda each: (each.revision > 0, each.ended))
        since = max(self.since, least.ended) if least.revision else self.since
        return Past(tuple(each for each in tracks if each is not least), since)

    def changed(self, number: int, track: Track) -> "Past":
        """The past with another state of the anomaly of that number."""
        return Past((*self.tracks[:number], track, *self.tracks[number + 1 :]), self.since)


def remembered(past: Past, track: Track, told: Anomaly) -> Past:
    """The past with an anomaly whose end, or retraction, was told just now.

    Args:
        past: what is over already.
        track: the anomaly before it ended.
        told: the record that said so.
    """
    return past.plus(over(track, told))


def over(track: Track, told: Anomaly) -> Track:
    """The state that is kept of an anomaly whose end, or retraction, was told just now."""
    is_retracted = told.state == "retracted"
    return msgspec.structs.replace(
        track,
        until=max(track.until, track.ended),
        revision=told.revision,
        detected=None if is_retracted else track.detected,
        told_impact=ZERO if is_retracted else told.impact,
        told_severity=told.severity,
    )


def forgotten(past: Past, before: int) -> Past:
    """The past without what ended before a moment: its buckets are not restated any more."""
    return Past(tuple(track for track in past.tracks if track.ended > before), past.since)


def corrected(
    past: Past,
    key: SeriesKey,
    seen: Observation,
    delta: Decimal,
    thresholds: Thresholds,
    rule: str,
    recent: Sequence[RecentBucket],
    until: int,
) -> tuple[Past, Anomaly | None]:
    """What a late charge makes of the past.

    Args:
        past: anomalies of the series that are over.
        key: the series.
        seen: the bucket that the charge belongs to, with the charge in it and scored again.
        delta: the charge's cost; negative where a correction takes money back.
        thresholds: effective thresholds of the series.
        rule: name of the override that set them last, or ``"defaults"``.
        recent: the newest buckets of the series, for the chart.
        until: end of the series' newest closed bucket, epoch seconds: when the charge came, in event time.

    Returns:
        The past with the charge, and the record of the anomaly that it changed, if that is news.
    """
    for number, track in enumerate(past.tracks):
        if track.holds(seen.start):
            after, news = _charged(_seen(track, until), key, seen.start, delta, recent)
            return past.changed(number, after), news
    if seen.start < past.since or not seen.is_anomalous(thresholds):
        return past, None
    quiet = thresholds.resolve_after
    for number, track in enumerate(past.tracks):
        if _is_near(track, seen, quiet):
            joined = _seen(joined_late(track, seen, delta), until)
            after, news = tell_late(joined, key, recent)
            return past.changed(number, after), news
    fresh = msgspec.structs.replace(begun(seen, thresholds, rule, key.charge_kind), restated=delta)
    fresh, news = tell_late(_seen(fresh, until), key, recent)
    return past.plus(fresh), news


def charged_after(
    past: Past,
    key: SeriesKey,
    start: int,
    delta: Decimal,
    recent: Sequence[RecentBucket],
    until: int,
) -> tuple[Past, Anomaly | None]:
    """The same for a bucket that was never scored: it may belong to an end, and begins nothing of its own."""
    for number, track in enumerate(past.tracks):
        if track.holds(start):
            after, news = _charged(_seen(track, until), key, start, delta, recent)
            return past.changed(number, after), news
    return past, None


def _seen(track: Track, until: int) -> Track:
    """The anomaly as of a moment."""
    return msgspec.structs.replace(track, until=max(track.until, until))


def tell_late(
    track: Track, key: SeriesKey, recent: Sequence[RecentBucket]
) -> tuple[Track, Anomaly | None]:
    """An anomaly that is over, and its record if it is worth telling now and was not told so before."""
    if not track.is_worth_telling:
        return track, None
    return tell_news(track, key, recent, "resolved")


def _charged(
    track: Track, key: SeriesKey, start: int, delta: Decimal, recent: Sequence[RecentBucket]
) -> tuple[Track, Anomaly | None]:
    """A charge of an anomaly's own bucket; one that is retracted stays, to be told again if it comes back."""
    after, news = restated(track, key, start, delta, recent, "resolved")
    if after is None:
        assert news is not None  # noqa: S101 - only a retraction, which is told, forgets an anomaly
        after = over(charged(track, start, delta), news)
    return after, news


def _is_near(track: Track, seen: Observation, quiet: int) -> bool:
    """Whether a bucket is part of the same event: the same way, and no quiet time in between."""
    return (
        track.direction == seen.direction
        and track.started - quiet <= seen.end
        and seen.start <= track.ended + quiet
    )
