"""The learned part of a series: forecast, what is usual within it, and its anomaly."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from alerting.anomaly import Anomaly, RecentBucket
from alerting.beginning import NEW, Beginning, spent, verdict_of
from alerting.ending import LITTLE, Silence, is_told, silence_after
from alerting.lifecycle import Track, elapsed, observe
from alerting.past import Past, forgotten, remembered
from alerting.series import SeriesKey
from alerting.unit_cost import unit_of
from config.thresholds import ThresholdBook
from detectors.calendar import UTC_WEEK, Calendar
from detectors.creep import Creep
from detectors.engine import Detector
from detectors.feedback import Feedback, Mark
from detectors.judge import Judge
from detectors.places import LEARNED
from detectors.rarity import UNKNOWN, Rareness, Rarity
from detectors.registry import new_detector, restore
from detectors.siblings import Lent
from detectors.unit_cost import UnitCost, UnitVerdict
from detectors.verdict import Direction, Verdict
from stream.detect.bucket import Band, OpenBucket, Totals
from stream.detect.emit import moment
from stream.detect.observed import observed, observed_by_unit
from stream.detect.outlook import SeriesOutlook
from stream.detect.packed import VERSION
from stream.detect.recent import Recent
from stream.detect.records import ModelRecord
from stream.detect.usual import Usual

Lender = Callable[[SeriesKey], Lent | None]

_UNUSUAL: Final = 1.0  # score from which a bucket does not say what is usual
_LATE_MEMORY: Final = 0.98  # of what comes late to a bucket, kept from one bucket to the next
LATE_RATE: Final = 1 - _LATE_MEMORY


class SeriesModel:
    """Scores, then learns, one closed bucket after the other."""

    __slots__ = (
        "beginning", "calendar", "creep", "heard", "judge", "key", "late", "lender", "lent", "makeup", "outlook",
        "past", "recent", "rule", "silence", "step", "thresholds", "track", "unit_cost",
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
        self.makeup = Usual()
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
        self.heard: tuple[str, ...] = ()  # ids of the newest acts of people that it knows of
        self.thresholds, self.rule = book.of(
            key.source, key.team, key.service, key.environment, key.charge_kind
        )

    def close(self, start: int, bucket: OpenBucket) -> tuple[Band, Anomaly | None]:
        """Score and learn a closed bucket; its band, and the anomaly if there is news of it."""
        totals, value = bucket.totals, float(bucket.totals.cost)
        is_whole = not totals.unpriced_tokens
        if self.lender is not None and is_whole:
            self.lent, self.lender = self.lender(self.key), None
        self.silence = self._silence(start, totals.cost, value) if is_whole else None
        verdict = self.judge.verdict(start, value, self.thresholds.sensitivity)
        if not is_whole and verdict.direction == "down":
            verdict = _silent(verdict)  # spend without a price is no saving
        actual = bucket.by_dimension()
        said = self._said(start, totals.cost, value, actual, verdict)
        self.recent.add((start, value, said.expected, said.lower, said.upper))
        self.outlook.take(start, totals.cost, value, verdict.expected, is_whole=is_whole)
        by_unit = self._by_unit(start, totals, value) if is_whole and totals.requests else None
        score = said.score if by_unit is None else max(said.score, by_unit.score)
        news = None
        if self.track is not None or score >= self.thresholds.score:
            rareness = self.judge.rareness(start, verdict) if said is verdict else UNKNOWN
            news = self._observe(start, bucket, actual, said, rareness, by_unit)
        if is_whole:
            self._learn(start, value, verdict)
        self.outlook.turn(start + self.step, self.judge.detector)
        if score < _UNUSUAL or said.channel == NEW:
            self.makeup.learn(bucket, actual, value)
        self.late *= _LATE_MEMORY
        return Band(verdict.expected, verdict.lower, verdict.upper, verdict.score), news

    def _silence(self, start: int, cost: Decimal, value: float) -> Silence | None:
        """The silence with one more bucket; none where it costs as much as usual, as nearly all do."""
        usual = self.mean()
        return None if value > LITTLE * usual else silence_after(self.silence, start, cost, usual)

    def _said(
        self, start: int, cost: Decimal, value: float, actual: Mapping[str, float], verdict: Verdict
    ) -> Verdict:
        """What is said of a bucket's spend, with its first days, its end and its weeks in view."""
        if self.beginning is not None:
            self.beginning = spent(self.beginning, start, cost, actual, self.thresholds)
            said = verdict_of(self.beginning, start, verdict, self.track, self.thresholds)
            self._end_first_day(start + self.step)
            return said
        if (
            self.silence is not None
            and self.track is None
            and is_told(self.silence, self.past.tracks)
        ):
            return _silent(verdict)
        if self.creep is None or verdict.score >= self.thresholds.score:
            return verdict
        sensitivity = self.thresholds.sensitivity
        by_days = self.creep.score(start, value, verdict.expected, sensitivity)
        return verdict if by_days is None else by_days

    def _by_unit(self, start: int, totals: Totals, value: float) -> UnitVerdict | None:
        """What its unit cost says of a bucket, which that learns; tokens without a price would make it a cheap one."""
        sensitivity, track = self.thresholds.sensitivity, self.track
        unit = None if track is None else unit_of(track)
        return self.unit_cost.take(start, value, totals.requests, totals.tokens, sensitivity, unit)

    def _learn(self, start: int, value: float, verdict: Verdict) -> None:
        judge = self.judge
        if self.creep is not None:
            self.creep.learn(start, value)
        if self.lent is None or not isinstance(judge.detector, Detector):
            judge.learn(start, value, verdict)
            return
        judge.remember(start, verdict)
        judge.detector = self.lent.learn(judge.detector, start, value)
        if self.lent.is_over:
            self.lent = None

    def mean(self) -> float:
        """What a bucket cost in the last month; 0.0 for fees, which are no buckets in a row."""
        detector = self.judge.detector
        return detector.mean if isinstance(detector, Detector) else 0.0

    def _end_first_day(self, until: int) -> None:
        if self.beginning is not None and self.beginning.is_over(until):
            self.beginning = None

    def _observe(
        self,
        start: int,
        bucket: OpenBucket,
        actual: Mapping[str, float],
        said: Verdict,
        rareness: Rareness,
        by_unit: UnitVerdict | None,
    ) -> Anomaly | None:
        before = self.track
        detector = self.judge.detector
        by_clock = detector.usual(start) if isinstance(detector, Detector) else None
        seen = observed(start, self.step, bucket, actual, said, rareness, self.makeup, by_clock)
        if by_unit is not None:
            seen = observed_by_unit(seen, bucket, by_unit, self.makeup, before, self.thresholds)
        after, news = observe(before, self.key, seen, self.thresholds, self.rule, self.chart())
        return self.follow(before, after, news)

    def pass_time(self, until: int) -> Anomaly | None:
        """Nothing came up to a moment: an anomaly may be over by it."""
        self._end_first_day(until)
        before = self.track
        if before is None:
            return None
        after, news = elapsed(before, self.key, until, self.thresholds, self.chart())
        return self.follow(before, after, news)

    def renewed(self, fresh: "SeriesModel") -> "SeriesModel":
        """The one that goes on where this one was retired: it knows nothing but what was told."""
        fresh.past = self.past
        fresh.judge.hear(self.judge.feedback)
        fresh.heard = self.heard
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
        if not past.tracks:
            return False
        self.past = forgotten(past, before)
        return len(self.past.tracks) != len(past.tracks)

    def follow(
        self, before: Track | None, after: Track | None, news: Anomaly | None
    ) -> Anomaly | None:
        """Take over what became of an anomaly, which may still be corrected when it is over; news of it as it is told."""
        self.track = after
        if before is not None and news is not None and news.state != "open":
            self.past = remembered(self.past, before, news)
        return self.outlook.joined(news, self.judge.detector)

    def usual(self, cost: float) -> dict[str, float]:
        """A bucket's cost as its contributors usually share it."""
        return self.makeup.shares(cost)

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
        judge, (contributors, measures, mix) = self.judge, self.makeup.state()
        return ModelRecord(
            VERSION,
            judge.detector.to_bytes(),
            contributors,
            measures,
            self.track,
            self.recent.to_bytes(),
            self.past.tracks,
            self.late,
            self.past.since,
            mix,
            self.unit_cost.to_bytes(),
            b"" if self.lent is None else self.lent.to_bytes(),
            self.beginning,
            self.silence,
            b"" if self.creep is None else self.creep.to_bytes(),
            judge.rarity.to_bytes(),
            judge.feedback.to_bytes(),
            self.outlook.to_bytes(),
            self.heard,
        )

    def restore(self, record: ModelRecord) -> None:
        """Take over what was kept.

        Raises:
            detectors.errors.StateError: if a part of it cannot be read.
        """
        detector = restore(record.detector, self.calendar)
        makeup = Usual.of((record.contributors, record.measures, record.mix))
        unit_cost = (
            UnitCost.from_bytes(record.unit_cost) if record.unit_cost else UnitCost(self.step)
        )
        if record.creep and self.creep is not None:
            self.creep = Creep.from_bytes(record.creep)
        rarity, feedback = Rarity.from_bytes(record.rarity), Feedback.from_bytes(record.feedback)
        self.judge = Judge(detector, rarity, feedback)
        self.makeup, self.unit_cost = makeup, unit_cost
        self.outlook.restore(record.outlook, detector)
        self.track, self.recent = record.track, Recent(record.recent)
        self.past, self.late = Past(record.past, record.past_since), record.late
        self.beginning, self.silence = record.beginning, record.silence
        self.heard = record.heard
        self.lent = Lent.from_bytes(record.lent, self.calendar) if record.lent else None
        if not isinstance(detector, Detector) or detector.learned.numbers[LEARNED]:
            self.lender = None


def _silent(verdict: Verdict) -> Verdict:
    return Verdict(
        verdict.expected, verdict.lower, verdict.upper, 0.0, verdict.direction, verdict.channel
    )
