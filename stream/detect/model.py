"""The learned part of a series: forecast, usual contributors and measures, and its anomaly."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from alerting.anomaly import Anomaly, RecentBucket
from alerting.lifecycle import Observation, Track, elapsed, observe, restated
from alerting.series import SeriesKey
from config.detection import Detection, Thresholds
from config.thresholds import thresholds_for
from detectors.contributors import ContributorBaseline
from detectors.engine import Detector
from detectors.fee import FeeDetector
from detectors.registry import new_detector, restore
from detectors.verdict import Verdict
from stream.detect.bucket import Band, OpenBucket, Totals
from stream.detect.emit import moment
from stream.detect.recent import Recent, Sample
from stream.detect.records import VERSION, ModelRecord

_COST, _REQUESTS = "cost", "requests"


class SeriesModel:
    """Scores, then learns, one closed bucket after the other."""

    def __init__(self, key: SeriesKey, step: int, detection: Detection) -> None:
        self.key = key
        self.step = step
        self.detector: Detector | FeeDetector = new_detector(key.charge_kind, step)
        self.contributors = ContributorBaseline()
        self.measures = ContributorBaseline()  # cost and requests of a usual bucket
        self.track: Track | None = None
        self.recent = Recent()
        self.thresholds: Thresholds
        self.rule: str
        self.thresholds, self.rule = thresholds_for(
            detection,
            source=key.source,
            team=key.team,
            service=key.service,
            environment=key.environment,
            charge_kind=key.charge_kind,
        )

    def close(self, start: int, bucket: OpenBucket) -> tuple[Band, Anomaly | None]:
        """Score and learn a closed bucket; its band, and the anomaly if there is news of it."""
        totals = bucket.totals
        value = float(totals.cost)
        verdict = self.detector.score(start, value, self.thresholds.sensitivity)
        if totals.unpriced_tokens and verdict.direction == "down":
            verdict = _silent(verdict)  # spend without a price is no saving
        self.recent.add(Sample(start, value, verdict.expected, verdict.lower, verdict.upper))
        news = None
        actual = bucket.by_dimension()
        if self.track is not None or verdict.score >= self.thresholds.score:
            news = self._observe(start, totals, verdict, actual)
        if not totals.unpriced_tokens:
            self.detector.learn(start, value)
        self.contributors.learn(actual)
        self.measures.learn({_COST: value, _REQUESTS: float(totals.requests)})
        return Band(verdict.expected, verdict.lower, verdict.upper, verdict.score), news

    def pass_time(self, until: int) -> Anomaly | None:
        """Nothing came up to a moment: an anomaly may be over by it."""
        if self.track is None:
            return None
        self.track, news = elapsed(self.track, self.key, until, self.thresholds, self._recent())
        return news

    def restate(self, start: int, delta: Decimal) -> Anomaly | None:
        """A late charge changed a closed bucket; the anomaly, if it belongs to it."""
        if self.track is None:
            return None
        self.track, news = restated(self.track, self.key, start, delta, self._recent())
        return news

    def _observe(
        self, start: int, totals: Totals, verdict: Verdict, actual: Mapping[str, float]
    ) -> Anomaly | None:
        usual = self.measures.expected()
        seen = Observation(
            start=start,
            step=self.step,
            actual=totals.cost,
            verdict=verdict,
            contributors=dict(actual),
            contributors_expected=_scaled(
                self.contributors.expected(), usual.get(_COST, 0.0), verdict.expected
            ),
            requests=totals.requests,
            requests_expected=_usual_requests(usual, verdict.expected),
        )
        self.track, news = observe(
            self.track, self.key, seen, self.thresholds, self.rule, self._recent()
        )
        return news

    def _recent(self) -> Sequence[RecentBucket]:
        return [
            RecentBucket(
                start=moment(start), actual=actual, expected=expected, lower=lower, upper=upper
            )
            for start, actual, expected, lower, upper in self.recent.samples()
        ]

    def record(self) -> ModelRecord:
        """What is kept of it."""
        return ModelRecord(
            VERSION,
            self.detector.to_bytes(),
            self.contributors.to_bytes(),
            self.measures.to_bytes(),
            self.track,
            self.recent.to_bytes(),
        )

    def restore(self, record: ModelRecord) -> None:
        """Take over what was kept.

        Raises:
            detectors.errors.StateError: if a part of it cannot be read.
        """
        detector = restore(record.detector)
        contributors = ContributorBaseline.from_bytes(record.contributors)
        measures = ContributorBaseline.from_bytes(record.measures)
        self.detector, self.contributors, self.measures = detector, contributors, measures
        self.track, self.recent = record.track, Recent(record.recent)


def _silent(verdict: Verdict) -> Verdict:
    return Verdict(
        verdict.expected, verdict.lower, verdict.upper, 0.0, verdict.direction, verdict.channel
    )


def _scaled(usual: Mapping[str, float], mean: float, expected: float) -> dict[str, float]:
    """Usual costs of the contributors, brought from the mean bucket to the forecast one."""
    factor = expected / mean if mean > 0 else 1.0
    return {name: cost * factor for name, cost in usual.items()}


def _usual_requests(usual: Mapping[str, float], expected: float) -> float | None:
    requests, cost = usual.get(_REQUESTS, 0.0), usual.get(_COST, 0.0)
    return requests * expected / cost if requests > 0 and cost > 0 else None
