"""A watcher scores each point of a series and then learns it: this detector and its peers alike."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from benchmarks.quality.series import Series
from detectors.creep import Creep
from detectors.engine import Detector


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

    def __init__(self, step: int, warm_up: int) -> None:
        del warm_up  # it has its own
        step = min(max(step, 60), 86_400)
        self._detector, self._creep = Detector(step), Creep(step)

    def score(self, time: int, value: float) -> Scored:
        """Score a point."""
        verdict = self._detector.score(time, value)
        if verdict.score < 1.0:
            verdict = self._creep.score(time, value, verdict.expected) or verdict
        return Scored(verdict.score, verdict.expected)

    def learn(self, time: int, value: float) -> None:
        """Take in a point."""
        self._detector.learn(time, value)
        self._creep.learn(time, value)


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
