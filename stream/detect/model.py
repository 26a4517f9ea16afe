"""The learned part of a series: forecast, usual contributors and measures, and its anomaly."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from alerting.anomaly import Anomaly, RecentBucket
from alerting.lifecycle import Observation, Track, elapsed, observe
from alerting.lifecycle import restated as charged_late
from alerting.past import Past, corrected, forgotten, remembered
from alerting.series import SeriesKey
from alerting.track import charged
from config.thresholds import ThresholdBook
from detectors.contributors import ContributorBaseline
from detectors.engine import Detector
from detectors.fee import FeeDetector
from detectors.registry import new_detector, restore
from detectors.rescoring import rescored
from detectors.verdict import Verdict
from stream.detect.bucket import Band, OpenBucket, Totals
from stream.detect.emit import moment
from stream.detect.outlook import SeriesOutlook
from stream.detect.recent import Recent, Sample
from stream.detect.records import VERSION, ModelRecord

_COST, _REQUESTS = "cost", "requests"
_LATE_MEMORY: Final = 0.98  # of what comes late to a bucket, kept from one bucket to the next


class SeriesModel:
    """Scores, then learns, one closed bucket after the other."""

    __slots__ = (
        "contributors", "detector", "key", "late", "measures", "outlook", "past", "recent", "rule", "step",
        "thresholds", "track",
    )  # fmt: skip

    def __init__(self, key: SeriesKey, step: int, book: ThresholdBook) -> None:
        self.key = key
        self.step = step
        self.detector: Detector | FeeDetector = new_detector(key.charge_kind, step)
        self.contributors = ContributorBaseline()
        self.measures = ContributorBaseline()  # cost and requests of a usual bucket
        self.track: Track | None = None
        self.past = Past()
        self.late = 0.0  # money that comes late to a bucket, usually
        self.recent = Recent()
        self.outlook = SeriesOutlook(key.charge_kind, step)
        self.thresholds, self.rule = book.of(
            key.source, key.team, key.service, key.environment, key.charge_kind
        )

    def close(self, start: int, bucket: OpenBucket) -> tuple[Band, Anomaly | None]:
        """Score and learn a closed bucket; its band, and the anomaly if there is news of it."""
        totals = bucket.totals
        value = float(totals.cost)
        verdict = self.detector.score(start, value, self.thresholds.sensitivity)
        if totals.unpriced_tokens and verdict.direction == "down":
            verdict = _silent(verdict)  # spend without a price is no saving
        self.recent.add(Sample(start, value, verdict.expected, verdict.lower, verdict.upper))
        is_whole = not totals.unpriced_tokens
        self.outlook.take(start, totals.cost, value, verdict.expected, is_whole=is_whole)
        news = None
        actual = bucket.by_dimension()
        if self.track is not None or verdict.score >= self.thresholds.score:
            news = self._observe(start, totals, verdict, actual)
        if is_whole:
            self.detector.learn(start, value)
        self.outlook.turn(start + self.step, self.detector)
        self.contributors.learn(actual)
        self.measures.learn({_COST: value, _REQUESTS: float(totals.requests)})
        self.late *= _LATE_MEMORY
        return Band(verdict.expected, verdict.lower, verdict.upper, verdict.score), news

    def pass_time(self, until: int) -> Anomaly | None:
        """Nothing came up to a moment: an anomaly may be over by it."""
        before = self.track
        if before is None:
            return None
        after, news = elapsed(before, self.key, until, self.thresholds, self._recent())
        self._follow(before, after, news)
        return self.outlook.joined(news, self.detector)

    def restate(
        self, start: int, added: OpenBucket, totals: Totals, band: Band | None, until: int
    ) -> tuple[Band | None, Anomaly | None]:
        """Late charges changed a closed bucket: its new band, and the anomaly that they change or make.

        Args:
            start: of the bucket, epoch seconds.
            added: the late charges.
            totals: of the bucket with them.
            band: under which the bucket was scored; None where it never was.
            until: end of the newest closed bucket, epoch seconds.
        """
        delta = added.totals.cost
        self.outlook.restate(start, delta)
        usual = self.late
        self.late += (1 - _LATE_MEMORY) * max(float(delta), 0.0)
        if band is None:
            return None, self._restate_own(start, delta)
        value = float(totals.cost)
        verdict = rescored(band.expected, band.lower, band.upper, value)
        again = Band(band.expected, band.lower, band.upper, verdict.score)
        before = self.track
        if before is not None and before.started <= start < before.until:
            return again, self._restate_own(start, delta)
        more = (
            usual if verdict.direction == "up" else 0.0
        )  # what always comes late is no correction
        beyond = rescored(band.expected + more, band.lower + more, band.upper + more, value)
        seen = Observation(
            start=start,
            step=self.step,
            actual=totals.cost,
            verdict=beyond,
            contributors=_plus(self._usual(value - float(delta)), added.by_dimension()),
            contributors_expected=self._usual(beyond.expected),
            requests=totals.requests,
            requests_expected=None,
        )
        self.past, news = corrected(
            self.past, self.key, seen, delta, self.thresholds, self.rule, self._recent(), until
        )
        return again, news

    def _restate_own(self, start: int, delta: Decimal) -> Anomaly | None:
        """A late charge of a bucket of the anomaly that is under way."""
        before = self.track
        if before is None:
            return None
        after, news = charged_late(before, self.key, start, delta, self._recent())
        if after is None:  # retracted: a correction of this correction must find it as it is now
            before = charged(before, start, delta)
        self._follow(before, after, news)
        return self.outlook.joined(news, self.detector)

    def renewed(self, fresh: "SeriesModel") -> "SeriesModel":
        """The one that goes on where this one was retired: it knows nothing but what was told."""
        fresh.past = self.past
        fresh.outlook.carry_on(self.outlook)
        return fresh

    def forget(self, before: int) -> bool:
        """Buckets before a moment are not restated any more; whether that changes anything."""
        past = self.past
        if past.tracks:
            self.past = forgotten(past, before)
        return len(self.past.tracks) != len(past.tracks)

    def _follow(self, before: Track | None, after: Track | None, news: Anomaly | None) -> None:
        """Take over what became of an anomaly; one that is over may still be corrected."""
        self.track = after
        if before is not None and news is not None and news.state != "open":
            self.past = remembered(self.past, before, news)

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
            contributors_expected=self._usual(verdict.expected),
            requests=totals.requests,
            requests_expected=_usual_requests(usual, verdict.expected),
        )
        before = self.track
        after, news = observe(before, self.key, seen, self.thresholds, self.rule, self._recent())
        self._follow(before, after, news)
        return self.outlook.joined(news, self.detector)

    def _usual(self, cost: float) -> dict[str, float]:
        """A bucket's cost as its contributors usually share it."""
        return _scaled(self.contributors.expected(), self.measures.expected().get(_COST, 0.0), cost)

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
            self.past.tracks,
            self.late,
            self.past.since,
            self.outlook.to_bytes(),
        )

    def restore(self, record: ModelRecord) -> None:
        """Take over what was kept.

        Raises:
            detectors.errors.StateError: if a part of it cannot be read.
        """
        detector = restore(record.detector)
        contributors = ContributorBaseline.from_bytes(record.contributors)
        measures = ContributorBaseline.from_bytes(record.measures)
        self.outlook.restore(record.outlook, detector)
        self.detector, self.contributors, self.measures = detector, contributors, measures
        self.track, self.recent = record.track, Recent(record.recent)
        self.past, self.late = Past(record.past, record.past_since), record.late


def _silent(verdict: Verdict) -> Verdict:
    return Verdict(
        verdict.expected, verdict.lower, verdict.upper, 0.0, verdict.direction, verdict.channel
    )


def _scaled(usual: Mapping[str, float], mean: float, expected: float) -> dict[str, float]:
    """Usual costs of the contributors, brought from the mean bucket to the forecast one."""
    factor = expected / mean if mean > 0 else 1.0
    return {name: cost * factor for name, cost in usual.items()}


def _plus(left: dict[str, float], right: Mapping[str, float]) -> dict[str, float]:
    """Costs of contributors, added up. What a closed bucket's own were is not kept: they are taken as usual."""
    for name, cost in right.items():
        left[name] = left.get(name, 0.0) + cost
    return left


def _usual_requests(usual: Mapping[str, float], expected: float) -> float | None:
    requests, cost = usual.get(_REQUESTS, 0.0), usual.get(_COST, 0.0)
    return requests * expected / cost if requests > 0 and cost > 0 else None
