"""One series of plain points, scored row by row: its step is found, incidents are numbered.

What a row gets depends on the rows before it alone: a file cut anywhere gives the same rows.
"""

from itertools import pairwise
from math import isfinite, nan
from statistics import median_low
from typing import Literal, NamedTuple

from config.detection import Sensitivity, Thresholds
from detectors.calendar import UTC_WEEK, Calendar
from detectors.creep import Creep
from detectors.engine import Detector
from detectors.judge import Judge
from detectors.verdict import Verdict

Unit = Literal["none", "USD", "tokens"]

FIRST_ROWS = 25  # with these the step is fixed; detection warms up for longer anyway

_DAY = 86_400
_STEPS = (60, _DAY)  # seconds; what is finer or coarser is taken as these
_HELD = 0.99  # score of a point that would alert, but is beneath a floor


class Floor(NamedTuple):
    """When a deviation is too small to alert. 0 sets no floor."""

    percent: float  # of the forecast
    per_day: float  # beyond forecast at this pace, per 24 hours
    total: float  # beyond forecast, added up over the deviation

    @classmethod
    def of(cls, unit: Unit, thresholds: Thresholds) -> "Floor":
        """The floors for a unit: all of them for money, the percentage for tokens, none for ``none``."""
        percent = 0.0 if unit == "none" else thresholds.min_change_percent
        if unit != "USD":
            return cls(percent, 0.0, 0.0)
        return cls(percent, float(thresholds.min_impact_per_day), float(thresholds.min_impact))


class ScoredRow(NamedTuple):
    """What one row gets. ``score`` 1.0 is an alert, and then ``incident`` counts from 1."""

    expected: float
    lower: float
    upper: float
    score: float
    incident: int | None


class SeriesScorer:
    """Scores the rows of one series in order.

    Args:
        unit: what the values are; says which floors apply.
        thresholds: sensitivity, score and floors. Alerts up to ``resolve_after`` apart are one incident.
        calendar: which of its days are quiet.
    """

    def __init__(self, unit: Unit, thresholds: Thresholds, calendar: Calendar = UTC_WEEK) -> None:
        self._stepping = Stepping(calendar)
        self._sensitivity: Sensitivity = thresholds.sensitivity
        self._threshold = thresholds.score if thresholds.enabled else None
        self._floor = Floor.of(unit, thresholds)
        self._pause = thresholds.resolve_after
        self._deviating: tuple[int, float] | None = None  # when it did last, and how much by then
        self._alerted: int | None = None
        self._incidents = 0

    def score(self, time: int, value: float) -> ScoredRow:
        """Score the next row, then learn it.

        Args:
            time: epoch seconds (UTC).
            value: a number; NaN where nothing was measured, which scores 0 and is not learned.
        """
        judge, creep = self._stepping.at(time)
        own = verdict = judge.verdict(time, value, self._sensitivity)
        if verdict.score < 1.0:
            verdict = creep.score(time, value, verdict.expected, self._sensitivity) or verdict
        score = self._alerting(time, value, verdict)
        if isfinite(value):
            self._stepping.learn(time, value, own)
        incident = self._incident(time) if score >= 1.0 else None
        return ScoredRow(verdict.expected, verdict.lower, verdict.upper, score, incident)

    def _alerting(self, time: int, value: float, verdict: Verdict) -> float:
        """The score, held beneath 1.0 where a floor is not reached."""
        if self._threshold is None:
            return min(verdict.score, _HELD)
        score = verdict.score / self._threshold
        if score < 1.0:
            return score
        impact = abs(value - verdict.expected)
        total = impact
        if self._deviating is not None and time - self._deviating[0] <= self._pause:
            total += self._deviating[1]
        self._deviating = (time, total)
        floor = self._floor
        large = (
            impact >= abs(verdict.expected) * floor.percent / 100
            and impact * _DAY / self._stepping.step >= floor.per_day
            and total >= floor.total
        )
        return score if large else min(score, _HELD)

    def _incident(self, time: int) -> int:
        if self._alerted is None or time - self._alerted > self._pause:
            self._incidents += 1
        self._alerted = time
        return self._incidents


class Watching(NamedTuple):
    """What looks at the points of a series."""

    judge: Judge
    creep: Creep

    @classmethod
    def of(cls, step: int, calendar: Calendar) -> "Watching":
        """A fresh one for a step, in seconds."""
        return cls(Judge(Detector(step, calendar)), Creep(step))

    def learn(self, time: int, value: float, verdict: Verdict) -> None:
        """Take in a point, and the verdict that it was given."""
        self.judge.learn(time, value, verdict)
        self.creep.learn(time, value)


class Stepping:
    """Finds the step of a series while its points come, and keeps what watches it.

    The step is the median of the differences so far, and is fixed after `FIRST_ROWS` rows. Whenever it
    changes before, all is learned again from the rows so far.
    """

    def __init__(self, calendar: Calendar) -> None:
        self.step = 3600  # of no consequence before the second row
        self._calendar = calendar
        self._watching = Watching.of(self.step, calendar)
        self._times: list[int] = []
        self._rows: list[tuple[int, float]] = []

    def at(self, time: int) -> Watching:
        """What watches the row at ``time``, and knows the rows before."""
        if len(self._times) < FIRST_ROWS:
            self._times.append(time)
            self._find()
        return self._watching

    def learn(self, time: int, value: float, verdict: Verdict) -> None:
        """Takes in a row's value, and the verdict that it was given."""
        if len(self._times) < FIRST_ROWS:
            self._rows.append((time, value))
        self._watching.learn(time, value, verdict)

    def _find(self) -> None:
        differences = [later - earlier for earlier, later in pairwise(self._times)]
        forward = [difference for difference in differences if difference > 0]
        step = min(max(median_low(forward), _STEPS[0]), _STEPS[1]) if forward else self.step
        if step != self.step:
            self.step = step
            self._watching = Watching.of(step, self._calendar)
            for time, value in self._rows:
                self._watching.judge.detector.learn(time, value)
                self._watching.creep.learn(time, value)


def parse_value(text: str) -> float:
    """The number of a row; NaN for an empty field and for what is not finite.

    Raises:
        ValueError: if it is not a plain number.
    """
    stripped = text.strip()
    if not stripped:
        return nan
    if "_" in stripped:  # a number to Python alone
        raise ValueError(text)
    value = float(stripped)
    return value if isfinite(value) else nan
