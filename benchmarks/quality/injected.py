"""Incidents of known shape, put into real traffic: who finds them, and what is raised without any."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from benchmarks.quality.folds import folded
from benchmarks.quality.incidents import incidents
from benchmarks.quality.injections import KINDS, injections
from benchmarks.quality.peers import WATCHERS, Trees
from benchmarks.quality.report import share, table
from benchmarks.quality.series import Series, servegen
from benchmarks.quality.watching import Make, watch

_TUNED_ON, SEEDS = (1, 3), (6, 8)  # the second are held out
_EACH = 3  # of a kind, series and seed
_FALSE = 0.1  # of recall that one false incident a series-week is worth when a threshold is chosen


class _Scored(NamedTuple):
    kind: str
    money: float  # what it moves, in mean buckets of its series
    clean: list[float]  # the scores without it
    dirty: list[float]  # and with it, from its first bucket on


class Watched(NamedTuple):
    """A series without and with each of its incidents."""

    series: Series
    clean: list[float]
    incidents: list[_Scored]


Cases = Sequence[tuple[Watched, float]]  # with what an alert takes


def injected(data: Path) -> str:
    """Incidents put into ServeGen's traffic: thresholds are tuned on half the series, and used on the others and other seeds."""
    series = list(servegen(data))
    rows = []
    for name, make in WATCHERS.items():
        if make is Trees:
            continue  # a copy at each incident, of 400 KB in small objects, takes minutes
        first, second = (
            [watched(make, each, seeds) for each in series] for seeds in (_TUNED_ON, SEEDS)
        )
        halves, others = (first[::2], first[1::2]), (second[1::2], second[::2])
        tuned, held_out = folded(halves, others, _worth)
        rows.append(
            [name, *_figures([(each, 1.0) for each in second]), _short(tuned), _short(held_out)]
        )
    count = _EACH * len(SEEDS) * len(series)
    title = f"incidents put into {len(series)} series of LLM traffic, {count} of each kind, of seeds not tuned on"
    columns = (
        "", *KINDS, "mean", "by money", "median delay, buckets", "false a series-week",
        "threshold tuned on: mean @ false", "held out",
    )  # fmt: skip
    return table(title, columns, rows)


def watched(make: Make, series: Series, seeds: Sequence[int]) -> Watched:
    """The watcher learns the clean series; at each incident a copy of it goes another way."""
    planned = [each for seed in seeds for each in injections(series, seed, _EACH)]
    clean = [each.score for each in watch(make(series.step, series.warm_up), series)]
    watcher, place, usual = make(series.step, series.warm_up), 0, fmean(series.values)
    found = []
    for each in sorted(planned, key=lambda one: one.start):
        watch(watcher, _cut(series, place, each.start))
        place = each.start
        dirty = watch(deepcopy(watcher), _cut(each.into(series), place, each.until))
        moved = zip(
            each.into(series).values[place:], series.values[place : each.until], strict=True
        )
        found.append(
            _Scored(
                each.kind,
                sum(abs(other - value) for other, value in moved) / usual,
                clean[place : each.until],
                [one.score for one in dirty],
            )
        )
    return Watched(series, clean, found)


def _cut(series: Series, start: int, end: int) -> Series:
    return series._replace(times=series.times[start:end], values=series.values[start:end])


def _delay(scored: _Scored, alert: float) -> int | None:
    """Buckets to the first alert that the clean series does not raise."""
    pairs = enumerate(zip(scored.dirty, scored.clean, strict=True))
    return next((place for place, (dirty, clean) in pairs if dirty >= alert > clean), None)


def false_a_week(cases: Cases) -> float:
    """Incidents a series-week without any put in."""
    raised = 0
    for watched, alert in cases:
        series = watched.series
        places = range(series.warm_up, len(series.times))
        loud = [place for place in places if watched.clean[place] >= alert]
        raised += len(incidents(loud, series.times))
    return raised / sum(watched.series.weeks for watched, _ in cases)


def recalls(cases: Cases) -> list[float]:
    """Share found, of each kind."""
    found: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for watched, alert in cases:
        for each in watched.incidents:
            found[each.kind].append(_delay(each, alert) is not None)
    return [fmean(of_kind) for of_kind in found.values()]


def _worth(cases: Cases) -> float:
    return fmean(recalls(cases)) - _FALSE * false_a_week(cases)


def _short(cases: Cases) -> str:
    return f"{share(fmean(recalls(cases)))} @ {false_a_week(cases):.2f}"


def _figures(cases: Cases) -> Iterator[str]:
    found = recalls(cases)
    yield from map(share, (*found, fmean(found)))
    delays = [
        (each.money, _delay(each, alert)) for watched, alert in cases for each in watched.incidents
    ]
    seen = [(money, delay) for money, delay in delays if delay is not None]
    yield share(sum(money for money, _ in seen) / sum(money for money, _ in delays))
    yield f"{median(delay for _, delay in seen):.0f}" if seen else "-"
    yield f"{false_a_week(cases):.2f}"
