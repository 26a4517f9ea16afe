"""What comes at the same hour of many days, and surges."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import DAY, MONDAY, alerts, company, incidents

from detectors import recurrence
from detectors.engine import Detector
from detectors.learned import nothing
from detectors.places import LEARNED
from detectors.recurrence import COLUMNS, MOST_NUMBERS
from detectors.surge import BAR, Surge
from detectors.tail import Curve

HOUR, FIVE = 3600, 300


@pytest.mark.parametrize(
    ("apart", "excursions"), [(0, 1), (6 * HOUR, 1), (7 * HOUR, 2)], ids=["at once", "6 h", "7 h"]
)
def test_points_up_to_six_hours_apart_are_one_excursion(apart: int, excursions: int) -> None:
    """Of which the extreme is remembered."""
    seen = array("f")
    recurrence.learn(seen, MONDAY, 30.0, 5.0, FIVE)
    recurrence.learn(seen, MONDAY + apart, 40.0, 5.0, FIVE)
    assert len(seen) == excursions * COLUMNS
    assert seen[-1] == 40.0


def test_rises_and_falls_are_apart() -> None:
    """A fall at the hour of rises is no job."""
    seen = array("f")
    for day in range(4):
        recurrence.learn(seen, MONDAY + day * DAY, 30.0, 5.0, HOUR)
    recurrence.learn(seen, MONDAY + 4 * DAY, 0.0, -5.0, HOUR)
    steps = ((30.0, 3.0), (30.0, 5.0), (30.0, 7.0))  # the fourth is chance, as is the one fall
    assert recurrence.recurring(seen, MONDAY + 5 * DAY) == (steps, ())


@pytest.mark.parametrize(("hours", "times"), [(0, 2), (1, 2), (-1, 2), (2, 0), (12, 0)])
def test_an_hour_beside_is_the_same(hours: int, times: int) -> None:
    """A job may start an hour early or late."""
    seen = array("f")
    for day in range(3):
        recurrence.learn(seen, MONDAY + day * DAY, 30.0, 5.0, HOUR)
    rises, _ = recurrence.recurring(seen, MONDAY + 3 * DAY + hours * HOUR)
    assert len(rises) == times


def test_few_are_kept_and_none_for_long() -> None:
    """The oldest go first, and after fifteen days each."""
    seen = array("f")
    for shift in range(100):
        recurrence.learn(seen, MONDAY + shift * 8 * HOUR, 30.0, 5.0, HOUR)
    assert len(seen) == MOST_NUMBERS
    recurrence.learn(seen, MONDAY + 100 * DAY, 30.0, 5.0, HOUR)
    assert len(seen) == COLUMNS


def test_daily_buckets_have_no_hour() -> None:
    """Of them nothing is remembered."""
    seen = array("f")
    recurrence.learn(seen, MONDAY, 30.0, 5.0, DAY)
    assert not seen


@given(
    st.lists(
        st.tuples(
            st.floats(min_value=0, max_value=100, width=32), st.sampled_from([3.0, 5.0, 7.0, 1e6])
        ),
        max_size=8,
    ),
    st.sampled_from([1.0, -1.0]),
    st.floats(min_value=-200, max_value=200),
)
def test_damping_and_its_limits_agree(
    steps: list[tuple[float, float]], side: float, value: float
) -> None:
    """The damping of an amount is the first whose limit it has passed, else the most."""
    given_ = recurrence.damping(steps, 20.0, side, value)
    if any(abs(value - limit) < 1e-6 for _, limit in recurrence.limits(steps, 20.0, side)):
        return
    passed = (
        factor
        for factor, limit in recurrence.limits(steps, 20.0, side)
        if value * side > limit * side
    )
    assert given_ == next(passed, recurrence.most(steps))


def test_a_nightly_job_is_silent_after_some_nights() -> None:
    """Ten times as much for five minutes, about three each night: the last week is quiet, a larger one is told."""
    points = company(1, weeks=2, step=FIVE, noise=0.05)
    for night in range(14):
        place = night * 288 + 36 + night % 3
        points[place] = (points[place][0], 10 * points[place][1])
    places = alerts(Detector(FIVE), points)
    assert incidents([place for place in places if place < 7 * 288], apart=72) >= 2
    assert not [place for place in places if place >= 7 * 288]
    place = 13 * 288 + 37
    points[place] = (points[place][0], 10 * points[place][1])
    assert [each for each in alerts(Detector(FIVE), points) if each >= 7 * 288]


@given(
    st.lists(st.floats(min_value=-5, max_value=5), min_size=40, max_size=60),
    st.floats(min_value=0.1, max_value=6),
)
def test_a_surge_and_its_inverse_agree(learned: list[float], evidence: float) -> None:
    """The deviation said to give an evidence gives it, or lies at a bound."""
    surge, numbers, curve = Surge(12, 336), nothing().numbers, Curve(start=3.0, reach=0.45)
    for count, deviation in enumerate(learned):
        numbers[LEARNED] = count
        surge.learn(numbers, deviation)
    needed = surge.deviation(numbers, curve, evidence)
    if 1.0 < needed < 6.0:
        assert surge.evidence(numbers, curve, needed) == pytest.approx(evidence, abs=1e-6)
    elif needed == 1.0:
        assert surge.evidence(numbers, curve, 1.001) >= evidence - 0.05
    else:
        assert surge.evidence(numbers, curve, 6.0) <= evidence


@pytest.mark.parametrize("signs", [(1, 1), (1, -1)])
def test_points_on_one_side_are_a_surge(signs: tuple[int, int]) -> None:
    """A dozen distances three times the usual one alert if they all lie above, though none is a spike."""
    surge, numbers = Surge(12, 336), nothing().numbers
    for count in range(400):
        numbers[LEARNED] = count
        surge.tail.learn(numbers, surge.learn(numbers, (-1.0) ** count))
    for count in range(12):
        surge.learn(numbers, 3.0 * signs[count % 2])
    evidence = surge.evidence(numbers, surge.tail.curve(numbers), 3.0)
    assert (evidence >= BAR) == (signs == (1, 1))


def test_a_rise_at_night_is_special_to_its_hour() -> None:
    """60 % more at four in the morning stays far below a working day, and alerts within three hours."""
    points = company(5, weeks=3, step=HOUR, noise=0.04, daily=0.6)
    start = 16 * 24 + 2
    raised = [
        (time, value * (1.6 if place >= start else 1)) for place, (time, value) in enumerate(points)
    ]
    places = [place for place in alerts(Detector(HOUR), raised) if place >= start]
    assert places[0] - start <= 3


def test_what_was_asked_before_changes_no_verdict() -> None:
    """An excursion that takes the place of one at its own hour counts from the very next point on."""
    detector = Detector(FIVE)
    for place in range(10 * DAY // FIVE):
        time = MONDAY + place * FIVE
        value = 200.0 if time % (9 * HOUR) == 0 and place > 200 else 20.0 + place % 3
        restored = Detector.from_bytes(detector.to_bytes())
        assert detector.score(time, 210.0) == restored.score(time, 210.0)
        detector.learn(time, value)
