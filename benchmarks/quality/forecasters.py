"""What else forecasts spend, each asked at the same moments: a naive season, a mean, and one of statsforecast.

The peers' bands come from their own past errors in the same series and task: the 80 % quantile of those whose
span is over, and half of the forecast until there are three.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from itertools import accumulate
from typing import Any, NamedTuple, Protocol

import numpy as np

from detectors.band import band
from detectors.engine import Detector
from detectors.outlook import Outlook

DAY, WEEK = 86_400, 604_800
_FEW = 3  # errors, below which a band is a guess


class Made(NamedTuple):
    """A forecast and the band in which 80 % are to lie."""

    expected: float
    lower: float
    upper: float


class Forecaster(Protocol):
    """Learns a series and forecasts it; times are epoch seconds, days are since the epoch."""

    def midnight(self, time: int) -> None:
        """Take note that a day begins."""

    def bucket(self, time: int) -> Made | None:
        """The forecast of the bucket that begins."""

    def until(self, task: str, time: int, end: int) -> Made | None:
        """What is to come until a day begins; None if it cannot be said."""

    def learn(self, time: int, value: float) -> None:
        """Take in a bucket's amount."""


class Spendwatch:
    """The detector's forecast and the outlook beside it, as they run in the service."""

    def __init__(self, step: int) -> None:
        self._detector, self._outlook = Detector(step), Outlook(step)

    def midnight(self, time: int) -> None:
        """Judge what is over."""
        self._outlook.turn(time, self._detector.ahead(time))

    def bucket(self, time: int) -> Made:
        """The forecast of the bucket that begins."""
        expected = self._detector.forecast(time)
        return Made(expected, *band(expected, self._outlook.bucket_half, signed=False))

    def until(self, task: str, time: int, end: int) -> Made:
        """What is to come until a day begins."""
        del task
        return Made(*self._outlook.until(time, end, self._detector.ahead(time)))

    def learn(self, time: int, value: float) -> None:
        """Take in a bucket's amount."""
        self._outlook.take(time, value, self._detector.forecast(time))
        self._detector.learn(time, value)


class _Remembering(ABC):
    """A forecaster that looks at all that came before, with bands by its own errors."""

    def __init__(self, step: int) -> None:
        self._step = step
        self._values: dict[int, float] = {}
        self._total = 0.0
        self._sums: dict[int, float] = {}  # of all before a moment
        self._pending: defaultdict[str, list[tuple[int, int, float]]] = defaultdict(list)
        self._errors: defaultdict[str, list[float]] = defaultdict(list)

    def midnight(self, time: int) -> None:
        """Find the errors of forecasts whose span is over."""
        self._sums.setdefault(time, self._total)
        for task, pending in self._pending.items():
            over = [each for each in pending if each[1] in self._sums]
            for each in over:
                made, end, expected = each
                came = self._sums[end] - self._sums[made]
                self._errors[task].append(abs(came - expected))
                pending.remove(each)

    def learn(self, time: int, value: float) -> None:
        """Take in a bucket's amount."""
        expected = self._next(time)
        if expected is not None:
            self._errors["bucket"].append(abs(value - expected))
        self._values[time] = value
        self._total += value

    def bucket(self, time: int) -> Made | None:
        """The forecast of the bucket that begins."""
        expected = self._next(time)
        return None if expected is None else self._made("bucket", expected)

    def until(self, task: str, time: int, end: int) -> Made | None:
        """What is to come until a day begins."""
        expected = self._rest(time, end)
        if expected is None:
            return None
        self._sums[time] = self._total
        self._pending[task].append((time, end * DAY, expected))
        return self._made(task, expected)

    def _made(self, task: str, expected: float) -> Made:
        errors = self._errors[task][-500:]
        half = abs(expected) / 2 if len(errors) < _FEW else float(np.quantile(errors, 0.8))
        return Made(expected, expected - half, expected + half)

    @abstractmethod
    def _next(self, time: int) -> float | None:
        """The forecast of a bucket."""

    @abstractmethod
    def _rest(self, time: int, end: int) -> float | None:
        """The forecast from a moment to the start of a day."""


class LastWeek(_Remembering):
    """The seasonal naive: the same hour of the last week that is known, else of a day before."""

    def _next(self, time: int) -> float | None:
        for back in (WEEK, 2 * WEEK, DAY, 2 * DAY):
            value = self._values.get(time - back)
            if value is not None:
                return value
        return None

    def _rest(self, time: int, end: int) -> float | None:
        values = [
            self._next(at - (at - time) // WEEK * WEEK) for at in range(time, end * DAY, self._step)
        ]
        known = [value for value in values if value is not None]
        return sum(known) * len(values) / len(known) if known else None


class SevenDays(_Remembering):
    """The mean of the last seven days."""

    def _next(self, time: int) -> float | None:
        if not self._values:
            return None
        recent = range(time - WEEK, time, self._step)
        known = [self._values[at] for at in recent if at in self._values]
        return sum(known) / len(known) if known else None

    def _rest(self, time: int, end: int) -> float | None:
        mean = self._next(time)
        return None if mean is None else mean * (end * DAY - time) / self._step


class Smoothing(_Remembering):
    """statsforecast's AutoETS on the amounts of days, with weekdays as seasons, fitted anew each day."""

    def __init__(self, step: int) -> None:
        super().__init__(step)
        self._model: Any = import_module("statsforecast.models").AutoETS
        self._fitted: tuple[int, list[float]] = (-1, [])

    def _next(self, time: int) -> float | None:
        del time
        return None

    def _rest(self, time: int, end: int) -> float | None:
        day, second = divmod(time, DAY)
        if second:
            return None  # it knows nothing of hours
        if self._fitted[0] != day:
            self._fitted = day, self._fit(day)
        sums = self._fitted[1]
        return sums[end - day - 1] if len(sums) >= end - day else None

    def _fit(self, today: int) -> list[float]:
        first = min(self._values) // DAY
        totals: defaultdict[int, list[float]] = defaultdict(list)
        for time, value in self._values.items():
            totals[time // DAY].append(value)
        mean = sum(self._values.values()) / len(self._values)
        days = [totals.get(day, [mean]) for day in range(first, today)]
        amounts = np.array([sum(day) / len(day) * DAY / self._step for day in days])
        if np.ptp(amounts[-2 * 7 :]) == 0.0:  # a constant cannot be fitted
            return list(accumulate([float(amounts[-1])] * 31))
        try:
            made = self._model(season_length=7).forecast(y=amounts[-120:], h=31)["mean"]
        except (ValueError, ZeroDivisionError):  # what it cannot fit goes on as it was
            made = [float(amounts[-1])] * 31
        return list(accumulate(max(float(amount), 0.0) for amount in made))


_PEERS: dict[str, tuple[str | None, Callable[[int], Forecaster]]] = {
    "spendwatch": (None, Spendwatch),
    "same hour last week (seasonal naive)": (None, LastWeek),
    "mean of the last 7 days": (None, SevenDays),
    "offline: statsforecast AutoETS by day": ("statsforecast", Smoothing),
}
FORECASTERS = {
    name: make for name, (package, make) in _PEERS.items() if not package or find_spec(package)
}
MISSING = sorted(package for package, _ in _PEERS.values() if package and not find_spec(package))
