"""The detector of usage: one dense series, a point each bucket, zeros included.

Two channels look at how far a point lies from its forecast, in units of the usual distance: the point alone
(a spike) and its sum with the ones before (a shift). Each knows how rare such a distance is on this series.
Others compare it with what a forecast forgets: the hours of a fortnight, the same hours of a week, a month.
The strongest channel is the score, and the band is where none of them alerts. One configuration serves all
series. How it works and how well is told in docs/detection.md.
"""

from typing import Self

import msgspec

from config.detection import Sensitivity
from detectors import absence, forecaster, memories, recurrence
from detectors.bar import WARM_UP, bars_for
from detectors.errors import StateError
from detectors.evidence import Evidence
from detectors.forecaster import Candidates
from detectors.fortnight import SameHours
from detectors.learned import Learned, checked, nothing, saved
from detectors.memories import NO_RAMPS, Ramps
from detectors.parts import parts_of
from detectors.places import KNOWN, LEARNED, SHIFT, SIGNED, SIZE, SURGE
from detectors.profile import Usual
from detectors.recurrence import Recurring
from detectors.root import from_root, is_amount, to_root
from detectors.seasons import HOUR
from detectors.spread import spread_around
from detectors.verdict import Verdict
from detectors.versions import found_in

_STEPS = range(60, 86_401)
_CLIP = 3.0  # deviations; an anomaly is learned as this much at most, so that it does not become the forecast
_CLIP_FROM = 20  # points; before, the first levels are found out


class _View(msgspec.Struct, frozen=True, gc=False):
    """What is expected of a bucket, on the square-root scale."""

    time: int
    usual: Usual
    candidates: Candidates
    forecast: float
    spread: float


