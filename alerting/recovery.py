"""When spend is back to normal although its anomaly is not over: good news that nobody should wait for.

It is told after a part of the quiet time that ends an anomaly, so that who repaired something sees at once that it
worked. Spend that comes and goes is not told each time: every further recovery takes twice the quiet time of the
one before, and one that takes as long as the end is not told at all.

What is quiet is not always back: a forecast that has followed spend to its new level finds nothing unusual there.
So spend itself must have come most of the way to what it was before (`alerting.level`). Where that is not known, as in
the first day of a series, the end is told alone.
"""

from typing import Final

import msgspec

from alerting.track import Track
from config.detection import Thresholds

_PART: Final = 4  # of the quiet time that ends an anomaly
_BUCKETS: Final = 2  # at least: one quiet bucket is chance


def quiet_needed(track: Track, thresholds: Thresholds) -> int:
    """Seconds without an anomalous bucket after which spend is said to be back; longer after each time it was."""
    least = max(_BUCKETS * track.step, thresholds.resolve_after // _PART)
    return int(least * 2**track.recoveries)


def recovered(track: Track, until: int, thresholds: Thresholds) -> Track:
    """An anomaly that is worth telling, with whether spend is back to normal.

    Args:
        track: the pending or open anomaly.
        until: the watermark in epoch seconds.
        thresholds: effective thresholds of the series.
    """
    if track.recovered or not (track.is_open and track.is_back):
        return track
    if until - track.ended < quiet_needed(track, thresholds):
        return track
    return msgspec.structs.replace(track, recovered=True, recoveries=track.recoveries + 1)
