"""The measurements, each a table: this detector in the first row and its peers below, or with and without something."""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import NamedTuple

from benchmarks.quality import numenta
from benchmarks.quality.alarms import alarms
from benchmarks.quality.billed import real_bill
from benchmarks.quality.called import called
from benchmarks.quality.cold_start import cold_start
from benchmarks.quality.creeping import creeping
from benchmarks.quality.folds import by_folds, folded
from benchmarks.quality.forecasts import forecasts
from benchmarks.quality.incidents import Found, alerts, compare, incidents
from benchmarks.quality.injected import injected, injected_bill
from benchmarks.quality.offline import MISSING, OFFLINE
from benchmarks.quality.operator import answered
from benchmarks.quality.peers import WATCHERS
from benchmarks.quality.report import share, table
from benchmarks.quality.series import Series, microsoft, nab
from benchmarks.quality.unit_cost import unit_cost
from benchmarks.quality.watching import Make, Scored, divided, watch

_BORNE = 0.30  # false incidents a series-week
_NOTE = "offline peers, which read a whole series first, are left out: pip install {}\n"


class _Judged(NamedTuple):
    series: Series
    scored: list[Scored]


def _judged(series: Sequence[Series]) -> Iterator[tuple[str, list[_Judged]]]:
    for name, make in WATCHERS.items():
        yield name, [_Judged(each, _watched(make, each)) for each in series]
    for name, judge in OFFLINE.items():
        yield name, [_Judged(each, judge(each)) for each in series]


def _note() -> str:
    return _NOTE.format(" ".join(MISSING)) if MISSING else ""


def labelled(data: Path) -> str:
    """Labelled hourly series of Microsoft."""
    series = list(microsoft(data))
    rows = []
    for name, judged in _judged(series):
        found = _found([(each, 1.0) for each in judged])
        halves = judged[::2], judged[1::2]
        tuned, held_out = folded(halves, halves[::-1], _f1)
        folds = (by_folds(judged, worth) for worth in (_f1, _most_found))
        rows.append(
            [
                name,
                *map(_three, (found, _found(tuned), _found(held_out), *map(_found, folds))),
                f"{found.delay:.0f}",
                share(found.gone),
            ]
        )
    events = sum(len(each.events) for each in series)
    title = (
        f"{len(series)} hourly series, {events} labelled events: found / precision / false a week"
    )
    columns = (
        "", "as it is", "threshold tuned on one half", "held out", "held out, five folds",
        "five folds, most found at 0.30 false a week",
        "median delay, h", "excess gone before the alert",
    )  # fmt: skip
    return table(title, columns, rows) + _note()


def _f1(cases: Sequence[tuple[_Judged, float]]) -> float:
    return _found(cases).f1


def _most_found(cases: Sequence[tuple[_Judged, float]]) -> float:
    """Recall, of thresholds with as few false incidents as people bear."""
    found = _found(cases)
    return found.recall if found.false_a_week <= _BORNE else -found.false_a_week


def _found(cases: Sequence[tuple[_Judged, float]]) -> Found:
    each_found = (compare(each.series, divided(each.scored, factor)) for each, factor in cases)
    return reduce(Found.plus, each_found)


def _three(found: Found) -> str:
    return f"{share(found.recall)} / {share(found.precision)} / {found.false_a_week:.2f}"


def numenta_score(data: Path) -> str:
    """NAB's own score."""
    series = list(nab(data))
    events = sum(len(each.events) for each in series)
    rows = []
    for name, judged in _judged(series):
        raised = [_openings(each, 1.0) for each in judged]
        hit = outside = 0
        for each, openings in zip(series, raised, strict=True):
            late = [place for place in openings if place >= numenta.probation(len(each.times))]
            hit += sum(any(a <= place <= b for place in late) for a, b in each.events)
            outside += sum(not any(a <= place <= b for a, b in each.events) for place in late)
        halves = judged[::2], judged[1::2]
        scores = ([(each, 1.0) for each in judged], *folded(halves, halves[::-1], _score))
        rows.append([name, *(f"{_score(cases):.1f}" for cases in scores), f"{hit}", f"{outside}"])
    title = f"NAB, standard profile, {len(series)} series, {events} windows"
    columns = (
        "",
        "as it is",
        "threshold tuned on",
        "held out",
        "windows found",
        "incidents outside",
    )
    return table(title, columns, rows) + _note()


def _openings(judged: _Judged, factor: float) -> list[int]:
    places = alerts(divided(judged.scored, factor))
    return [group[0] for group in incidents(places, judged.series.times)]


def _score(cases: Sequence[tuple[_Judged, float]]) -> float:
    raw = silent = 0.0
    for each, factor in cases:
        points, events = len(each.series.times), each.series.events
        raw += numenta.raw_score(points, events, _openings(each, factor))
        silent -= numenta.raw_score(points, events, [])
    events_in_all = sum(len(each.series.events) for each, _ in cases)
    return numenta.normalised(raw, round(silent), events_in_all)


def _watched(make: Make, series: Series) -> list[Scored]:
    return watch(make(series.step, series.warm_up), series)


PARTS: dict[str, tuple[str, Callable[[Path], str]]] = {
    "labelled": ("ms-cloud-monitoring", labelled),
    "nab": ("nab", numenta_score),
    "injections": ("token-usage", injected),
    "bill": ("billing", real_bill),
    "creep": ("ms-cloud-monitoring", creeping),
    "unit-cost": ("token-usage", unit_cost),
    "cold-start": ("token-usage", cold_start),
    "rarity": (".", called),
    "alarms": (".", alarms),
    "feedback": (".", answered),
    "forecasts": ("billing", forecasts),
    "bill-injections": ("billing", injected_bill),
}