class Detector:
    """Forecasts and scores the points of one series, then learns them.

    Args:
        step: seconds a bucket, 60 to 86,400.

    >>> detector = Detector(step=3600)
    >>> for hour in range(24 * 14):
    ...     detector.learn(hour * 3600, 20.0 + hour % 24)
    >>> verdict = detector.score(24 * 14 * 3600, 60.0)
    >>> round(verdict.expected), verdict.score > 1.0, verdict.direction, verdict.channel
    (20, True, 'up', 'spike')
    """

    __slots__ = (
        "_excursions", "_hours", "_numbers", "_parts", "_recurring", "_recurring_hour", "_rows",
        "_same", "_seen",
    )  # fmt: skip

    def __init__(self, step: int) -> None:
        if step not in _STEPS:
            raise ValueError(f"a bucket of {step} s; detectors take 60 to 86400")
        self._parts = parts_of(step)
        self._numbers, self._rows, self._hours, self._excursions = nothing()
        self._seen: _View | None = None  # what a point was scored by, until it is learned
        self._same: SameHours | None = None  # of the hour that was asked for last
        self._recurring = recurrence.NOTHING  # the same
        self._recurring_hour: int | None = None

    def forecast(self, time: int) -> float:
        """The amount that is expected of the bucket that starts at ``time``; 0.0 before any point."""
        return from_root(self._view(time).forecast)

    def score(self, time: int, value: float, sensitivity: Sensitivity = "normal") -> Verdict:
        """What is thought of a point before it is learned; changes nothing.

        Args:
            time: start of the bucket, in epoch seconds (UTC).
            value: its amount; one that is not finite scores 0.
            sensitivity: ``low`` asks for 1.4 times the evidence, ``high`` for 0.7 of it.
        """
        view = self._view(time)
        if not is_amount(value):
            return self._verdict(view, from_root(view.forecast), sensitivity)
        if self._knows_nothing():
            return Verdict(value, min(value, 0.0), max(10 * value, 0.0), 0.0, "up", "spike")
        return self._verdict(view, value, sensitivity)

    def learn(self, time: int, value: float) -> None:
        """Takes in a point; one that is not finite is left out."""
        if not is_amount(value):
            return
        numbers, parts, view = self._numbers, self._parts, self._view(time)
        learned = numbers[LEARNED]
        root = to_root(value)
        residual = root - view.forecast if learned else 0.0
        deviation = residual / view.spread
        surge = parts.surge.learn(numbers, deviation)
        if learned >= WARM_UP:
            parts.tail.learn(numbers, deviation)
            parts.surge.tail.learn(numbers, surge)
            if recurrence.learn(self._excursions, time, value, deviation, parts.step):
                self._recurring_hour = None
            shift = numbers[SHIFT] = parts.shift.learned(numbers[SHIFT], deviation)
            parts.shift_tail.learn(numbers, shift / parts.shift.unit)
        clipped, limit = residual, _CLIP * view.spread
        if learned >= _CLIP_FROM and not -limit <= residual <= limit:
            clipped = limit if residual > 0 else -limit
        usual, away = root - residual + clipped, abs(clipped)
        parts.spread.learn(numbers, root, away)
        parts.forecaster.learn(numbers, usual, view.candidates, view.usual)
        parts.profiles.learn(numbers, self._rows, time, usual, away)
        gap = parts.acceptance.learn(numbers, deviation, residual)
        if gap is not None:
            forecaster.move(numbers, gap)
            numbers[SHIFT] = numbers[SURGE] = 0.0
        self._remember(time, value, from_root(view.forecast))
        numbers[LEARNED] = learned + 1.0
        self._seen = None

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
        if seen is None or seen.time != time:
            seen = self._seen = self._look(time)
        return seen

    def _look(self, time: int) -> _View:
        numbers = self._numbers
        usual = self._parts.profiles.at(numbers, self._rows, time)
        candidates = forecaster.candidates_of(numbers, usual)
        forecast = forecaster.blend(numbers, candidates)
        if forecast < 0 and not numbers[SIGNED]:
            forecast = 0.0
        spread = spread_around(numbers, forecast, usual[2])
        return _View(time, usual, candidates, forecast, spread)

    def _verdict(self, view: _View, value: float, sensitivity: Sensitivity) -> Verdict:
        numbers, parts = self._numbers, self._parts
        bars = bars_for(parts.step, int(numbers[LEARNED]), sensitivity)
        evidence = Evidence(
            numbers,
            view.forecast,
            view.spread,
            bars,
            parts.tail.curve(numbers),
            parts.shift,
            parts.shift_tail.curve(numbers),
            parts.surge,
            parts.surge.tail.curve(numbers),
            self._ramps(view.time, bars.memory),
            self._recurring_at(view.time) if self._excursions else recurrence.NOTHING,
            memories.above(numbers, self._same),
            parts.confirmation.falls(numbers),
        )
        score, channel = evidence.of(value)
        lower, upper = evidence.band()
        return Verdict(
            from_root(view.forecast),
            lower if lower >= 0 or numbers[SIGNED] else 0.0,
            upper,
            score,
            "down" if channel == "drop" else "up",
            channel,
        )

    def _ramps(self, time: int, bar: float) -> Ramps:
        numbers, fortnight = self._numbers, self._parts.fortnight
        if numbers[LEARNED] < WARM_UP or numbers[KNOWN] < memories.HOURS:
            return NO_RAMPS
        hour = fortnight.hour(time)
        if self._same is None or self._same.hour != hour:
            self._same = fortnight.same_hours(numbers, self._hours, hour)
        return memories.ramps(numbers, self._same, bar)

    def _recurring_at(self, time: int) -> Recurring:
        hour = time // HOUR
        if self._recurring_hour != hour:
            self._recurring_hour = hour
            self._recurring = recurrence.recurring(self._excursions, time)
        return self._recurring

    def to_bytes(self) -> bytes:
        """Its whole state: half a kilobyte at first, 4 KB after a fortnight."""
        learned = Learned(self._numbers, self._rows, self._hours, self._excursions)
        return saved(learned, self._parts.step)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The detector whose state it is, of this version or one of the two before.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        step, unchecked = found_in(data)
        if step not in _STEPS:
            raise StateError(f"no usage detector has buckets of {step} s")
        detector = cls(step)
        parts = detector._parts
        learned = checked(unchecked, parts.kept, parts.profiles.rows)
        detector._numbers, detector._rows, detector._hours, detector._excursions = learned
        return detector
