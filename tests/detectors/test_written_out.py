"""Means that are learned without a call, several at a time, are those of `detectors.fading`."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors import fading
from detectors.fading import rate_of
from detectors.forecaster import Candidates, Forecaster, blend, points
from detectors.learned import nothing
from detectors.places import (
    DAY_DRIFT,
    ERRORS,
    LEVEL,
    OVERALL,
    RECENT,
    SIZE,
    WEEK_DRIFT,
    Vector,
)
from detectors.profile import COLUMNS, OF_DAY, OF_RESIDUAL, OF_WEEK, OF_WEEKEND, Profiles
from detectors.spread import Spread

STEP = 1800
roots = st.floats(min_value=-1e6, max_value=1e6)
maybe = st.none() | roots


def _rate(hours: float, at_least: float) -> float:
    return rate_of(points(hours, STEP, at_least))


@given(st.lists(st.tuples(roots, maybe, maybe, maybe, maybe), min_size=1, max_size=20))
def test_a_forecaster_learns_eight_means(
    rows: list[tuple[float, float | None, float | None, float | None, float | None]],
) -> None:
    """Levels, drifts and errors are each the mean of what came, to the last bit; nothing else changes."""
    numbers, expected = nothing().numbers, nothing().numbers
    for value, *candidates in rows:
        given_ones: Candidates = tuple(candidates)  # type: ignore[assignment]  # four of them
        day, week = candidates[2:]
        Forecaster(STEP).learn(numbers, value, given_ones, (day, week, None))
        for place, candidate in enumerate(given_ones):
            if candidate is not None:
                error = abs(value - candidate)
                fading.learn(expected, ERRORS + 2 * place, error, _rate(24, 24.0))
        fading.learn(expected, RECENT, value, _rate(1.5, 1.0))
        fading.learn(expected, LEVEL, value, _rate(24, 8.0))
        for place, usual in ((DAY_DRIFT, day), (WEEK_DRIFT, week)):
            if usual is not None:
                fading.learn(expected, place, value - usual, _rate(6, 6.0))
    assert numbers == expected


@given(st.lists(roots, min_size=1, max_size=20))
def test_a_spread_learns_two_means(values: list[float]) -> None:
    """The usual residual and the usual size are each the mean of what came, to the last bit."""
    numbers, expected = nothing().numbers, nothing().numbers
    for value in values:
        Spread(STEP).learn(numbers, value, abs(value) / 3)
        fading.learn(expected, OVERALL, abs(value) / 3, _rate(48, 48.0))
        fading.learn(expected, SIZE, abs(value), _rate(24 * 7, 48.0))
    assert numbers[OVERALL : SIZE + 2] == expected[OVERALL : SIZE + 2]


@pytest.mark.parametrize(
    ("day", "of_week"),
    [(0, OF_WEEK), (2, OF_WEEKEND)],  # 1 January 1970 was a Thursday
)
def test_an_hour_learns_three_means(day: int, of_week: int) -> None:
    """An hour's mean of the day, of its kind of day and of residuals are those of what came, to the last bit."""
    numbers, rows = nothing().numbers, array("d")
    expected: Vector = array("d", [0.0]) * COLUMNS
    for value in (3.0, 5.5, 1.25):
        Profiles(STEP).learn(numbers, rows, day * 86_400, value, value / 7)
        fading.learn(expected, OF_DAY, value, rate_of(4.0 * 2))
        fading.learn(expected, of_week, value, rate_of(2.0 * 2 * 3.5))
        fading.learn(expected, OF_RESIDUAL, value / 7, rate_of(5.0 * 2))
    assert rows[:COLUMNS] == expected


@pytest.mark.parametrize(
    ("candidates", "trust_day", "expected"),
    [
        ((None, None, None, None), True, 0.0),
        ((4.0, None, None, None), True, 4.0),
        ((1.0, 2.0, 3.0, 6.0), True, 3.0),
        ((1.0, 2.0, 99.0, 6.0), False, 3.0),
        ((1.0, 2.0, 6.0, None), False, 3.0),
    ],
)
def test_candidates_of_equal_error_count_alike(
    candidates: Candidates, expected: float, *, trust_day: bool
) -> None:
    """A blend is the mean of what is known; the day is left out where it is not trusted, if the week is known."""
    assert blend(nothing().numbers, candidates, trust_day=trust_day) == pytest.approx(expected)


def test_the_better_candidate_counts_more() -> None:
    """One with half the error of another has sixteen times its weight."""
    numbers = nothing().numbers
    numbers[ERRORS : ERRORS + 8 : 2] = array("d", [2.0, 1.0, 5.0, 5.0])
    assert blend(numbers, (0.0, 17.0, None, None)) == pytest.approx(16.0)
