"""Someone who answers alerts: each is marked right or wrong a day after it began."""

from collections.abc import Callable
from functools import partial, reduce
from pathlib import Path
from random import Random
from statistics import fmean

from benchmarks.quality.incidents import APART, Found, compare
from benchmarks.quality.injected import SEEDS, false_a_week, recalls, watched
from benchmarks.quality.report import share, table
from benchmarks.quality.series import Series, microsoft, servegen
from benchmarks.quality.watching import Scored, Spendwatch, watch
from detectors.feedback import Mark
from detectors.verdict import Direction

_DAY = 86_400  # seconds until an alert is answered
_BEFORE, _AFTER = 1, 2  # points of slack, as when events are compared
_ANSWERED = {"no alert is answered": 0.0, "each second one, by chance": 0.5, "each": 1.0}


class Operated:
    """This detector, with an operator who knows the events.

    Args:
        step: seconds a bucket.
        warm_up: points.
        is_event: whether a time lies in an event.
        answers: share of alerts that are answered.
        seed: of which ones.
    """

    def __init__(
        self, step: int, warm_up: int, is_event: Callable[[int], bool], answers: float, seed: str
    ) -> None:
        self._watcher = Spendwatch(step, warm_up)
        self._is_event, self._answers = is_event, answers
        self._chance = Random(seed)  # noqa: S311 - repeatable, not secret
        self._raised: list[Mark] = []  # not answered yet; ``at`` is the newest alert
        self._open: dict[Direction, Mark] = {}

    def score(self, time: int, value: float) -> Scored:
        """Score a point."""
        self._answer(time)
        scored = self._watcher.score(time, value)
        if scored.score >= 1.0:
            self._note(time, "up" if value >= scored.expected else "down")
        return scored

    def learn(self, time: int, value: float) -> None:
        """Take in a point."""
        self._watcher.learn(time, value)

    def _note(self, time: int, direction: Direction) -> None:
        """Take down an alert, with the incident that it is part of."""
        before = self._open.get(direction)
        is_new = before is None or time - before.at > APART
        started = time if before is None or is_new else before.started
        right = self._is_event(time) or (before is not None and not is_new and before.right)
        mark = self._open[direction] = Mark(started, direction, right, time)
        self._raised = [each for each in self._raised if not each.is_of(started, direction)]
        if is_new or time - started < _DAY:
            self._raised.append(mark)

    def _answer(self, time: int) -> None:
        judge = self._watcher.judge
        due = [mark for mark in self._raised if time - mark.started >= _DAY]
        for mark in due:
            self._raised.remove(mark)
            if self._chance.random() < self._answers:
                said = Mark(mark.started, mark.direction, mark.right, time)
                judge.hear(judge.feedback.plus(said))


def answered(data: Path) -> str:
    """What is found when alerts are answered."""
    labelled, traffic = list(microsoft(data)), list(servegen(data))
    rows = []
    for name, answers in _ANSWERED.items():
        found = reduce(Found.plus, (_second_half(each, answers) for each in labelled))
        make = partial(Operated, is_event=_never, answers=answers, seed=name)
        cases = [(watched(make, each, SEEDS), 1.0) for each in traffic]
        rows.append(
            [
                name,
                f"{share(found.recall)} / {share(found.precision)} / {found.false_a_week:.2f}",
                f"{share(fmean(recalls(cases)))} @ {false_a_week(cases):.2f}",
            ]
        )
    columns = ("", "labelled series, second half", "put into LLM traffic")
    return table("found / precision / false a week where alerts are answered", columns, rows)


def _second_half(series: Series, answers: float) -> Found:
    spans = [
        (
            series.times[max(first - _BEFORE, 0)],
            series.times[min(last + _AFTER, len(series.times) - 1)],
        )
        for first, last in series.events
    ]

    def is_event(time: int) -> bool:
        return any(first <= time <= last for first, last in spans)

    operated = Operated(series.step, series.warm_up, is_event, answers, series.name)
    scored = watch(operated, series)
    half = len(scored) // 2
    later = [(max(first - half, 0), last - half) for first, last in series.events if last >= half]
    cut = Series(series.name, series.step, series.times[half:], series.values[half:], later)
    return compare(cut, scored[half:], first=0)


def _never(time: int) -> bool:
    del time
    return False
