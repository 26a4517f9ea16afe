"""A new level that somebody calls usual: nothing alerts from then on, and the forecast is there at once."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import DAY, WEEK, Point, alerts, changed, company

from detectors.creep import Creep
from detectors.engine import Detector
from detectors.teaching import LEAST, MOST, factor_of
from detectors.unit_cost import UnitCost

HOUR = 3600
TEN = 10  # hours of the day at which a level begins


def new_level(step: int, factor: float, weeks: int) -> tuple[list[Point], int]:
    """Weeks of a company, and a fortnight at another level from a place on."""
    points = company(3, weeks=weeks + 2, step=step, noise=0.15)
    start = (weeks * WEEK + TEN * HOUR) // step
    return list(changed(points, start, [factor] * (len(points) - start))), start


def taught_after(points: list[Point], start: int, buckets: int) -> tuple[Detector, int]:
    """A detector that was taught a level after some buckets of it, and the place of the next one."""
    detector, expected = Detector(points[1][0] - points[0][0]), 0.0
    for place, (time, value) in enumerate(points[: start + buckets]):
        expected += detector.forecast(time) if place >= start else 0.0
        detector.learn(time, value)
    detector.teach(points[start][0], points[start : start + buckets], expected)
    return detector, start + buckets


@pytest.mark.parametrize("weeks", [1, 3])
@pytest.mark.parametrize(("step", "buckets"), [(HOUR, 1), (HOUR, 8), (900, 2), (900, 12), (DAY, 1)])
@pytest.mark.parametrize("factor", [10.0, 3.0, 1.6, 0.3])
def test_a_level_that_was_taught_never_alerts(
    weeks: int, step: int, buckets: int, factor: float
) -> None:
    """From the next bucket on the days of the new level, its nights and its weekends are as usual as the old ones."""
    points, start = new_level(step, factor, weeks)
    detector, following = taught_after(points, start, buckets)

    assert alerts(detector, points[following:]) == []


@pytest.mark.parametrize("step", [HOUR, 900])
def test_the_forecast_is_there_at_once(step: int) -> None:
    """The next day is forecast about as well as any."""
    points, start = new_level(step, 3.0, 3)
    detector, following = taught_after(points, start, 3)
    errors = []
    for time, value in points[following : following + DAY // step]:
        errors.append(abs(detector.forecast(time) - value) / value)
        detector.learn(time, value)

    assert sum(errors) / len(errors) < 0.25


def test_the_old_level_and_a_further_rise_alert() -> None:
    """What was taught is the level, not that anything goes."""
    points, start = new_level(HOUR, 3.0, 3)
    detector, following = taught_after(points, start, 3)
    time, value = points[following]

    assert detector.score(time, 3 * value).score >= 1
    for time, value in points[following : following + DAY // HOUR]:
        detector.learn(time, value)
    time, value = points[following + DAY // HOUR]
    fallen = [detector.score(time, value / 3).score]
    detector.learn(time, value / 3)
    time, value = points[following + DAY // HOUR + 1]
    fallen.append(detector.score(time, value / 3).score)
    assert max(fallen) >= 1


def test_without_teaching_the_same_alerts() -> None:
    """The levels of these tests are news to a series that was not told."""
    points, start = new_level(HOUR, 3.0, 3)
    detector, following = Detector(HOUR), start + 3
    for time, value in points[:following]:
        detector.learn(time, value)

    assert len(alerts(detector, points[following:])) > 3


@pytest.mark.parametrize(
    ("actual", "expected", "factor"),
    [
        (30.0, 10.0, 3.0),
        (0.0, 10.0, LEAST),
        (1e9, 1.0, MOST),
        (30.0, 0.0, None),
        (-1.0, 10.0, None),
        (1.0, -10.0, None),
        (math.nan, 1.0, None),
        (1.0, math.inf, None),
    ],
)
def test_a_level_is_a_factor(actual: float, expected: float, factor: float | None) -> None:
    """Of what was expected, within limits; none where nothing was, or money came back."""
    assert factor_of(actual, expected) == factor


@given(
    st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=60),
    st.integers(1, 12),
    st.floats(0, 1e300),
    st.sampled_from([60, 900, HOUR, DAY]),
)
def test_whatever_is_taught_the_state_is_sound(
    values: list[float], newest: int, expected: float, step: int
) -> None:
    """No amount and no expectation makes a state that would be refused."""
    detector = Detector(step)
    points = [(place * step, value) for place, value in enumerate(values)]
    for time, value in points:
        detector.learn(time, value)

    detector.teach(points[-1][0], points[-newest:], expected)

    assert Detector.from_bytes(detector.to_bytes()).to_bytes() == detector.to_bytes()
    assert math.isfinite(detector.score(len(values) * step, 1.0).score)


def test_a_level_is_no_creep() -> None:
    """Ten times as much from one day to the next is no growth once it was taught; what comes of it later is."""
    told = {}
    for taught in (False, True):
        creep, seen = Creep(DAY), []
        for day in range(90):
            level = 100.0 if day < 40 else 1000.0
            seen.append(creep.score(day * DAY, level, level))
            creep.learn(day * DAY, level)
            if day == 41 and taught:
                creep.teach(40 * DAY, 10.0)
        told[taught] = any(one is not None for one in seen)
    assert told == {False: True, True: False}


def test_a_creep_that_is_meant_is_watched_anew() -> None:
    """Growth that somebody called expected is not told again, until there is as much of it again."""
    creep = Creep(DAY)
    for day in range(60):
        creep.learn(day * DAY, 100.0 * 1.03**day)
    assert creep.score(60 * DAY, 600.0, 590.0) is not None

    creep.teach(60 * DAY, None)
    assert creep.score(60 * DAY, 600.0, 590.0) is None
    for day in range(61, 100):
        creep.learn(day * DAY, 100.0 * 1.03**day)
    assert creep.score(100 * DAY, 2000.0, 1900.0) is not None


def test_a_unit_cost_that_was_taught_is_usual() -> None:
    """A dearer model that is meant to be one is not told any more, and still dearer ones are."""
    chance, costs = random.Random(1), UnitCost(HOUR)
    scores: dict[str, list[float]] = {"before": [], "after": [], "dearer": []}
    for hour in range(24 * 16):
        phase, times = "", 1.0
        if hour >= 24 * 14:
            phase, times = ("before", 2.5) if hour < 24 * 14 + 4 else ("after", 2.5)
        if hour >= 24 * 15:
            phase, times = "dearer", 6.0
        requests = 1000 + chance.randrange(100)
        verdict = costs.take(hour * HOUR, times * requests * 0.02, requests, requests * 400)
        if phase and verdict is not None:
            scores[phase].append(verdict.score)
        if hour == 24 * 14 + 3:
            costs.teach()
    assert max(scores["before"]) >= 1
    assert max(scores["after"], default=0.0) < 1
    assert max(scores["dearer"]) >= 1
