"""The detector of usage: one dense series, a point each bucket, zeros included.

Two channels look at how far a point lies from its forecast, in units of the usual distance: the point alone
(a spike) and its sum with the ones before (a shift). Each knows how rare such a distance is on this series.
Others compare it with what a forecast forgets: the hours of a fortnight, the same hours of a week, a month.
The strongest channel is the score, and the band is where none of them alerts. One configuration serves all
series. How it works and how well is told in docs/detection.md.
"""

from math import inf
from typing import Self, TypeAlias

from config.detection import Sensitivity
from detectors import absence, again, forecaster, memories
from detectors.ahead import Ahead, ahead
from detectors.asked import USUAL, Asked
from detectors.bar import WARM_UP, bars_at
from detectors.calendar import UTC_WEEK, Calendar
from detectors.errors import StateError
from detectors.evidence import Evidence
from detectors.forecaster import Candidates
from detectors.fortnight import SameHours
from detectors.jobs import Jobs
from detectors.learned import Learned, checked, nothing, saved
from detectors.memories import NO_RAMPS, Ramps
from detectors.parts import parts_of
from detectors.places import KNOWN, LEARNED, MEAN, MEDIAN, SHIFT, SIGNED, SIZE, SURGE
from detectors.profile import Usual
from detectors.recurrence import FAR
from detectors.root import from_root, is_amount, to_root
from detectors.seasons import HOUR
from detectors.spread import spread_around
from detectors.teaching import Points, factor_of, teach, teach_gap
from detectors.verdict import Verdict
from detectors.versions import found_in

STEPS = range(60, 86_401)  # seconds a bucket
_CLIP = 3.0  # deviations; an anomaly is learned as this much at most, so that it does not become the forecast
_CLIP_FROM = 20  # points; before, the first levels are found out


_View: TypeAlias = tuple[int, float, float, Usual, Candidates, bool]
"""What is expected of a bucket, on the square-root scale: its time; forecast and spread; what is usual in the profiles;
what each forecaster expects; and whether it lies in the return to work, or to rest, after a week without."""


