"""The four measurements, each a table with this detector in the first row and its peers below."""

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from functools import reduce
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from benchmarks.quality import bill, numenta
from benchmarks.quality.incidents import Found, alerts, compare, incidents
from benchmarks.quality.injections import KINDS, Injection, injections
from benchmarks.quality.peers import Gaussian, PercentOfWeek, StaticBudget, ThreeSigma
from benchmarks.quality.report import share, table
from benchmarks.quality.series import Series, microsoft, nab, servegen
from benchmarks.quality.watching import Make, Scored, Spendwatch, Watcher, watch
from config.loader import load_rules

WATCHERS: dict[str, Make] = {
    "spendwatch": Spendwatch,
    "global 3 sigma": ThreeSigma,
    "50 % off the last 7 days (Kubecost)": PercentOfWeek,
    "static budget, 150 % (LiteLLM)": StaticBudget,
    "River GaussianScorer": Gaussian,
}
_SEED, _EACH = 7, 3


def labelled(data: Path) -> str:
    """Labelled hourly series of Microsoft."""
    series = list(microsoft(data))
    rows = []
    for name, make in WATCHERS.items():
        found = reduce(Found.plus, (compare(each, _watched(make, each)) for each in series))
        rows.append([
            name, share(found.recall), share(found.precision), f"{found.false_a_week:.2f}",
            f"{found.delay:.0f}",
        ])  # fmt: skip
    events = sum(len(each.events) for each in series)
    title = f"{len(series)} hourly series, {events} labelled events"
    columns = ("", "events found", "precision", "false a series-week", "median delay, h")
    return table(title, columns, rows)


def numenta_score(data: Path) -> str:
    """NAB's own score."""
    series = list(nab(data))
    events = sum(len(each.events) for each in series)
    silent = -sum(numenta.raw_score(len(each.times), each.events, []) for each in series)
    rows = []
    for name, make in WATCHERS.items():
        raw, hit, outside = 0.0, 0, 0
        for each in series:
            places = alerts(_watched(make, each))
            openings = [group[0] for group in incidents(places, each.times)]
            raw += numenta.raw_score(len(each.times), each.events, openings)
            start = numenta.probation(len(each.times))
            late = [place for place in openings if place >= start]
            hit += sum(any(a <= place <= b for place in late) for a, b in each.events)
            outside += sum(not any(a <= place <= b for a, b in each.events) for place in late)
        score = numenta.normalised(raw, round(silent), events)
        rows.append([name, f"{score:.1f}", f"{hit}", f"{outside}"])
    title = f"NAB, standard profile, {len(series)} series, {events} windows"
    return table(title, ("", "score", "windows found", "incidents outside"), rows)


class _Injected(NamedTuple):
    kind: str
    money: float  # what it moves, in mean buckets of its series
    delay: int | None  # buckets to the first alert


def injected(data: Path) -> str:
    """Incidents put into ServeGen's traffic."""
    series = list(servegen(data))
    rows = []
    for name, make in WATCHERS.items():
        found: list[_Injected] = []
        false = 0
        for each in series:
            planned = sorted(injections(each, _SEED, _EACH), key=lambda one: one.start)
            false += len(incidents(alerts(_watched(make, each), each.warm_up), each.times))
            found += _injected(make(each.step, each.warm_up), each, planned)
        weeks = sum(each.weeks for each in series)
        rows.append([name, *_recalls(found), f"{false / weeks:.2f}"])
    title = f"incidents put into {len(series)} series of LLM traffic, {_EACH * len(series)} of each kind"
    columns = ("", *KINDS, "mean", "by money", "median delay, buckets", "false a series-week")
    return table(title, columns, rows)


def _injected(
    watcher: Watcher, series: Series, planned: Iterable[Injection]
) -> Iterable[_Injected]:
    """The watcher learns the clean series; at each incident a copy of it goes another way."""
    place, usual = 0, fmean(series.values)
    for each in planned:
        watch(watcher, _cut(series, place, each.start))
        place = each.start
        clean = watch(deepcopy(watcher), _cut(series, place, each.until))
        other = each.into(series)
        scored = watch(deepcopy(watcher), _cut(other, place, each.until))
        first = next(
            (
                index
                for index, (dirty, without) in enumerate(zip(scored, clean, strict=True))
                if dirty.score >= 1.0 > without.score
            ),
            None,
        )
        moved = zip(other.values[place:], series.values[place : each.until], strict=True)
        yield _Injected(each.kind, sum(abs(a - b) for a, b in moved) / usual, first)


def _cut(series: Series, start: int, end: int) -> Series:
    return series._replace(times=series.times[start:end], values=series.values[start:end])


def _recalls(found: Sequence[_Injected]) -> list[str]:
    recalls = [
        fmean(each.delay is not None for each in found if each.kind == kind) for kind in KINDS
    ]
    money = sum(each.money for each in found if each.delay is not None)
    delays = [each.delay for each in found if each.delay is not None]
    return [
        *map(share, recalls),
        share(fmean(recalls)),
        share(money / sum(each.money for each in found)),
        f"{median(delays):.0f}" if delays else "-",
    ]


def real_bill(data: Path) -> str:
    """The bill by service."""
    run = bill.read(data)
    thresholds = load_rules(None).detection.defaults
    raised = {"spendwatch": run.raised} | {
        name: list(bill.raised_by(make, run.services, thresholds))
        for name, make in WATCHERS.items()
        if make is not Spendwatch
    }
    rows = [
        [
            change.name,
            *("yes" if bill.found(change, told) is not None else "-" for told in raised.values()),
        ]
        for change in bill.CHANGES
    ]
    others = {
        name: [each for each in told if each not in _told(told)] for name, told in raised.items()
    }
    for service in sorted({each.service for told in others.values() for each in told}):
        counts = (sum(each.service == service for each in told) for told in others.values())
        rows.append([f"other incidents, {service}", *map(str, counts)])
    return table("AWS bill, two months, found within 3 hours", ("", *raised), rows)


def _told(raised: Sequence[bill.Raised]) -> list[bill.Raised | None]:
    return [bill.found(change, raised) for change in bill.CHANGES]


def _watched(make: Make, series: Series) -> list[Scored]:
    return watch(make(series.step, series.warm_up), series)


PARTS: dict[str, tuple[str, Callable[[Path], str]]] = {
    "labelled": ("ms-cloud-monitoring", labelled),
    "nab": ("nab", numenta_score),
    "injections": ("token-usage", injected),
    "bill": ("billing", real_bill),
}
