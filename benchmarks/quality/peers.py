"""What else watches spend: the rules and detectors that are in use, each brought to a threshold of 1.0."""

from collections import deque
from typing import Any

from river.anomaly import GaussianScorer
from river.stats import Mean, Var

from benchmarks.quality.watching import Scored

DAY = 86_400
_KNOWN = 30  # points before any of them alerts
_TINY = 1e-12


class ThreeSigma:
    """Distance from the mean of all points so far, over three standard deviations."""

    def __init__(self, step: int, warm_up: int) -> None:
        del step, warm_up
        self._mean, self._var = Mean(), Var()

    def score(self, time: int, value: float) -> Scored:
        """Score a point."""
        del time
        mean = self._mean.get()
        if self._mean.n < _KNOWN:
            return Scored(0.0, mean)
        return Scored(abs(value - mean) / (3.0 * self._var.get() ** 0.5 + _TINY), mean)

    def learn(self, time: int, value: float) -> None:
        """Take in a point."""
        del time
        self._mean.update(value)
        self._var.update(value)


class PercentOfWeek:
    """The last day beside the mean day of the seven before it; half more or half less alerts.

    Kubecost's rule of a spend change: https://docs.kubecost.com/using-kubecost/navigating-the-kubecost-ui/alerts
    """

    def __init__(self, step: int, warm_up: int) -> None:
        del warm_up
        self._day: deque[float] = deque()
        self._week: deque[float] = deque()
        self._points = max(1, DAY // step)
        self._sums = [0.0, 0.0]

    def score(self, time: int, value: float) -> Scored:
        """Score a point."""
        del time
        if len(self._week) < self._points:
            return Scored(0.0, value)
        usual = self._sums[1] / len(self._week)
        oldest = self._day[0]
        today = (self._sums[0] - oldest + value) / self._points
        return Scored(abs(today - usual) / (0.5 * abs(usual) + _TINY), usual)

    def learn(self, time: int, value: float) -> None:
        """Take in a point."""
        del time
        self._day.append(value)
        self._sums[0] += value
        if len(self._day) > self._points:
            passed = self._day.popleft()
            self._week.append(passed)
            self._sums[0] -= passed
            self._sums[1] += passed
        if len(self._week) > 7 * self._points:
            self._sums[1] -= self._week.popleft()


class StaticBudget:
    """A budget of 150 % of what the warm-up spent a bucket: the kind of limit that LiteLLM's proxy has.

    https://docs.litellm.ai/docs/proxy/users
    """

    def __init__(self, step: int, warm_up: int) -> None:
        del step
        self._left = max(warm_up, 1)
        self._mean = Mean()

    def score(self, time: int, value: float) -> Scored:
        """Score a point."""
        del time
        mean = self._mean.get()
        return Scored(0.0 if self._left else value / (1.5 * mean + _TINY), mean)

    def learn(self, time: int, value: float) -> None:
        """Take in a point of the warm-up."""
        del time
        if self._left:
            self._left -= 1
            self._mean.update(value)


class Gaussian:
    """River's ``GaussianScorer`` on all points so far; its score of three deviations is the threshold."""

    def __init__(self, step: int, warm_up: int) -> None:
        del step, warm_up
        self._scorer: Any = GaussianScorer(grace_period=_KNOWN)  # type: ignore[no-untyped-call]  # River types it in part
        self._mean = Mean()

    def score(self, time: int, value: float) -> Scored:
        """Score a point."""
        del time
        return Scored(self._scorer.score_one(None, value) / 0.9973, self._mean.get())

    def learn(self, time: int, value: float) -> None:
        """Take in a point."""
        del time
        self._scorer.learn_one(None, value)
        self._mean.update(value)
