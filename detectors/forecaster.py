"""The forecast of a dense series: four simple forecasters, weighted by how well each did lately.

Not every series has a day or a week in it (the LLM traffic of a single client often has not), so each
series finds out for itself. Points come clipped, so that an anomaly does not become the forecast.
"""

from struct import Struct

from detectors.fading import rate_of
from detectors.places import DAY_DRIFT, ERRORS, LEVEL, RECENT, WEEK_DRIFT, Vector
from detectors.profile import Usual
from detectors.seasons import HOUR

Candidates = tuple[float | None, float | None, float | None, float | None]

_NOTHING_KNOWN: Candidates = (None, None, None, None)
_TINY = 1e-12  # keeps divisions finite
_MEANS = Struct(
    "16d"
)  # of a vector: `RECENT`, `LEVEL`, both drifts and four `ERRORS`, each with its weight
_FROM = 8 * RECENT  # bytes


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

    __slots__ = ("_drift_rate", "_error_rate", "_level_rate", "_recent_rate")

    def __init__(self, step: int) -> None:
        self._recent_rate = rate_of(points(1.5, step, 1.0))
        self._level_rate = rate_of(points(24, step, 8.0))
        self._drift_rate = rate_of(points(6, step, 6.0))
        self._error_rate = rate_of(points(24, step, 24.0))

    def learn(self, numbers: Vector, value: float, candidates: Candidates, usual: Usual) -> None:
        """Takes in a point, with the candidates and what was usual of the profiles that were given for it."""
        (
            recent, of_recent, level, of_level, day_drift, of_day, week_drift, of_week,
            error_1, weight_1, error_2, weight_2, error_3, weight_3, error_4, weight_4,
        ) = _MEANS.unpack_from(numbers, _FROM)  # fmt: skip
        # `fading.learn` eight times, without a call, over numbers that are read and written once.
        rate, (first, second, third, fourth) = self._error_rate, candidates
        if first is not None:
            weight_1 += rate * (1.0 - weight_1)
            error_1 += (abs(value - first) - error_1) * (rate / weight_1)
        if second is not None:
            weight_2 += rate * (1.0 - weight_2)
            error_2 += (abs(value - second) - error_2) * (rate / weight_2)
        if third is not None:
            weight_3 += rate * (1.0 - weight_3)
            error_3 += (abs(value - third) - error_3) * (rate / weight_3)
        if fourth is not None:
            weight_4 += rate * (1.0 - weight_4)
            error_4 += (abs(value - fourth) - error_4) * (rate / weight_4)
        rate = self._recent_rate
        of_recent += rate * (1.0 - of_recent)
        recent += (value - recent) * (rate / of_recent)
        rate = self._level_rate
        of_level += rate * (1.0 - of_level)
        level += (value - level) * (rate / of_level)
        rate, (day, week, _) = self._drift_rate, usual
        if day is not None:
            of_day += rate * (1.0 - of_day)
            day_drift += (value - day - day_drift) * (rate / of_day)
        if week is not None:
            of_week += rate * (1.0 - of_week)
            week_drift += (value - week - week_drift) * (rate / of_week)
        _MEANS.pack_into(
            numbers, _FROM,
            recent, of_recent, level, of_level, day_drift, of_day, week_drift, of_week,
            error_1, weight_1, error_2, weight_2, error_3, weight_3, error_4, weight_4,
        )  # fmt: skip


def candidates_of(numbers: Vector, usual: Usual) -> Candidates:
    """What each forecaster expects of a bucket; None if it knows nothing."""
    if not numbers[LEVEL + 1]:
        return _NOTHING_KNOWN
    day, week, _ = usual
    return (
        numbers[RECENT],
        numbers[LEVEL],
        None if day is None else day + numbers[DAY_DRIFT],
        None if week is None else week + numbers[WEEK_DRIFT],
    )


def blend(numbers: Vector, candidates: Candidates, *, trust_day: bool = True) -> float:
    """The mean of the candidates, each weighted by its error to the power of minus four.

    A forecaster with twice the error has a sixteenth of the weight.

    Args:
        numbers: what the series has learned.
        candidates: what each forecaster expects.
        trust_day: False on the first day of work after a week without, or the other way round. The profile of the
            day was as good as that of the week until then, but knows days of the other kind alone.
    """
    recent, level, day, week = candidates
    of_recent, of_level, of_day, of_week = numbers[ERRORS : ERRORS + 8 : 2].tolist()
    least = of_recent if of_recent < of_level else of_level
    if of_day < least:
        least = of_day
    if of_week < least:
        least = of_week
    least += _TINY
    total = weights = 0.0
    # The same four times, as a loop takes longer: it is done for every point.
    if recent is not None:
        square = (least / (of_recent + _TINY)) ** 2
        weights = square * square
        total = weights * recent
    if level is not None:
        square = (least / (of_level + _TINY)) ** 2
        weight = square * square
        weights += weight
        total += weight * level
    if day is not None and (trust_day or week is None):
        square = (least / (of_day + _TINY)) ** 2
        weight = square * square
        weights += weight
        total += weight * day
    if week is not None:
        square = (least / (of_week + _TINY)) ** 2
        weight = square * square
        weights += weight
        total += weight * week
    return total / weights if weights else 0.0


def move(numbers: Vector, gap: float) -> None:
    """Accepts a new level: everything is expected higher by ``gap`` from now on."""
    for place in (RECENT, LEVEL, DAY_DRIFT, WEEK_DRIFT):
        numbers[place] += gap
        numbers[place + 1] = 1.0
