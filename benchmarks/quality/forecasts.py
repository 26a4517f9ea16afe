"""How good forecasts are: of one bucket, of the day at its beginning and at noon, of seven days and of a month.

All that forecasts runs over the same points and knows at each moment what came before it, no more.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from benchmarks.quality import bill
from benchmarks.quality.forecasters import FORECASTERS, MISSING, Forecaster, Made
from benchmarks.quality.report import share, table
from benchmarks.quality.series import Series, microsoft, servegen
from benchmarks.quality.together import Span, together
from detectors.months import month_of

DAY, _NOON = 86_400, 43_200
_KNOWN = 7  # days before the first forecast counts
_WORTH = 1.0  # of the whole series: what costs cents in two months is no matter
_FEW = 0.8  # of a day's points: with fewer its amount is not known
_NOTE = "AutoETS is left out: pip install {}\n"
_DUST = 1e-9  # of an amount: sums of floats in another order
_OTHER = "Microsoft, hourly"
_OWN, _TOGETHER = "spendwatch", "spendwatch, the sum of all series"
TASKS = ("next bucket", "day, at 00:00", "day, at 12:00", "7 days", "month, at each 00:00")


class _Judged(NamedTuple):
    error: float
    actual: float
    covered: bool
    time: int
    span: Span


class _Days:
    """What a series cost by day: the mean of its points, so that a missing hour is no fall."""

    def __init__(self, series: Series) -> None:
        points: defaultdict[int, list[float]] = defaultdict(list)
        for time, value in zip(series.times, series.values, strict=True):
            points[time // DAY].append(value)
        a_day = DAY // series.step
        self.totals = {
            day: fmean(values) * a_day
            for day, values in points.items()
            if len(values) >= _FEW * a_day
        }
        self.first = min(self.totals, default=0)

    def known(self, first: int, end: int) -> bool:
        """Whether all days of a span have their amount."""
        return all(day in self.totals for day in range(first, end))

    def sum(self, first: int, end: int) -> float:
        """What they cost."""
        return sum(self.totals[day] for day in range(first, end))


def forecasts(data: Path) -> str:
    """All series, a table for each source of them."""
    sources = {
        "AWS bill, usage of the services by the hour": bill.read(data).services,
        _OTHER: list(microsoft(data)),
        "ServeGen, 10 minutes, two weeks": list(servegen(data)),
    }
    note = _NOTE.format(" ".join(MISSING)) if MISSING else ""
    tables = (_table(title, series, in_money=title != _OTHER) for title, series in sources.items())
    return "\n".join(tables) + note


def _table(title: str, series: Sequence[Series], *, in_money: bool) -> str:
    worth = [each for each in series if len(each.times) > 1 and sum(each.values) >= _WORTH]
    judged = {
        name: [_judged(each, make(each.step)) for each in worth]
        for name, make in FORECASTERS.items()
    }
    rows = [
        [name, *(_figures([one[task] for one in of_all]) for task in TASKS)]
        for name, of_all in judged.items()
    ]
    if in_money:  # requests and purchases have no sum
        rows.insert(1, [_TOGETHER, *(_sums(judged[_OWN], task) for task in TASKS)])
    return table(
        f"{title}: {len(worth)} series, WAPE / coverage of the band of 80 %", ("", *TASKS), rows
    )


def _sums(of_all: Sequence[Mapping[str, Sequence[_Judged]]], task: str) -> str:
    spans = [{one.time: one.span for one in of_one[task]} for of_one in of_all]
    found = together(spans)
    return "-" if found is None else f"{found[0]:.3f} / {share(found[1])}"


def _figures(of_series: Sequence[Sequence[_Judged]]) -> str:
    """The means over series, each of which counts alike whatever its size."""
    wapes, shares = [], []
    for judged in of_series:
        actual = sum(abs(one.actual) for one in judged)
        if actual:
            wapes.append(sum(one.error for one in judged) / actual)
            shares.append(fmean(one.covered for one in judged))
    return f"{fmean(wapes):.3f} / {share(fmean(shares))}" if wapes else "-"


def _judged(series: Series, forecaster: Forecaster) -> dict[str, list[_Judged]]:
    found: dict[str, list[_Judged]] = {task: [] for task in TASKS}
    days, so_far, today = _Days(series), 0.0, -1
    points = zip(series.times, series.values, strict=True)
    for time, value in points:
        if time // DAY != today:
            today, so_far = time // DAY, 0.0
            forecaster.midnight(today * DAY)
        counts = today >= days.first + _KNOWN
        if counts:
            one = forecaster.bucket(time)
            if one is not None:
                found["next bucket"].append(_beside(time, one, value))
            for task, first, end in _due(time % DAY, today, series.step):
                if days.known(first, end):
                    known = so_far if first == today else days.sum(first, today)
                    rest = forecaster.until(task, time, end)
                    if rest is not None:
                        came = days.sum(first, end) - known
                        found[task].append(_beside(time, rest, came, known))
        forecaster.learn(time, value)
        so_far += value
    return found


def _due(second: int, today: int, step: int) -> Iterator[tuple[str, int, int]]:
    """What is forecast at this second of a day: the task, the first day of its span, and the day that ends it."""
    if second == 0:
        begin, end = month_of(today)
        yield TASKS[1], today, today + 1
        yield TASKS[3], today, today + 7
        yield TASKS[4], begin, end
    if second <= _NOON < second + step:
        yield TASKS[2], today, today + 1


def _beside(time: int, made: Made, actual: float, known: float = 0.0) -> _Judged:
    """A forecast beside what came; the error is a share of all of the span, with what was known of it."""
    error = abs(made.expected - actual)
    dust = _DUST * (abs(actual) + abs(known))
    covered = made.lower - dust <= actual <= made.upper + dust
    away = made.expected - made.lower, made.upper - made.expected
    span = Span(made.expected + known, *away, actual + known)
    return _Judged(error, actual + known, covered, time, span)
