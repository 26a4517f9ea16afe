"""The parts of the usage detector, each alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from river.stats import EWMean

from detectors.acceptance import Acceptance
from detectors.errors import StateError
from detectors.fading import FadingMean, faded, rate_of
from detectors.seasons import week_slot, weekday
from detectors.shift import Shift
from detectors.tail import Tail

deviations = st.lists(st.floats(min_value=-50, max_value=50), max_size=60)


@given(
    st.lists(st.floats(min_value=-1e12, max_value=1e12), max_size=60),
    st.floats(min_value=0.5, max_value=4000),
)
def test_a_mean_takes_the_step_of_river(values: list[float], half_life: float) -> None:
    """Whatever comes, ``faded`` and River's exponentially weighted mean agree to the last bit."""
    river, mean = EWMean(rate_of(half_life)), 0.0
    river.update(mean)  # River takes the first value as it is
    for value in values:
        river.update(value)
        mean = faded(mean, value, rate_of(half_life))
        assert mean == river.get()


@given(deviations, st.floats(min_value=0.01, max_value=60))
def test_a_tail_and_its_inverse_agree(learned: list[float], evidence: float) -> None:
    """The deviation that a band is drawn at is the one that gives the evidence."""
    tail = Tail(half_life=200)
    for deviation in learned:
        tail.learn(deviation)
    assert tail.evidence(tail.deviation(evidence)) == pytest.approx(evidence)


def test_large_deviations_that_are_usual_count_less() -> None:
    """On a series with many far points the same deviation is weaker evidence."""
    calm, wild = Tail(half_life=200), Tail(half_life=200)
    for index in range(300):
        calm.learn(1.0)
        wild.learn(9.0 if index % 10 == 0 else 1.0)
    assert wild.evidence(8.0) < 0.8 * calm.evidence(8.0)


@given(deviations, st.sampled_from([-6.0, -3.0, 3.0, 6.0]))
def test_a_shift_and_its_inverse_agree(learned: list[float], target: float) -> None:
    """A point just beyond the given deviation brings the sum to the target, one just within does not."""
    shift = Shift(half_life=2)
    for deviation in learned:
        shift.learn(deviation)
    needed, side = shift.deviation(target), 1 if target > 0 else -1
    if needed < 4:
        assert shift.seen_with(side * (needed + 1e-6)) * side >= target * side - 1e-6
        assert shift.seen_with(side * (needed - 1e-6)) * side <= target * side + 1e-6


def test_a_point_that_is_back_ends_a_shift() -> None:
    """However much came before, a point near its forecast is no evidence."""
    shift = Shift(half_life=2)
    for _ in range(10):
        shift.learn(4.0)
    assert shift.seen_with(0.5) == 0
    assert shift.seen_with(-3.0) == 0


@pytest.mark.parametrize(("step", "points"), [(300, 144), (3600, 12), (21_600, 6), (86_400, 6)])
def test_a_level_is_accepted_after_half_a_day_and_six_points(step: int, points: int) -> None:
    """The gap comes with the last of the points that it takes, and not before."""
    acceptance = Acceptance(step)
    gaps = [acceptance.learn(5.0, 0.7) for _ in range(points)]
    assert gaps[:-1] == [None] * (points - 1)
    assert gaps[-1] == pytest.approx(0.7)


def test_the_other_side_begins_the_count_anew() -> None:
    """Points that stay away on both sides in turn are noise, not a level."""
    acceptance = Acceptance(3600)
    assert [acceptance.learn(5.0 * (-1) ** index, 1.0) for index in range(50)] == [None] * 50


@pytest.mark.parametrize("numbers", [[], [1.0], [1.0, 2.0], [float("nan"), 0.5], [1.0, -0.1]])
def test_a_mean_refuses_impossible_numbers(numbers: list[float]) -> None:
    """Two finite numbers and a weight between 0 and 1 make a mean, nothing else does."""
    with pytest.raises(StateError):
        FadingMean(5).restore(numbers)


def test_the_week_begins_where_it_does() -> None:
    """3 June 2024 was a Monday, 8 June a Saturday."""
    monday = 1_717_372_800 // 3600
    assert weekday(monday) == 0
    assert (week_slot(monday + 13), week_slot(monday + 5 * 24 + 13)) == (13, 37)
