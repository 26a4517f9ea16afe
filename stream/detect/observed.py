"""A closed bucket as anomalies see it: what it holds beside what is usual, by its spend or by its unit cost."""

from collections.abc import Mapping

from alerting.observation import Observation
from alerting.track import Track
from alerting.unit_cost import by_unit_cost
from config.detection import Thresholds
from detectors.rarity import Rareness
from detectors.unit_cost import UnitVerdict
from detectors.verdict import Verdict
from stream.detect.bucket import OpenBucket
from stream.detect.usual import Usual


def observed(
    start: int,
    step: int,
    bucket: OpenBucket,
    actual: Mapping[str, float],
    verdict: Verdict,
    rareness: Rareness,
    usual: Usual,
    by_clock: float | None = None,
) -> Observation:
    """The bucket by its spend.

    Args:
        start: of the bucket, epoch seconds.
        step: seconds a bucket.
        bucket: that closed.
        actual: what its contributors cost.
        verdict: what is said of it.
        rareness: how often the series has the like.
        usual: what is usual within the series.
        by_clock: what is usual at its hour by days and weeks.
    """
    models, models_expected = usual.use(bucket, verdict.expected)
    return Observation(
        start=start,
        step=step,
        actual=bucket.totals.cost,
        verdict=verdict,
        contributors=dict(actual),
        contributors_expected=usual.shares(verdict.expected, actual),
        requests=bucket.totals.requests,
        requests_expected=usual.requests(verdict.expected),
        models=models,
        models_expected=models_expected,
        rareness=rareness,
        usual=by_clock,
    )


def observed_by_unit(
    seen: Observation,
    bucket: OpenBucket,
    verdict: UnitVerdict,
    usual: Usual,
    track: Track | None,
    thresholds: Thresholds,
) -> Observation:
    """The bucket by its unit cost, where that says more than its spend does.

    Args:
        seen: the bucket by its spend.
        bucket: that closed.
        verdict: what is thought of its unit cost.
        usual: what is usual within the series.
        track: the pending or open anomaly, if any.
        thresholds: effective thresholds of the series.
    """
    expected = verdict.expected
    _, models = usual.use(bucket, expected)
    shares = usual.shares(expected, seen.contributors)
    return by_unit_cost(track, seen, verdict, shares, thresholds, models)