class Detector:
    """Forecasts and scores the points of one series, then learns them.

    Args:
        step: seconds a bucket, 60 to 86,400.
        calendar: which days are weekends and holidays, and by which clock. It is no part of what is learned.

    >>> detector = Detector(step=3600)
    >>> for hour in range(24 * 14):
    ...     detector.learn(hour * 3600, 20.0 + hour % 24)
    >>> verdict = detector.score(24 * 14 * 3600, 60.0)
    >>> round(verdict.expected), verdict.score > 1.0, verdict.direction, verdict.channel
    (20, True, 'up', 'spike')
    """

    __slots__ = (
        "_calendar", "_hours", "_jobs", "_numbers", "_parts", "_rows", "_same", "_seen",
    )  # fmt: skip

    def __init__(self, step: int, calendar: Calendar = UTC_WEEK) -> None:
        if step not in STEPS:
            raise ValueError(f"a bucket of {step} s; detectors take 60 to 86400")
        self._parts = parts_of(step)
        self._calendar = calendar
        self._take(nothing())
        self._seen: _View | None = None  # what a point was scored by, until it is learned
        self._same: SameHours | None = None  # of the hour that was asked for last

    def _take(self, learned: Learned) -> None:
        self._numbers, self._rows, self._hours, excursions, occasions = learned
        self._jobs = Jobs(self._parts.step, self._calendar, excursions, occasions)

    def forecast(self, time: int) -> float:
        """The amount that is expected of the bucket that starts at ``time``; 0.0 before any point."""
        return from_root(self._view(time)[1])

    def usual(self, time: int) -> float | None:
        """What is usual in a bucket by the days and weeks before, wherever the series stands of late; None: not known."""
        day, week, _ = self._view(time)[3]
        root = day if week is None else week
        return None if root is None else from_root(root)

    def ahead(self, time: int) -> Ahead:
        """The amounts that are expected from a moment on, where a bucket begins: of the day and of later ones."""
        return ahead(self._numbers, self._rows, self._parts.step, time, self._calendar)

    def score(
        self,
        time: int,
        value: float,
        sensitivity: Sensitivity = "normal",
        asked: Asked = USUAL,
    ) -> Verdict:
        """What is thought of a point before it is learned; changes nothing.

        Args:
            time: start of the bucket, in epoch seconds (UTC).
            value: its amount; one that is not finite scores 0.
            sensitivity: ``low`` asks for 1.4 times the evidence, ``high`` for 0.7 of it.
            asked: times that, of a rise and of a fall.
        """
        view = self._view(time)
        if not is_amount(value):
            return self._verdict(view, from_root(view[1]), sensitivity, asked)
        if self._knows_nothing():
            return Verdict(value, min(value, 0.0), max(10 * value, 0.0), 0.0, "up", "spike")
        return self._verdict(view, value, sensitivity, asked)

    def learn(self, time: int, value: float) -> None:
        """Takes in a point; one that is not finite is left out."""
        if not is_amount(value):
            return
        numbers, parts = self._numbers, self._parts
        _, forecast, spread, expected, candidates, _ = self._view(time)
        learned = numbers[LEARNED]
        root = to_root(value)
        residual = root - forecast if learned else 0.0
        deviation = residual / spread
        surge = parts.surge.learn(numbers, deviation)
        if learned >= WARM_UP:
            parts.tail.learn(numbers, deviation)
            parts.surge.tail.learn(numbers, surge)
            if not -FAR < deviation < FAR:
                self._jobs.learn(time, value, deviation, numbers[MEDIAN])
            shift = numbers[SHIFT] = parts.shift.learned(numbers[SHIFT], deviation)
            parts.shift_tail.learn(numbers, shift / parts.shift.unit)
        clipped, limit = residual, _CLIP * spread
        if learned >= _CLIP_FROM and not -limit <= residual <= limit:
            clipped = limit if residual > 0 else -limit
        usual, away = root - residual + clipped, abs(clipped)
        parts.spread.learn(numbers, root, away)
        parts.forecaster.learn(numbers, usual, candidates, expected)
        parts.profiles.learn(numbers, self._rows, time, usual, away, self._calendar)
        gap = parts.acceptance.learn(numbers, deviation, residual)
        if gap is not None:
            forecaster.move(numbers, gap)
            numbers[SHIFT] = numbers[SURGE] = 0.0
        self._remember(time, value, from_root(forecast))
        numbers[LEARNED] = learned + 1.0
        self._seen = None

    def teach(self, since: int, newest: Points, expected: float) -> float | None:
        """Takes the level of the newest buckets as usual, as somebody said that it is.

        Args:
            since: when the level began, epoch seconds.
            newest: buckets at that level which were learned, the newest ones, oldest first.
            expected: what was expected of them together when they came.

        Returns:
            the level as a multiple of the one before; None if it is none.
        """
        numbers, newest = self._numbers, [one for one in newest if is_amount(one[1])]
        if not newest:
            return None
        factor = factor_of(sum(amount for _, amount in newest), expected)
        if factor is not None and not numbers[SIGNED]:
            teach(self.learned, self._parts, self._calendar, since, newest, factor)
        else:
            factor = None
            time, amount = newest[-1]
            teach_gap(self.learned, to_root(amount) - self._look(time)[1])
        self._seen = self._same = None
        return factor

    def _remember(self, time: int, value: float, expected: float) -> None:
        numbers, parts = self._numbers, self._parts
        if parts.fortnight.learn(numbers, self._hours, time, value):
            self._same = None
        parts.month.learn(numbers, value, expected)
        absence.learn(numbers, value, parts.kept)
        if value < 0:
            numbers[SIGNED] = 1.0

    def _knows_nothing(self) -> bool:
        """Whether any amount is as good as another: nothing came, or a few zeros."""
        learned = self._numbers[LEARNED]
        return not learned or (learned < WARM_UP and not self._numbers[SIZE])

    def _view(self, time: int) -> _View:
        seen = self._seen
        if seen is None or seen[0] != time:
            seen = self._seen = self._look(time)
        return seen

    def _look(self, time: int) -> _View:
        numbers, parts, calendar = self._numbers, self._parts, self._calendar
        usual = parts.profiles.at(numbers, self._rows, time, calendar)
        candidates = forecaster.candidates_of(numbers, usual)
        is_return = calendar.hour((time + parts.half) // HOUR).is_return
        forecast = forecaster.blend(numbers, candidates, trust_day=not is_return)
        if forecast < 0 and not numbers[SIGNED]:
            forecast = 0.0
        spread = spread_around(numbers, forecast, usual[2])
        return time, forecast, spread, usual, candidates, is_return

    def _verdict(
        self, view: _View, value: float, sensitivity: Sensitivity, asked: Asked
    ) -> Verdict:
        numbers, parts = self._numbers, self._parts
        time, forecast, spread, _, _, is_return = view
        learned, grown = int(numbers[LEARNED]), parts.grown
        bars = bars_at(parts.step, learned if learned < grown else grown, sensitivity)
        ramps, above = self._ramps(time, bars.memory, is_return=is_return)
        evidence = Evidence(
            numbers,
            forecast,
            spread,
            bars,
            parts.tail.curve(numbers),
            parts.shift,
            parts.shift_tail.curve(numbers),
            parts.surge,
            parts.surge.tail.curve(numbers),
            ramps,
            self._jobs.at(time, numbers[MEDIAN]),
            above,
            asked.rise,
            asked.fall * parts.confirmation.falls(numbers),
        )
        score, channel = evidence.of(value)
        if score >= 1.0 and channel != "drop" and self._jobs.is_known(time, value):
            score = again.HELD
        lower, upper = evidence.band()
        return Verdict(
            forecast * abs(forecast),  # `from_root`, without a call
            lower if lower >= 0 or numbers[SIGNED] else 0.0,
            upper,
            score,
            "down" if channel == "drop" else "up",
            channel,
        )

    def _ramps(self, time: int, bar: float, *, is_return: bool) -> tuple[Ramps, float]:
        """Those of the memories, and from which amount on a rise is special at its hour."""
        numbers, fortnight = self._numbers, self._parts.fortnight
        if numbers[LEARNED] < WARM_UP or numbers[KNOWN] < memories.HOURS:
            return NO_RAMPS, inf
        hour, same = fortnight.hour(time), self._same
        if same is None or same.hour != hour:
            further = self._calendar.further(time // HOUR) if is_return else ()
            same = self._same = fortnight.same_hours(numbers, self._hours, hour, further)
        if is_return:
            bar *= memories.RETURN
        return memories.ramps(numbers, same, bar), memories.above(numbers, same)

    @property
    def step(self) -> int:
        """Seconds a bucket."""
        return self._parts.step

    @property
    def calendar(self) -> Calendar:
        """Its days."""
        return self._calendar

    @property
    def mean(self) -> float:
        """What a bucket cost in the last month; 0.0 before any point."""
        return self._numbers[MEAN]

    @property
    def learned(self) -> Learned:
        """All that was learned: the vectors themselves."""
        jobs = self._jobs
        return Learned(self._numbers, self._rows, self._hours, jobs.excursions, jobs.kept)

    def to_bytes(self) -> bytes:
        """Its whole state: half a kilobyte at first, 4 KB after a fortnight."""
        jobs = self._jobs
        return saved(
            self._parts.step, self._numbers, self._rows, self._hours, jobs.excursions, jobs.kept
        )

    @classmethod
    def from_bytes(cls, data: bytes, calendar: Calendar = UTC_WEEK) -> Self:
        """The detector whose state it is, of this version or one of the two before.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        step, unchecked = found_in(data)
        if step not in STEPS:
            raise StateError(f"no usage detector has buckets of {step} s")
        detector = cls(step, calendar)
        parts = detector._parts
        detector._take(checked(unchecked, parts.kept, parts.profiles.rows))
        return detector
