"""The learned part of a series: forecast, usual contributors and measures, and its anomaly."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from alerting.anomaly import Anomaly, RecentBucket
from alerting.beginning import NEW, Beginning, spent, verdict_of
from alerting.ending import Silence, is_told, silence_after
from alerting.lifecycle import Observation, Track, elapsed, observe
from alerting.lifecycle import restated as charged_late
from alerting.past import Past, charged_after, corrected, forgotten, remembered
from alerting.series import SeriesKey
from alerting.track import charged
from alerting.unit_cost import by_unit_cost, unit_of, used_late
from config.thresholds import ThresholdBook
from detectors.calendar import UTC_WEEK, Calendar
from detectors.contributors import ContributorBaseline
from detectors.creep import Creep
from detectors.engine import Detector
from detectors.feedback import Feedback, Mark
from detectors.judge import Judge
from detectors.measures import Measures
from detectors.places import LEARNED, MEAN
from detectors.rarity import UNKNOWN, Rareness, Rarity
from detectors.registry import new_detector, restore
from detectors.rescoring import rescored
from detectors.siblings import Lent
from detectors.token_mix import TokenMix
from detectors.unit_cost import UnitCost, UnitVerdict
from detectors.verdict import Direction, Verdict
from stream.detect.bucket import Band, OpenBucket, Totals
from stream.detect.emit import moment
from stream.detect.outlook import SeriesOutlook
from stream.detect.packed import VERSION
from stream.detect.recent import Recent, Sample
from stream.detect.records import ModelRecord

Lender = Callable[[SeriesKey], Lent | None]

_COST, _REQUESTS = "cost", "requests"
_UNUSUAL: Final = 1.0  # score from which a bucket does not say what is usual
_NEXT_TO_NOTHING: Final = 0.02  # share of a cost: a forecast below it is of a series that begins
_LATE_MEMORY: Final = 0.98  # of what comes late to a bucket, kept from one bucket to the next


class SeriesModel:
    """Scores, then learns, one closed bucket after the other."""

    __slots__ = (
        "beginning", "calendar", "contributors", "creep", "judge", "key", "late", "lender", "lent",
        "measures", "mix", "outlook", "past", "recent", "rule", "silence", "step", "thresholds", "track",
        "unit_cost",
    )  # fmt: skip

    def __init__(
        self,
        key: SeriesKey,
        step: int,
        book: ThresholdBook,
        calendar: Calendar = UTC_WEEK,
        lender: Lender | None = None,
    ) -> None:
        self.key = key
        self.step = step
        self.calendar = calendar
        self.judge = Judge(new_detector(key.charge_kind, step, calendar))
        self.contributors = ContributorBaseline()
        self.measures = ContributorBaseline()  # cost and requests of a usual bucket
        self.mix: TokenMix | None = None  # only of series whose use is measured
        self.unit_cost = UnitCost(step)
        self.creep = Creep(step) if isinstance(self.judge.detector, Detector) else None
        self.track: Track | None = None
        self.past = Past()
        self.late = 0.0  # money that comes late to a bucket, usually
        self.recent = Recent()
        self.beginning: Beginning | None = None  # the first day, where it is news
        self.silence: Silence | None = None  # where next to nothing comes
        self.lender = lender  # asked when the first bucket closes that is learned
        self.lent: Lent | None = None
        self.outlook = SeriesOutlook(key.charge_kind, step)
        self.thresholds, self.rule = book.of(
            key.source, key.team, key.service, key.environment, key.charge_kind
        )

    def close(self, start: int, bucket: OpenBucket) -> tuple[Band, Anomaly | None]:
        """Score and learn a closed bucket; its band, and the anomaly if there is news of it."""
        totals = bucket.totals
        value = float(totals.cost)
        if self.lender is not None and not totals.unpriced_tokens:
            self.lent, self.lender = self.lender(self.key), None
        self.silence = (
            None
            if totals.unpriced_tokens
            else silence_after(self.silence, start, totals.cost, self._mean())
        )
        verdict = self.judge.verdict(start, value, self.thresholds.sensitivity)
        if totals.unpriced_tokens and verdict.direction == "down":
            verdict = _silent(verdict)  # spend without a price is no saving
        actual = bucket.by_dimension()
        said = self._said(start, bucket, actual, verdict)
        self.recent.add(Sample(start, value, said.expected, said.lower, said.upper))
        is_whole = not totals.unpriced_tokens
        self.outlook.take(start, totals.cost, value, verdict.expected, is_whole=is_whole)
        by_unit = self._by_unit(start, totals) if totals.requests else None
        score = said.score if by_unit is None else max(said.score, by_unit.score)
        news = None
        if self.track is not None or score >= self.thresholds.score:
            rareness = self.judge.rareness(start, verdict) if said is verdict else UNKNOWN
            news = self._observe(start, bucket, said, actual, by_unit, rareness)
        if is_whole:
            self._learn(start, totals, verdict)
        self.outlook.turn(start + self.step, self.judge.detector)
        if score < _UNUSUAL or said.channel == NEW:
            self._learn_usual(bucket, actual)
        self.late *= _LATE_MEMORY
        return Band(verdict.expected, verdict.lower, verdict.upper, verdict.score), news

    def _said(
        self, start: int, bucket: OpenBucket, actual: Mapping[str, float], verdict: Verdict
    ) -> Verdict:
        """What is said of a bucket's spend, with its first days, its end and its weeks in view."""
        cost = bucket.totals.cost
        if self.beginning is not None:
            self.beginning = spent(self.beginning, start, cost, actual, self.thresholds)
            said = verdict_of(self.beginning, start, verdict, self.track, self.thresholds)
            self._end_first_day(start + self.step)
            return said
        if self.track is None and is_told(self.silence, self.past.tracks):
            return _silent(verdict)
        if self.creep is None or verdict.score >= self.thresholds.score:
            return verdict
        by_days = self.creep.score(
            start, float(cost), verdict.expected, self.thresholds.sensitivity
        )
        return verdict if by_days is None else by_days

    def _by_unit(self, start: int, totals: Totals) -> UnitVerdict | None:
        """What its unit cost says of a bucket; tokens without a price would make it a cheap one."""
        if totals.unpriced_tokens:
            return None
        return self.unit_cost.score(
            start,
            float(totals.cost),
            totals.requests,
            totals.tokens,
            self.thresholds.sensitivity,
            unit_of(self.track),
        )

    def _learn(self, start: int, totals: Totals, verdict: Verdict) -> None:
        value, judge = float(totals.cost), self.judge
        if self.creep is not None:
            self.creep.learn(start, value)
        if totals.requests:
            self.unit_cost.learn(start, value, totals.requests, totals.tokens)
        if self.lent is None or not isinstance(judge.detector, Detector):
            judge.learn(start, value, verdict)
            return
        judge.remember(start, verdict)
        judge.detector = self.lent.learn(judge.detector, start, value)
        if self.lent.is_over:
            self.lent = None

    def _learn_usual(self, bucket: OpenBucket, actual: Mapping[str, float]) -> None:
        """Learn what makes up a usual bucket: an anomaly must not become what it is compared with."""
        totals = bucket.totals
        self.contributors.learn(actual)
        self.measures.learn({_COST: float(totals.cost), _REQUESTS: float(totals.requests)})
        if bucket.models:
            self.mix = self.mix or TokenMix()
            self.mix.learn(bucket.models)

    def _mean(self) -> float:
        """What a bucket cost in the last month; 0.0 for fees, which are no buckets in a row."""
        detector = self.judge.detector
        return detector.learned.numbers[MEAN] if isinstance(detector, Detector) else 0.0

    def _end_first_day(self, until: int) -> None:
        if self.beginning is not None and self.beginning.is_over(until):
            self.beginning = None

    def pass_time(self, until: int) -> Anomaly | None:
        """Nothing came up to a moment: an anomaly may be over by it."""
        self._end_first_day(until)
        before = self.track
        if before is None:
            return None
        after, news = elapsed(before, self.key, until, self.thresholds, self.chart())
        self._follow(before, after, news)
        return self.outlook.joined(news, self.judge.detector)

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
        self._use_late(start, added.totals)
        self.outlook.restate(start, delta)
        usual = self.late
        self.late += (1 - _LATE_MEMORY) * max(float(delta), 0.0)
        if self.silence is not None and start >= self.silence.since:
            self.silence = silence_after(self.silence, start, delta, self._mean())
        if band is None:
            return None, self._restate_unscored(start, added, until)
        value = float(totals.cost)
        verdict = rescored(band.expected, band.lower, band.upper, value)
        again = Band(band.expected, band.lower, band.upper, verdict.score)
        if self._belongs_to_first_day(start, added):
            return again, None
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
            contributors=_plus(self.usual(value - float(delta)), added.by_dimension()),
            contributors_expected=self.usual(beyond.expected),
            requests=totals.requests,
            requests_expected=None,
        )
        self.past, news = corrected(
            self.past, self.key, seen, delta, self.thresholds, self.rule, self.chart(), until
        )
        return again, news

    def _use_late(self, start: int, added: Totals) -> None:
        """Usage that comes late to a bucket of an anomaly of unit cost is expected at its usual cost."""
        if not added.requests:
            return
        late = start, added.cost, added.requests, added.tokens
        if self.track is not None:
            self.track = used_late(self.track, *late)
        tracks = tuple(used_late(track, *late) for track in self.past.tracks)
        self.past = Past(tracks, self.past.since)

    def _restate_unscored(self, start: int, added: OpenBucket, until: int) -> Anomaly | None:
        """Late charges of a bucket without a forecast begin no anomaly, but may belong to one."""
        delta, before = added.totals.cost, self.track
        if self._belongs_to_first_day(start, added):
            return None
        if before is not None and before.started <= start < before.until:
            return self._restate_own(start, delta)
        self.past, news = charged_after(self.past, self.key, start, delta, self.chart(), until)
        return news

    def _belongs_to_first_day(self, start: int, added: OpenBucket) -> bool:
        """Whether late charges are of the first day, of which nothing was told yet; they are added to it."""
        beginning = self.beginning
        if beginning is None or not beginning.is_waiting_for(start):
            return False
        costs = added.by_dimension()
        self.beginning = spent(beginning, start, added.totals.cost, costs, self.thresholds)
        return True

    def _restate_own(self, start: int, delta: Decimal) -> Anomaly | None:
        """A late charge of a bucket of the anomaly that is under way."""
        before = self.track
        if before is None:
            return None
        after, news = charged_late(before, self.key, start, delta, self.chart())
        if after is None:  # retracted: a correction of this correction must find it as it is now
            before = charged(before, start, delta)
        self._follow(before, after, news)
        return self.outlook.joined(news, self.judge.detector)

    def renewed(self, fresh: "SeriesModel") -> "SeriesModel":
        """The one that goes on where this one was retired: it knows nothing but what was told."""
        fresh.past = self.past
        fresh.judge.hear(self.judge.feedback)
        fresh.outlook.carry_on(self.outlook)
        return fresh

    def hear(self, mark: Mark) -> None:
        """What was said of one of its anomalies: from the next bucket on its alerts take more or less evidence."""
        self.judge.hear(self.judge.feedback.plus(mark))

    def unhear(self, started: int, direction: Direction) -> None:
        """Take back what was said of an anomaly; ``started`` is the start by which it is known, epoch seconds."""
        self.judge.hear(self.judge.feedback.minus(started, direction))

    def forget(self, before: int) -> bool:
        """Buckets before a moment are not restated any more; whether that changes anything.

        The fall with which a silence began is kept until it is clear whether it is an end.
        """
        past, silence = self.past, self.silence
        if silence is not None and not silence.told:
            before = min(before, silence.since)
        if past.tracks:
            self.past = forgotten(past, before)
        return len(self.past.tracks) != len(past.tracks)

    def _follow(self, before: Track | None, after: Track | None, news: Anomaly | None) -> None:
        """Take over what became of an anomaly; one that is over may still be corrected."""
        self.track = after
        if before is not None and news is not None and news.state != "open":
            self.past = remembered(self.past, before, news)

    def _observe(
        self,
        start: int,
        bucket: OpenBucket,
        verdict: Verdict,
        actual: Mapping[str, float],
        by_unit: UnitVerdict | None,
        rareness: Rareness,
    ) -> Anomaly | None:
        totals, usual = bucket.totals, self.measures.expected()
        models, models_expected = self._use(bucket, verdict.expected)
        seen = Observation(
            start=start,
            step=self.step,
            actual=totals.cost,
            verdict=verdict,
            contributors=dict(actual),
            contributors_expected=self.usual(verdict.expected, actual),
            requests=totals.requests,
            requests_expected=_usual_requests(usual, verdict.expected),
            models=models,
            models_expected=models_expected,
            rareness=rareness,
        )
        before = self.track
        if by_unit is not None:
            expected = by_unit.expected
            _, usual_models = self._use(bucket, expected)
            seen = by_unit_cost(
                before, seen, by_unit, self.usual(expected, actual), self.thresholds, usual_models
            )
        after, news = observe(before, self.key, seen, self.thresholds, self.rule, self.chart())
        self._follow(before, after, news)
        return self.outlook.joined(news, self.judge.detector)

    def usual(self, cost: float, names: Iterable[str] = ()) -> dict[str, float]:
        """A bucket's cost as its contributors usually share it, also those of the names."""
        usual = self.contributors.expected(names)
        return _scaled(usual, self.measures.expected().get(_COST, 0.0), cost)

    def _use(
        self, bucket: OpenBucket, cost: float
    ) -> tuple[dict[str, Measures], dict[str, Measures]]:
        """What models were used for, and are at a cost usually; nothing where what is usual is not known."""
        usual = {} if self.mix is None else self.mix.expected(cost)
        if not usual and cost > _NEXT_TO_NOTHING * float(bucket.totals.cost):
            return {}, {}
        return bucket.models, usual

    def chart(self) -> Sequence[RecentBucket]:
        """The newest buckets."""
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
            self.judge.detector.to_bytes(),
            self.contributors.to_bytes(),
            self.measures.to_bytes(),
            self.track,
            self.recent.to_bytes(),
            self.past.tracks,
            self.late,
            self.past.since,
            b"" if self.mix is None else self.mix.to_bytes(),
            self.unit_cost.to_bytes(),
            b"" if self.lent is None else self.lent.to_bytes(),
            self.beginning,
            self.silence,
            b"" if self.creep is None else self.creep.to_bytes(),
            self.judge.rarity.to_bytes(),
            self.judge.feedback.to_bytes(),
            self.outlook.to_bytes(),
        )

    def restore(self, record: ModelRecord) -> None:
        """Take over what was kept.

        Raises:
            detectors.errors.StateError: if a part of it cannot be read.
        """
        detector = restore(record.detector, self.calendar)
        contributors = ContributorBaseline.from_bytes(record.contributors)
        measures = ContributorBaseline.from_bytes(record.measures)
        mix = TokenMix.from_bytes(record.mix) if record.mix else None
        unit_cost = (
            UnitCost.from_bytes(record.unit_cost) if record.unit_cost else UnitCost(self.step)
        )
        if record.creep and self.creep is not None:
            self.creep = Creep.from_bytes(record.creep)
        self.unit_cost = unit_cost
        rarity, feedback = Rarity.from_bytes(record.rarity), Feedback.from_bytes(record.feedback)
        self.judge = Judge(detector, rarity, feedback)
        self.contributors, self.measures = contributors, measures
        self.mix = mix
        self.outlook.restore(record.outlook, detector)
        self.track, self.recent = record.track, Recent(record.recent)
        self.past, self.late = Past(record.past, record.past_since), record.late
        self.beginning, self.silence = record.beginning, record.silence
        self.lent = Lent.from_bytes(record.lent, self.calendar) if record.lent else None
        if not isinstance(detector, Detector) or detector.learned.numbers[LEARNED]:
            self.lender = None


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
