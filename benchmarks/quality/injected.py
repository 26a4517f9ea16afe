"""Incidents of known shape, put into real traffic and a real bill: who finds them, and what is raised without any."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from benchmarks.quality import bill
from benchmarks.quality.folds import folded
from benchmarks.quality.incidents import incidents
from benchmarks.quality.injections import KINDS, injections
from benchmarks.quality.peers import WATCHERS
from benchmarks.quality.report import share, table
from benchmarks.quality.series import Series, servegen
from benchmarks.quality.watching import Make, watch

_TUNED_ON, SEEDS = (1, 3), (6, 8)  # the second are held out
_EACH = 3  # of a kind, series and seed
_BILL_EACH = 6
_LEAST = 0.05  # USD an hour that a service of the bill costs; of cents no incident matters
_FALSE = 0.1  # of recall that one false incident a series-week is worth when a threshold is chosen


class _Scored(NamedTuple):
    kind: str
    moved: list[float]  # by it in each bucket, in the unit of the table
    clean: list[float]  # the scores without it
    dirty: list[float]  # and with it, from its first bucket on


class Watched(NamedTuple):
    """A series without and with each of its incidents."""

    series: Series
    clean: list[float]
    incidents: list[_Scored]


Cases = Sequence[tuple[Watched, float]]  # with what an alert takes


Usual = Callable[[Series], float]  # what money is counted in


def injected(data: Path) -> str:
    """Incidents put into ServeGen's traffic: thresholds are tuned on half the series, and used on the others and other seeds."""
    series = list(servegen(data))
    count = _EACH * len(SEEDS) * len(series)
    title = f"incidents put into {len(series)} series of LLM traffic, {count} of each kind, of seeds not tuned on"
    first, second = (
        _all(series, seeds, _EACH, lambda one: fmean(one.values)) for seeds in (_TUNED_ON, SEEDS)
    )
    return _table(title, first, second)


def injected_bill(data: Path) -> str:
    """The same put into the hourly cost of the bill's services, in dollars; and by service."""
    services = [each for each in bill.read(data).services if fmean(each.values) >= _LEAST]
    first, second = (
        _all(services, seeds, _BILL_EACH, lambda _: 1.0) for seeds in (_TUNED_ON, SEEDS)
    )
    count = _BILL_EACH * len(SEEDS) * len(services)
    title = f"incidents put into {len(services)} services of the bill, {count} of each kind, of seeds not tuned on"
    return _table(title, first, second) + "\n" + _by_service(second)


def _all(
    series: Sequence[Series], seeds: Sequence[int], each: int, usual: Usual
) -> dict[str, list[Watched]]:
    return {
        name: [watched(make, one, seeds, each, usual(one)) for one in series]
        for name, make in WATCHERS.items()
    }


def _table(title: str, first: dict[str, list[Watched]], second: dict[str, list[Watched]]) -> str:
    rows = []
    for name, tried in second.items():
        tuned_on = first[name]
        halves, others = (tuned_on[::2], tuned_on[1::2]), (tried[1::2], tried[::2])
        tuned, held_out = folded(halves, others, _worth)
        figures = _figures([(each, 1.0) for each in tried])
        rows.append([name, *figures, _short(tuned), _short(held_out)])
    columns = (
        "", *KINDS, "mean", "by money", "median delay, h", "money lost before the alert",
        "false a series-week", "threshold tuned on: mean @ false", "held out",
    )  # fmt: skip
    return table(title, columns, rows)


def _by_service(watched: dict[str, list[Watched]]) -> str:
    """Mean recall, recall by money, and false incidents a week of each service."""
    rows = [[name, *(_of_service(each) for each in all_of)] for name, all_of in watched.items()]
    services = [each.series.name for each in next(iter(watched.values()))]
    return table("by service: mean / by money / false a week", ("", *services), rows)


def _of_service(watched: Watched) -> str:
    cases = [(watched, 1.0)]
    found, _ = _by_money(cases)
    return f"{share(fmean(recalls(cases)))} / {share(found)} / {false_a_week(cases):.2f}"


def watched(
    make: Make,
    series: Series,
    seeds: Sequence[int],
    each_kind: int = _EACH,
    usual: float | None = None,
) -> Watched:
    """The watcher learns the clean series; at each incident a copy of it goes another way.

    Money is counted in ``usual``; None takes mean buckets of the series.
    """
    unit = fmean(series.values) if usual is None else usual
    planned = [each for seed in seeds for each in injections(series, seed, each_kind)]
    clean = [each.score for each in watch(make(series.step, series.warm_up), series)]
    watcher, place = make(series.step, series.warm_up), 0
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
                [abs(other - value) / unit for other, value in moved],
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
    found_of = recalls(cases)
    yield from map(share, (*found_of, fmean(found_of)))
    found, lost = _by_money(cases)
    delays = [
        delay * watched.series.step / 3600
        for watched, alert in cases
        for each in watched.incidents
        if (delay := _delay(each, alert)) is not None
    ]
    yield share(found)
    yield f"{median(delays):.1f}" if delays else "-"
    yield share(lost)
    yield f"{false_a_week(cases):.2f}"


def _by_money(cases: Cases) -> tuple[float, float]:
    """Shares of all that the incidents moved: of those that were found, and what had gone by the alert's bucket or was not found."""
    found = lost = total = 0.0
    for watched, alert in cases:
        for each in watched.incidents:
            moved, delay = sum(each.moved), _delay(each, alert)
            total += moved
            found += 0.0 if delay is None else moved
            lost += moved if delay is None else sum(each.moved[: delay + 1])
    return found / total, lost / total
