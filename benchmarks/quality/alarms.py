"""What each sensitivity means: how often a series alerts where nothing is labelled, and what is found."""

from collections.abc import Sequence
from functools import partial, reduce
from pathlib import Path
from statistics import fmean
from typing import NamedTuple, get_args

from benchmarks.quality import bill
from benchmarks.quality.incidents import Found, compare
from benchmarks.quality.injected import SEEDS, false_a_week, recalls, watched
from benchmarks.quality.noise import KINDS, noise
from benchmarks.quality.report import share, table
from benchmarks.quality.series import Series, microsoft, servegen
from benchmarks.quality.watching import Make, Spendwatch, watch
from config.detection import Sensitivity

_MAKES: dict[Sensitivity, Make] = {
    sensitivity: partial(Spendwatch, sensitivity=sensitivity)
    for sensitivity in get_args(Sensitivity)
}
_STEPS = {3600: "hours", 300: "5 minutes"}


class _Kind(NamedTuple):
    """Series of one kind."""

    name: str
    series: Sequence[Series]


def alarms(data: Path) -> str:
    """False incidents a series-week by sensitivity, and what is found."""
    quiet = [
        _Kind(f"noise by {_STEPS[step]}: {kind}", list(noise(kind, step)))
        for step in _STEPS
        for kind in KINDS
    ]
    quiet.append(_Kind("services of the AWS bill, changes included", bill.read(data).services))
    rows = [[each.name, *map(_false, _run(each.series))] for each in quiet]
    labelled, traffic = list(microsoft(data)), list(servegen(data))
    found = _run(labelled)
    injected = [[watched(make, each, SEEDS) for each in traffic] for make in _MAKES.values()]
    cases = [[(each, 1.0) for each in of_make] for of_make in injected]
    rows += [
        ["labelled hourly series, outside of labels", *map(_false, found)],
        ["LLM traffic by 10 minutes", *(f"{false_a_week(each):.2f}" for each in cases)],
        ["found of labelled events", *(share(each.recall) for each in found)],
        ["true incidents on labelled series", *(share(each.precision) for each in found)],
        [
            "found of incidents put into LLM traffic",
            *(share(fmean(recalls(each))) for each in cases),
        ],
    ]
    return table("false incidents a series-week, and what is found", ("", *_MAKES), rows)


def _run(series: Sequence[Series]) -> list[Found]:
    """What each sensitivity makes of series, added up."""
    return [
        reduce(
            Found.plus,
            (compare(each, watch(make(each.step, each.warm_up), each)) for each in series),
        )
        for make in _MAKES.values()
    ]


def _false(found: Found) -> str:
    return f"{found.false_a_week:.2f}"
