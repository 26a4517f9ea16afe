"""The first days of a series, with a sibling to borrow from and without one.

Clients of one model in ServeGen's traffic are no kin: they show what is lost where a sibling is unlike. The other
series are the simulated company's, of which a staging environment begins after ten days, at a third of the height and
with noise of its own.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import numpy as np

from benchmarks.quality.incidents import incidents
from benchmarks.quality.report import share, table
from benchmarks.quality.series import servegen
from detectors.engine import Detector
from detectors.siblings import Lent
from stream.demo.bill import LINES
from stream.demo.rhythm import Rhythm, drift, generator, wobble
from stream.demo.traffic import FEATURES

_DAY, _HOUR = 86_400, 3600
_WEEK = 7 * _DAY
_MONDAY = 1_699_833_600
_BEGINS = 10 * _DAY + 9 * _HOUR  # after the sibling, in the working day
_HEIGHT = 0.3
_UNSCORED = 4  # points that any forecast must see
_STORMS = (
    (14, 1.5, 4.0),
    (30, 2.0, 3.0),
    (52, 3.0, 2.5),
)  # hours after the beginning, hours long, times


class _Case(NamedTuple):
    """A series of one week, and an experienced one that may lend to it."""

    step: int
    times: Sequence[int]
    values: Sequence[float]
    sibling: Detector


class _Point(NamedTuple):
    after: int  # seconds
    value: float
    expected: float
    score: float


def cold_start(data: Path) -> str:
    """WAPE, false incidents and storms found, by kind of series."""
    kinds = {
        "company, bill by the hour": list(_company(_HOUR)),
        "company, LLM traffic each 5 minutes": list(_company(300)),
        "ServeGen, other clients of the model": list(_clients(data)),
    }
    rows = [
        [f"{kind}, {'with' if borrows else 'without'} a sibling", *_figures(cases, borrows=borrows)]
        for kind, cases in kinds.items()
        for borrows in (False, True)
    ]
    counts = ", ".join(str(len(cases)) for cases in kinds.values())
    columns = (
        "",
        "WAPE of 1 day",
        "3 days",
        "7 days",
        "false incidents in 3 days",
        "in 7 days",
        "storms found",
    )
    return table(f"the first days of {counts} series", columns, rows)


def _figures(cases: Sequence[_Case], *, borrows: bool) -> Iterator[str]:
    runs = [_run(case, borrows=borrows) for case in cases]
    for days in (1, 3, 7):
        yield share(fmean(_wape(run, days) for run in runs))
    for days in (3, 7):
        yield f"{fmean(_false(run, days) for run in runs):.2f}"
    found = (
        _finds(case, run, storm, borrows=borrows)
        for case, run in zip(cases, runs, strict=True)
        for storm in _STORMS
    )
    yield share(fmean(found))


def _run(
    case: _Case, storm: tuple[float, float, float] | None = None, *, borrows: bool
) -> list[_Point]:
    detector = Detector(case.step)
    lent = Lent.by(case.sibling) if borrows else None
    points = []
    for time, usual in zip(case.times, case.values, strict=True):
        after = time - case.times[0]
        value = usual * storm[2] if storm is not None and _is_in(storm, after) else usual
        verdict = detector.score(time, value)
        points.append(_Point(after, value, verdict.expected, verdict.score))
        if lent is None:
            detector.learn(time, value)
            continue
        detector = lent.learn(detector, time, value)
        lent = None if lent.is_over else lent
    return points


def _is_in(storm: tuple[float, float, float], after: int, slack: int = 0) -> bool:
    begins, hours, _ = storm
    return begins * _HOUR <= after < (begins + hours) * _HOUR + slack


def _wape(run: Sequence[_Point], days: int) -> float:
    scored = [each for each in run[_UNSCORED:] if each.after < days * _DAY]
    spent = sum(each.value for each in scored)
    return sum(abs(each.value - each.expected) for each in scored) / spent if spent else 0.0


def _false(run: Sequence[_Point], days: int) -> int:
    loud = [place for place, each in enumerate(run) if each.score >= 1.0]
    groups = incidents(loud, [each.after for each in run])
    return sum(run[group[0]].after < days * _DAY for group in groups)


def _finds(
    case: _Case, clean: Sequence[_Point], storm: tuple[float, float, float], *, borrows: bool
) -> bool:
    """Whether a storm raises an alert that the clean series does not."""
    dirty = _run(case, storm, borrows=borrows)
    return any(
        _is_in(storm, now.after, 2 * case.step) and now.score >= 1.0 > before.score
        for now, before in zip(dirty, clean, strict=True)
    )


def _clients(data: Path) -> Iterator[_Case]:
    """Each client after six and a half days, beside each of the next two of its model."""
    models: dict[str, list[tuple[list[int], list[float]]]] = {}
    for each in servegen(data):
        models.setdefault(each.name.partition("/")[0], []).append((each.times, each.values))
    begins = 13 * _DAY // 2
    for clients in models.values():
        known = [_taught(600, *client, until=begins) for client in clients]
        for number, (times, values) in enumerate(clients):
            first = next(place for place, time in enumerate(times) if time >= begins)
            for beside in (1, 2):
                sibling = known[(number + beside) % len(clients)]
                yield _Case(600, times[first:], values[first:], sibling)


def _company(step: int) -> Iterator[_Case]:
    """Production for ten days, then staging beside it."""
    times = np.arange(_MONDAY, _MONDAY + _BEGINS + _WEEK, step, dtype=np.int64)
    lines: dict[str, tuple[Rhythm, float, float]] = (
        {line.resource: (line.rhythm, line.hourly, 0.04) for line in LINES}
        if step == _HOUR
        else {one.service: (one.rhythm, one.requests, 0.07) for one in FEATURES}
    )
    for name, (rhythm, height, noise) in lines.items():
        production, staging = (
            (
                rhythm.load(times)
                * drift(random, times, 0.05)
                * wobble(random, times.size, noise)
                * height
            ).tolist()
            for random in (generator(7, name), generator(7, f"{name} staging"))
        )
        known, first = times.tolist(), _BEGINS // step
        sibling = _taught(step, known, production, until=_MONDAY + _BEGINS)
        values = [_HEIGHT * value for value in staging[first:]]
        yield _Case(step, known[first:], values, sibling)


def _taught(step: int, times: Sequence[int], values: Sequence[float], until: int) -> Detector:
    detector = Detector(step)
    for time, value in zip(times, values, strict=True):
        if time < until:
            detector.learn(time, value)
    return detector
