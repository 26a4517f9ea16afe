"""A watcher scores each point of a series and then learns it: this detector and its peers alike."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from benchmarks.quality.series import Series
from config.detection import Sensitivity
from detectors.creep import Creep
from detectors.engine import Detector
from detectors.judge import Judge
from detectors.verdict import Verdict


class Scored(NamedTuple):
    """What a watcher says of a point. A score of 1.0 is an alert."""

    score: float
    expected: float


class Watcher(Protocol):
    """One detector on one series."""

    def score(self, time: int, value: float) -> Scored:
        """What is thought of a point before it is learned."""
        ...

    def learn(self, time: int, value: float) -> None:
        """Take in a point."""
        ...


Make = Callable[[int, int], Watcher]  # of the step in seconds and the points of the warm-up


class Spendwatch:
    """The detectors of usage, as the pipeline has them."""

    def __init__(self, step: int, warm_up: int, sensitivity: Sensitivity = "normal") -> None:
        del warm_up  # it has its own
        step = min(max(step, 60), 86_400)
        self.judge, self.creep = Judge(Detector(step)), Creep(step)
        self._sensitivity = sensitivity
        self._verdict: Verdict | None = None  # of the point that is learned next

    def score(self, time: int, value: float) -> Scored:
        """Score a point."""
        verdict = self._verdict = self.judge.verdict(time, value, self._sensitivity)
        if verdict.score < 1.0:
            verdict = self.creep.score(time, value, verdict.expected, self._sensitivity) or verdict
        return Scored(verdict.score, verdict.expected)

    def learn(self, time: int, value: float) -> None:
        """Take in a point."""
        verdict = self._verdict or self.judge.verdict(time, value, self._sensitivity)
        self.judge.learn(time, value, verdict)
        self.creep.learn(time, value)
        self._verdict = None


def watch(watcher: Watcher, series: Series, first: int = 0) -> list[Scored]:
    """What a watcher says of each point of a series from ``first`` on."""
    scored = []
    for time, value in zip(series.times[first:], series.values[first:], strict=True):
        scored.append(watcher.score(time, value))
        watcher.learn(time, value)
    return scored


def divided(scored: Sequence[Scored], factor: float) -> list[Scored]:
    """The scores with an alert at ``factor``."""
    return [each._replace(score=each.score / factor) for each in scored]
