"""Forecasts are judged by what came, and by nothing that comes later."""

import math
from statistics import fmean

import pytest

from benchmarks.quality.forecasters import LastWeek, SevenDays, Spendwatch
from benchmarks.quality.forecasts import TASKS, _judged
from benchmarks.quality.series import Series
from benchmarks.quality.together import Span, together

HOUR, DAY = 3600, 86_400


def _series(days: int, value: float = 10.0) -> Series:
    """A day profile that repeats, from 1 January on."""
    times = list(range(0, days * DAY, HOUR))
    values = [value * (2 + math.sin(time / DAY * 2 * math.pi)) for time in times]
    return Series("made up", HOUR, times, values, [])


@pytest.mark.parametrize("make", [Spendwatch, LastWeek, SevenDays])
def test_what_repeats_is_met(make: type[Spendwatch | LastWeek | SevenDays]) -> None:
    """Days, weeks and the month of a profile that never changes."""
    found = _judged(_series(40), make(HOUR))
    for task in TASKS[1], TASKS[3], TASKS[4]:
        judged = found[task]
        error = sum(one.error for one in judged) / sum(one.actual for one in judged)
        assert error < 0.05, task
        assert fmean(one.covered for one in judged) > 0.9


def test_tasks_are_due_where_they_can_be_judged() -> None:
    """From the eighth day on, and only where the end of the span came."""
    found = _judged(_series(40), SevenDays(HOUR))
    assert [len(found[task]) for task in TASKS] == [33 * 24, 33, 33, 27, 24]


def test_the_future_is_not_known() -> None:
    """A series that doubles on its last day is forecast as it was."""
    series = _series(30)
    doubled = series._replace(values=[*series.values[:-24], *(2 * v for v in series.values[-24:])])
    for make in (Spendwatch, LastWeek, SevenDays):
        last = _judged(doubled, make(HOUR))[TASKS[1]][-1]
        assert last.error == pytest.approx(last.actual / 2, rel=0.1)


def test_sums_are_judged_as_sums() -> None:
    """Errors that cancel are none, and bands add up as independent: 3 and 4 are 5."""
    above = {0: Span(10, 3, 3, 13), 1: Span(10, 3, 3, 16)}
    below = {0: Span(10, 4, 4, 8), 1: Span(10, 4, 4, 10)}
    found = together([above, below])
    assert found is not None
    assert found == pytest.approx((7 / 47, 0.5))
    assert together([{0: Span(0, 0, 0, 0)}]) is None
