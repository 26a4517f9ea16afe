"""Whether what is called *once in N days* comes once in N days.

A call is the most that was said of an incident, alert or not, before it was learned. Calls of N days or more should
come once in N days of a series and direction; where incidents of any strength come more seldom, as seldom as these.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from math import inf
from pathlib import Path
from typing import NamedTuple

from benchmarks.quality import bill
from benchmarks.quality.noise import KINDS, noise
from benchmarks.quality.report import table
from benchmarks.quality.series import Series, microsoft, nab, servegen
from detectors.engine import Detector
from detectors.judge import Judge
from detectors.peaks import APART, START
from detectors.rarity import Rareness, Rarity

_DAY = 86_400
_DAYS = (7, 14, 28, 42)
_LEAST = 14 * _DAY - APART  # seconds; shorter series are left out


class Calls(NamedTuple):
    """Of several series: for each number of days how many calls came, and how many should have."""

    came: dict[int, int]
    expected: dict[int, float]


def called(data: Path) -> str:
    """Calls that came, against those that should have, by the kind of series."""
    made_up = chain.from_iterable(noise(kind, step) for kind in KINDS for step in (3600, 300))
    kinds: dict[str, Iterable[Series]] = {
        "noise, seeded": made_up,
        "labelled hourly series": microsoft(data),
        "NAB": nab(data),
        "LLM traffic": servegen(data),
        "services of the AWS bill": bill.read(data).services,
    }
    rows = [[kind, *_cells(calls_on(series))] for kind, series in kinds.items()]
    title = "called once in N days or more, or never before: came / expected"
    return table(title, ("", *(f"{days} days" for days in _DAYS)), rows)


def calls_on(series: Iterable[Series]) -> Calls:
    """The calls on series, as far as they are long enough."""
    calls = Calls(dict.fromkeys(_DAYS, 0), dict.fromkeys(_DAYS, 0.0))
    for each in series:
        if each.times[-1] - each.times[0] >= _LEAST:
            _add(each, calls)
    return calls


def _add(series: Series, calls: Calls) -> None:
    judge = Judge(Detector(min(max(series.step, 60), _DAY)))
    said: dict[bool, list[tuple[int, float]]] = {True: [], False: []}
    for time, value in zip(series.times, series.values, strict=True):
        verdict = judge.verdict(time, value)
        days = _days(judge.rareness(time, verdict))
        if days is not None:
            said[verdict.direction == "up"].append((time, days))
        if time % _DAY < series.step:
            _expect(judge.rarity, time, time - series.times[0], calls)
        judge.learn(time, value, verdict)
    for of_direction in said.values():
        for began, most in _incidents(of_direction):
            for days in _DAYS:
                calls.came[days] += most >= days and began - series.times[0] >= days * _DAY


def _expect(rarity: Rarity, time: int, watched: int, calls: Calls) -> None:
    """Add what a day should bring."""
    for up in (True, False):
        least = rarity.of(time, START, up=up)
        between = least.once_in_days or least.never_in_days or inf
        for days in _DAYS:
            if watched >= days * _DAY:
                calls.expected[days] += 1.0 / max(days, between)


def _days(rareness: Rareness) -> float | None:
    return inf if rareness.never_in_days is not None else rareness.once_in_days


def _incidents(said: Sequence[tuple[int, float]]) -> Iterator[tuple[int, float]]:
    """Start of each incident, and the most that was said of it."""
    began, last, most = 0, -inf, 0.0
    for time, days in said:
        if time - last > APART:
            if most:
                yield began, most
            began, most = time, 0.0
        last, most = time, max(most, days)
    if most:
        yield began, most


def _cells(calls: Calls) -> Iterator[str]:
    for days in _DAYS:
        expected = calls.expected[days]
        yield f"{calls.came[days]} / {expected:.0f}" if expected >= 1 else "-"
