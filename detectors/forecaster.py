"""The forecast of a dense series: four simple forecasters, weighted by how well each did lately.

Not every series has a day or a week in it (the LLM traffic of a single client often has not), so each
series finds out for itself. Points come clipped, so that an anomaly does not become the forecast.
"""

from detectors.errors import StateError
from detectors.fading import FadingMean, no_negative
from detectors.profile import Profile
from detectors.seasons import DAY, DAY_SLOTS, HOUR, WEEK_SLOTS, day_slot, week_slot, weekday

Candidates = tuple[float | None, ...]

_POWER = 4  # a forecaster with twice the error has a sixteenth of the weight
_DAYS = 4.0  # half-life of a slot of the day profile, in days
_WEEKS = 2.0  # half-life of a slot of the week profile, in weeks


def points(hours: float, step: int, at_least: float) -> float:
    """A half-life given in hours as a number of points, with a least number for coarse buckets."""
    return max(hours * HOUR / step, at_least)


class Forecaster:
    """Blends the last points, the level of the day, a day profile and a week profile.

    A profile holds what is usual at its hours; how far the series is off it lately (its *drift*) is added,
    so that a profile survives a change of level.

    Args:
        step: seconds a bucket.
    """

    __slots__ = ("_day", "_drifts", "_errors", "_level", "_recent", "_week")

    def __init__(self, step: int) -> None:
        an_hour = max(1.0, HOUR / step)
        self._recent = FadingMean(points(1.5, step, 1.0))
        self._level = FadingMean(points(24, step, 8.0))
        self._day = Profile(DAY_SLOTS, day_slot, step, _DAYS * an_hour)
        slots, slot_of = (7, weekday) if step >= DAY else (WEEK_SLOTS, week_slot)
        self._week = Profile(slots, slot_of, step, _WEEKS * an_hour * (1 if step >= DAY else 3.5))
        self._drifts = tuple(FadingMean(points(6, step, 6.0)) for _ in range(2))
        self._errors = tuple(FadingMean(points(24, step, 24.0)) for _ in range(4))

    def candidates(self, time: int) -> Candidates:
        """What each forecaster expects of the bucket that starts at ``time``; None if it knows nothing."""
        if not self._level.weight:
            return (None, None, None, None)
        day, week = self._day.at(time), self._week.at(time)
        return (
            self._recent.value,
            self._level.value,
            None if day is None else day + self._drifts[0].value,
            None if week is None else week + self._drifts[1].value,
        )

    def blend(self, candidates: Candidates) -> float:
        """The mean of the candidates, each weighted by its error to the power of minus four."""
        errors = [error.value for error in self._errors]
        least = min(errors) + 1e-12
        total = weights = 0.0
        for expected, error in zip(candidates, errors, strict=True):
            if expected is not None:
                weight = (least / (error + 1e-12)) ** _POWER
                weights += weight
                total += weight * expected
        return total / weights if weights else 0.0

    def learn(self, time: int, value: float, candidates: Candidates) -> None:
        """Takes in a point, with the candidates that were given for it."""
        for error, expected in zip(self._errors, candidates, strict=True):
            if expected is not None:
                error.learn(abs(value - expected))
        self._recent.learn(value)
        self._level.learn(value)
        for profile, drift in zip((self._day, self._week), self._drifts, strict=True):
            usual = profile.at(time)
            if usual is not None:
                drift.learn(value - usual)
            profile.learn(time, value)

    def move(self, gap: float) -> None:
        """Accepts a new level: everything is expected higher by ``gap`` from now on."""
        for mean in (self._recent, self._level, *self._drifts):
            mean.move_to(mean.value + gap)

    def numbers(self) -> list[list[float]]:
        """All it remembers, for a saved state."""
        means = (self._recent, self._level, *self._drifts, *self._errors)
        return [*(mean.numbers() for mean in means), *self._day.numbers(), *self._week.numbers()]

    def restore(self, numbers: list[list[float]]) -> None:
        """Puts back what ``numbers`` gave.

        Raises:
            StateError: if they are not as many, or not finite.
        """
        means = (self._recent, self._level, *self._drifts, *self._errors)
        if len(numbers) < len(means) + DAY_SLOTS:
            raise StateError(f"expected a forecaster, found {len(numbers)} groups of numbers")
        no_negative(numbers[len(means) - len(self._errors) : len(means)])
        for mean, pair in zip(means, numbers, strict=False):
            mean.restore(pair)
        profiles = numbers[len(means) :]
        self._day.restore(profiles[:DAY_SLOTS])
        self._week.restore(profiles[DAY_SLOTS:])
