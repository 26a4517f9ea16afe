"""Peers that read a whole series before they judge its first point: no watcher can, so they stand here for scale.

They come from the dependency group ``offline``; where it is not installed they are left out.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from benchmarks.quality.series import Series
from benchmarks.quality.watching import Scored

DAY = 86_400
_LAGS = 4  # points that the forest sees at once
_FEW = 48  # points; of a shorter series nothing is said
_TINY = 1e-12


def forest(series: Series) -> list[Scored]:
    """PyOD's isolation forest over the last four points; its 99th percentile is 1.0."""
    forests = import_module("pyod.models.iforest")
    values = np.asarray(series.values)
    lagged = np.stack([np.roll(values, lag) for lag in range(_LAGS)], axis=1)
    lagged[:_LAGS] = lagged[_LAGS]
    scores = forests.IForest(random_state=1).fit(lagged).decision_scores_
    return _scored(scores - scores.min(), values, np.quantile(scores - scores.min(), 0.99))


def seasonal(series: Series) -> list[Scored]:
    """The remainder of statsmodels' robust STL by the day, in deviations by the median; four of them are 1.0."""
    seasons = import_module("statsmodels.tsa.seasonal")
    values = np.asarray(series.values)
    period = max(2, min(DAY // series.step, len(values) // 2 - 1))
    remainder = np.abs(seasons.STL(values, period=period, robust=True).fit().resid)
    return _scored(remainder, values, 4 * 1.4826 * np.median(remainder))


def _scored(
    scores: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    threshold: float,
) -> list[Scored]:
    usual = float(np.median(values))
    return [Scored(float(score) / (float(threshold) + _TINY), usual) for score in scores]


_ALL: dict[str, tuple[str, Callable[[Series], list[Scored]]]] = {
    "offline: PyOD isolation forest": ("pyod", forest),
    "offline: statsmodels STL remainder": ("statsmodels", seasonal),
}


def _with_enough(judge: Callable[[Series], list[Scored]]) -> Callable[[Series], list[Scored]]:
    def judged(series: Series) -> list[Scored]:
        if len(series.values) < _FEW:
            return [Scored(0.0, value) for value in series.values]
        return judge(series)

    return judged


OFFLINE = {
    name: _with_enough(judge) for name, (package, judge) in _ALL.items() if find_spec(package)
}
MISSING = sorted(package for package, _ in _ALL.values() if not find_spec(package))
