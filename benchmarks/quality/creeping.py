"""A slow creep put into hourly cloud series: who tells of it, when, and how much it has cost by then."""

from collections.abc import Iterator, Sequence
from math import cos, exp, pi
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from benchmarks.quality.incidents import incidents
from benchmarks.quality.peers import WATCHERS, Trees
from benchmarks.quality.report import share, table
from benchmarks.quality.series import Series, microsoft
from benchmarks.quality.watching import Make, Scored, Spendwatch, watch

_PERCENT = (2.0, 3.0, 5.0)  # a day
_FIRST_DAY, _DAYS = 23, 23  # of the creep, and how long it lasts
_DAY = 86_400
_MONDAY = 1_717_372_800
_NOISES = (0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.4, 0.6, 0.6)


class _WithoutCreep(Spendwatch):
    """The detector of usage alone."""

    def score(self, time: int, value: float) -> Scored:
        """Score a point."""
        verdict = self._verdict = self.judge.verdict(time, value)
        return Scored(verdict.score, verdict.expected)


class _Told(NamedTuple):
    """When a creep was told."""

    days: float  # after it began
    cost: float  # beyond the series without it by then, in its mean days


def creeping(data: Path) -> str:
    """Rises of a few percent a day, put into Microsoft's series and into steady spend."""
    long = [each for each in microsoft(data) if _days(each) >= _FIRST_DAY + _DAYS]
    return f"{_table('hourly series of Microsoft', long)}\n{_table('made-up steady series', list(_steady()))}"


def _steady() -> Iterator[Series]:
    """Spend with a day, a weekend and noise of 10 to 60 %."""
    for seed, noise in enumerate(_NOISES):
        chance = Random(seed)  # noqa: S311 - repeatable, not secret
        times = [_MONDAY + hour * 3600 for hour in range(24 * 56)]
        values = []
        for time in times:
            day = 1 + 0.6 * cos(2 * pi * (time % _DAY / _DAY - 0.6))
            week = 0.45 if (time // _DAY + 3) % 7 >= 5 else 1.0
            values.append(20 * day * week * exp(chance.gauss(0, noise)))
        yield Series(f"steady {seed}", 3600, times, values, [])


def _table(name: str, series: Sequence[Series]) -> str:
    makes = {"spendwatch": WATCHERS["spendwatch"], "spendwatch without days": _WithoutCreep}
    makes |= {name: make for name, make in WATCHERS.items() if make not in (Spendwatch, Trees)}
    rows = [[name, *_figures(make, series)] for name, make in makes.items()]
    columns = ["", *(f"{percent:g} % a day: found, days, cost" for percent in _PERCENT)]
    return table(
        f"a creep of {_DAYS} days put into {len(series)} {name}; days until it is told, and its cost by then in mean days",
        (*columns, "incidents a series-week without it"),
        rows,
    )


def _figures(make: Make, series: Sequence[Series]) -> list[str]:
    clean = [
        [each.score >= 1 for each in watch(make(one.step, one.warm_up), one)] for one in series
    ]
    cells = []
    for percent in _PERCENT:
        told = [
            _told(make, one, alerts, percent) for one, alerts in zip(series, clean, strict=True)
        ]
        found = [each for each in told if each is not None]
        days = f"{median(each.days for each in found):.0f}" if found else "-"
        cost = f"{median(each.cost for each in found):.1f}" if found else "-"
        cells.append(f"{share(len(found) / len(told))}, {days}, {cost}")
    raised = sum(
        len(incidents([place for place, loud in enumerate(alerts) if loud], one.times))
        for one, alerts in zip(series, clean, strict=True)
    )
    return [*cells, f"{raised / sum(_days(one) / 7 for one in series):.2f}"]


def _told(make: Make, series: Series, clean: Sequence[bool], percent: float) -> _Told | None:
    first = series.times[0] + _FIRST_DAY * _DAY
    factors = [(1 + percent / 100) ** max(0.0, (time - first) / _DAY) for time in series.times]
    values = [value * by for value, by in zip(series.values, factors, strict=True)]
    end = next((at for at, time in enumerate(series.times) if time >= first + _DAYS * _DAY), None)
    crept = series._replace(times=series.times[:end], values=values[:end])
    scored = watch(make(series.step, series.warm_up), crept)
    usual = sum(series.values) / _days(series)
    cost = 0.0
    for at, each in enumerate(scored):
        cost += values[at] - series.values[at]
        if each.score >= 1 and not clean[at] and crept.times[at] > first:
            return _Told((crept.times[at] - first) / _DAY, cost / usual)
    return None


def _days(series: Series) -> float:
    return (series.times[-1] - series.times[0]) / _DAY
