"""Made-up series in which nothing happens, seeded: what alerts there is chance."""

from collections.abc import Callable, Iterator
from math import exp, pi, sin, sqrt
from random import Random
from typing import Final

from benchmarks.quality.series import Series

_DAY, _HOUR = 86_400, 3600
_START = 1_717_372_800  # Monday, 3 June 2024, 00:00 UTC
_LENGTHS = {_HOUR: (6, 12), 300: (3, 4)}  # series and weeks of each step

Draw = Callable[[Random, int], float]


def _gaussian(chance: Random, time: int) -> float:
    """Level all week, Gaussian on the root scale."""
    del time
    return float(max(0.0, chance.gauss(10, 1)) ** 2)


def _lognormal(chance: Random, time: int) -> float:
    """With day and week, varying by a fifth."""
    return _usual(time) * exp(chance.gauss(0, 0.2))


def _heavy(chance: Random, time: int) -> float:
    """The same with Student's t of four degrees: rises to twice and three times the usual come by themselves."""
    return _usual(time) * exp(0.15 * chance.gauss(0, 1) / sqrt(chance.gammavariate(2, 0.5)))


def _counts(chance: Random, time: int) -> float:
    """Poisson counts, four on average, by the hour of the day."""
    least, product, arrivals = exp(-0.04 * _usual(time)), chance.random(), 0
    while product > least:  # Knuth's way
        product *= chance.random()
        arrivals += 1
    return float(arrivals)


def _usual(time: int) -> float:
    weekend = time // _DAY % 7 in {2, 3}  # the epoch was a Thursday
    return (
        100 * (1 + 0.6 * sin(2 * pi * (time % _DAY / _HOUR - 8) / 24)) * (0.55 if weekend else 1.0)
    )


KINDS: Final[dict[str, Draw]] = {
    "Gaussian": _gaussian,
    "lognormal, day and week": _lognormal,
    "Poisson counts": _counts,
    "heavy tails": _heavy,
}


def noise(kind: str, step: int) -> Iterator[Series]:
    """Series of a kind, with buckets of an hour or of five minutes."""
    series, weeks = _LENGTHS[step]
    for number in range(series):
        chance = Random(f"{kind} {step} {number}")  # noqa: S311 - repeatable, not secret
        times = list(range(_START, _START + weeks * 7 * _DAY, step))
        values = [KINDS[kind](chance, time) for time in times]
        yield Series(f"{kind} {number}", step, times, values, [])
