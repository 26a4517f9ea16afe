"""When a bucket is told by its unit cost instead of its spend, and what late charges make of that."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from alerting.money import add, from_float
from alerting.observation import Observation, Sums
from alerting.track import Track
from alerting.unit_sums import UnitSums
from config.detection import Thresholds
from detectors.measures import Measures
from detectors.rarity import UNKNOWN
from detectors.unit_cost import CHANNEL, Unit, UnitVerdict
from detectors.verdict import Verdict


def unit_of(track: Track | None) -> Unit | None:
    """The unit by which an anomaly is told, if its unit cost is the strongest evidence."""
    if track is None or track.counted.unit is None or track.channel != CHANNEL:
        return None
    return track.counted.unit.unit


def by_unit_cost(
    track: Track | None,
    seen: Observation,
    verdict: UnitVerdict,
    usual: Mapping[str, float],
    thresholds: Thresholds,
    models: Mapping[str, Measures] | None = None,
) -> Observation:
    """The bucket as its unit cost shows it, where that says more than its spend does.

    A rise of spend is told as such. Where there is none, a rise of unit cost is told, also beside a fall of spend: the
    money is what came beyond *usual unit cost times the volume that came*. While an anomaly of unit cost lasts, its
    buckets are seen by it.

    Args:
        track: the pending or open anomaly, if any.
        seen: the bucket by its spend.
        verdict: what is thought of its unit cost.
        usual: what contributors usually cost in a bucket of ``verdict.expected``.
        thresholds: effective thresholds of the series.
        models: what models are usually used for in a bucket of ``verdict.expected``.
    """
    spend_tells = seen.is_anomalous(thresholds)
    if spend_tells and seen.direction == "up":
        return seen
    expected = from_float(verdict.expected)
    by_unit = msgspec.structs.replace(
        seen,
        verdict=Verdict(
            verdict.expected, seen.verdict.lower, seen.verdict.upper, verdict.score, "up", CHANNEL
        ),
        contributors_expected=dict(usual),
        models_expected=dict(models or {}),
        rareness=UNKNOWN,
        unit=UnitSums(verdict.unit, verdict.volume, seen.actual, expected),
    )
    if by_unit.is_anomalous(thresholds):
        return by_unit
    return seen if spend_tells or unit_of(track) is None else by_unit


def used_late(track: Track, start: int, delta: Decimal, requests: int, tokens: int) -> Track:
    """An anomaly of unit cost before a late charge counts for it: its volume is expected at usual unit cost.

    Without this, usage that comes late would be all impact. What else the charge changes is the business of
    `alerting.track.charged`.

    Args:
        track: any anomaly; only one of unit cost changes.
        start: of the bucket that the charge belongs to, epoch seconds.
        delta: the charge's cost.
        requests: that came with it.
        tokens: that came with it.
    """
    unit = track.counted.unit
    inside = track.started <= start < track.until and start not in track.left_out
    if unit is None or unit_of(track) is None or not inside:
        return track
    volume = float(requests) if unit.unit == "request" else tokens / 1000.0
    if unit.volume + volume <= 0:
        return track  # a correction that takes all back: nothing is left to compare with
    late = UnitSums(unit.unit, volume, delta, from_float(unit.usual * volume))
    if start >= track.ended:
        return msgspec.structs.replace(track, tail=_with(track.tail, late))
    is_newest = start == track.ended - track.step
    return msgspec.structs.replace(
        track,
        counted=_with(track.counted, late),
        newest=_with(track.newest, late) if is_newest else track.newest,
    )


def _with(sums: Sums, late: UnitSums) -> Sums:
    """Sums that expect more; their cost grows when the charge is counted."""
    unit = sums.unit
    return msgspec.structs.replace(
        sums,
        expected=add(sums.expected, late.expected),
        unit=None if unit is None else unit.plus(late),
    )
