"""What else watches spend: the rules and detectors that are in use, each brought to a threshold of 1.0."""

import pickle
from collections import deque
from typing import Any, Self

from river.anomaly import GaussianScorer, HalfSpaceTrees, PredictiveAnomalyDetection
from river.stats import Mean, Var
from river.time_series import HoltWinters

from benchmarks.quality.watching import Make, Scored, Spendwatch

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


class Trees:
    """River's ``HalfSpaceTrees`` on the last three points, scaled to twice what was seen; 0.9 is the threshold."""

    def __init__(self, step: int, warm_up: int) -> None:
        del step, warm_up
        self._trees: Any = HalfSpaceTrees(n_trees=10, height=8, window_size=250, seed=1)
        self._last: deque[float] = deque(maxlen=2)
        self._mean, self._most = Mean(), _TINY

    def score(self, time: int, value: float) -> Scored:
        """Score a point."""
        del time
        score = self._trees.score_one(self._features(value)) if self._mean.n > _KNOWN else 0.0
        return Scored(score / 0.9, self._mean.get())

    def learn(self, time: int, value: float) -> None:
        """Take in a point."""
        del time
        self._most = max(self._most, abs(value))
        self._trees.learn_one(self._features(value))
        self._last.append(value)
        self._mean.update(value)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        del memo
        copy: Self = pickle.loads(pickle.dumps(self))  # noqa: S301 - its own; node by node takes three times as long
        return copy

    def _features(self, value: float) -> dict[int, float]:
        last = enumerate((value, *reversed(self._last)))
        return {place: min(abs(each) / (2 * self._most), 1.0) for place, each in last}


class Predictive:
    """River's ``PredictiveAnomalyDetection`` with Holt-Winters by the day; its score of 0.99 is the threshold."""

    def __init__(self, step: int, warm_up: int) -> None:
        del warm_up
        self._season = max(2, DAY // max(step, 60))
        make: Any = HoltWinters
        forecaster = make(
            alpha=0.1, beta=0.01, gamma=0.3, seasonality=self._season, multiplicative=False
        )
        self._detector: Any = PredictiveAnomalyDetection(
            forecaster, horizon=1, n_std=4.0, warmup_period=2 * self._season
        )
        self._mean = Mean()

    def score(self, time: int, value: float) -> Scored:
        """Score a point; before two seasons were learned it fails, and 0 is the score."""
        del time
        known = self._mean.n > 2 * self._season
        return Scored(
            self._detector.score_one(None, value) / 0.99 if known else 0.0, self._mean.get()
        )

    def learn(self, time: int, value: float) -> None:
        """Take in a point."""
        del time
        self._detector.learn_one(None, value + _TINY)  # it divides by the first day's mean
        self._mean.update(value)


WATCHERS: dict[str, Make] = {
    "spendwatch": Spendwatch,
    "global 3 sigma": ThreeSigma,
    "50 % off the last 7 days (Kubecost)": PercentOfWeek,
    "static budget, 150 % (LiteLLM)": StaticBudget,
    "River GaussianScorer": Gaussian,
    "River HalfSpaceTrees": Trees,
    "River PredictiveAnomalyDetection": Predictive,
}
