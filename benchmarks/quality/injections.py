"""Incidents of known shape, put into the traffic of real clients: seeded, so that every run has the same."""

from collections.abc import Iterator
from random import Random
from statistics import fmean
from typing import Literal, NamedTuple, get_args

from benchmarks.quality.series import Series

Kind = Literal["retry", "spike", "drop", "shift", "creep"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_RAMP = (2.0, 3.5, 5.0)
_CREEP = 1.05  # an hour
_CREEP_HOURS = 36
_SHIFT_HOURS = 12  # within which a new level must be found
_SLACK = 2  # buckets after a short incident in which an alert still counts
_LEARNED = 7 * 86_400  # seconds before the first incident
_BUSY = 0.5  # of the usual spend; where there is none, nothing can fall and nothing can double


class Injection(NamedTuple):
    """An incident: from ``start`` on each bucket is multiplied by the next factor."""

    kind: Kind
    start: int
    factors: list[float]
    until: int  # the first bucket in which an alert does not count any more

    def into(self, series: Series) -> Series:
        """The series with the incident in it, up to where alerts count."""
        values = series.values[: self.until]
        for place, factor in enumerate(self.factors, self.start):
            if place < self.until:
                values[place] *= factor
        return series._replace(values=values, times=series.times[: self.until])


def injections(series: Series, seed: int, each: int) -> Iterator[Injection]:
    """``each`` incidents of every kind, at places where the series is at work."""
    for kind in KINDS:
        chance = Random(f"{seed} {series.name} {kind}")  # noqa: S311 - repeatable, not secret
        for _ in range(each):
            factors = _factors(kind, chance, series.step)
            length = {"shift": _SHIFT_HOURS, "creep": _CREEP_HOURS}.get(kind)
            window = len(factors) + _SLACK if length is None else length * 3600 // series.step
            start = _place(series, window, chance)
            yield Injection(kind, start, factors, start + window)


def _factors(kind: Kind, chance: Random, step: int) -> list[float]:
    match kind:
        case "retry":
            return [*_RAMP, *[_RAMP[-1]] * chance.randint(3, 6)]
        case "spike":
            return [3.0] * chance.randint(1, 3)
        case "drop":
            return [0.0] * chance.randint(6, 18)
        case "shift":
            return [2.0] * (_SHIFT_HOURS * 3600 // step)
        case "creep":
            buckets = range(_CREEP_HOURS * 3600 // step)
            return [_CREEP ** ((bucket + 1) * step / 3600) for bucket in buckets]


def _place(series: Series, window: int, chance: Random) -> int:
    usual = fmean(series.values)
    first, last = _LEARNED // series.step, len(series.values) - window
    for _ in range(200):
        start = chance.randrange(first, last)
        if fmean(series.values[start : start + min(window, 18)]) >= _BUSY * usual:
            return start
    raise ValueError(f"{series.name} is at work nowhere")
