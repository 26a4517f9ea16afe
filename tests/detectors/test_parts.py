"""The parts of the usage detector, each alone."""

from array import array
from math import inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from river.stats import EWMean
from shapes import DAY, MONDAY

from detectors import fading
from detectors.acceptance import Acceptance
from detectors.bar import bars_for
from detectors.calendar import UTC_WEEK
from detectors.fading import faded, rate_of
from detectors.learned import nothing
from detectors.places import TAIL
from detectors.profile import COLUMNS, Profiles
from detectors.seasons import weekday_of
from detectors.shift import Shift
from detectors.tail import Curve, Tail

deviations = st.lists(st.floats(min_value=-50, max_value=50), max_size=60)
HOUR = 3600


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


@given(
    st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=1, max_size=60),
    st.floats(min_value=0.5, max_value=4000),
)
def test_a_mean_is_that_of_river_over_its_weight(values: list[float], half_life: float) -> None:
    """The mean of a vector is River's from zero on, divided by the weight of all that came."""
    rate, numbers = rate_of(half_life), array("d", [0.0] * 4)
    river = EWMean(rate)
    river.update(0.0)
    for value in values:
        river.update(value)
        fading.learn(numbers, 1, value, rate)
    weight = 1 - (1 - rate) ** len(values)
    assert numbers[2] == pytest.approx(weight)
    assert numbers[1] == pytest.approx(river.get() / weight, abs=1e-6)
    assert (numbers[0], numbers[3]) == (0.0, 0.0)


def _curve(learned: list[float]) -> Curve:
    tail, numbers = Tail(TAIL, half_life=200), nothing().numbers
    for deviation in learned:
        tail.learn(numbers, deviation)
    return tail.curve(numbers)


def test_a_tail_begins_somewhat_heavier_than_a_gaussian() -> None:
    """Before anything is known, one point in twenty lies two deviations away."""
    assert _curve([]).evidence(2.0) == pytest.approx(log(20))


@given(deviations, st.floats(min_value=0.01, max_value=60))
def test_a_tail_and_its_inverse_agree(learned: list[float], evidence: float) -> None:
    """The deviation that a band is drawn at is the one that gives the evidence."""
    curve = _curve(learned)
    assert curve.evidence(curve.deviation(evidence)) == pytest.approx(evidence)


def test_large_deviations_that_are_usual_count_less() -> None:
    """On a series with many far points the same deviation is weaker evidence."""
    calm = _curve([1.0] * 300)
    wild = _curve([9.0 if index % 10 == 0 else 1.0 for index in range(300)])
    assert wild.evidence(8.0) < 0.8 * calm.evidence(8.0)


def _mean(shift: Shift, learned: list[float]) -> float:
    mean = 0.0
    for deviation in learned:
        mean = shift.learned(mean, deviation)
    return mean


@given(deviations, st.sampled_from([-6.0, -3.0, 3.0, 6.0]))
def test_a_shift_and_its_inverse_agree(learned: list[float], target: float) -> None:
    """A point just beyond the given deviation brings the sum to the target, one just within does not.

    Where the deviation is infinite, the largest that counts does not either.
    """
    shift = Shift(half_life=2)
    mean = _mean(shift, learned)
    needed, side = shift.deviation(mean, target), 1 if target > 0 else -1
    if needed == inf:
        assert shift.seen_with(mean, side * 4.0) * side <= target * side + 1e-6
        return
    assert shift.seen_with(mean, side * (needed + 1e-6)) * side >= target * side - 1e-6
    assert shift.seen_with(mean, side * (needed - 1e-6)) * side <= target * side + 1e-6


def test_a_point_that_is_back_ends_a_shift() -> None:
    """However much came before, a point near its forecast is no evidence."""
    shift = Shift(half_life=2)
    mean = _mean(shift, [4.0] * 10)
    assert shift.seen_with(mean, 0.5) == 0
    assert shift.seen_with(mean, -3.0) == 0


@pytest.mark.parametrize(("step", "points"), [(300, 144), (3600, 12), (21_600, 6), (86_400, 6)])
def test_a_level_is_accepted_after_half_a_day_and_six_points(step: int, points: int) -> None:
    """The gap comes with the last of the points that it takes, and not before."""
    acceptance, numbers = Acceptance(step), nothing().numbers
    gaps = [acceptance.learn(numbers, 5.0, 0.7) for _ in range(points)]
    assert gaps[:-1] == [None] * (points - 1)
    assert gaps[-1] == pytest.approx(0.7)


def test_the_other_side_begins_the_count_anew() -> None:
    """Points that stay away on both sides in turn are noise, not a level."""
    acceptance, numbers = Acceptance(3600), nothing().numbers
    gaps = [acceptance.learn(numbers, 5.0 * (-1) ** index, 1.0) for index in range(50)]
    assert gaps == [None] * 50


@pytest.mark.parametrize(("hours", "rows"), [(1, 2), (5, 6), (23, 24), (24, 24), (240, 24)])
def test_a_profile_has_a_row_for_each_hour_that_came_and_the_next(hours: int, rows: int) -> None:
    """A young series takes little room, from whichever hour it began."""
    profiles, learned = Profiles(300), nothing()
    begin = MONDAY + 17 * HOUR
    for time in range(begin, begin + hours * HOUR, 300):
        profiles.learn(learned.numbers, learned.rows, time, 2.0, 0.5)
    assert len(learned.rows) == rows * COLUMNS


def test_a_profile_knows_its_hours_on_both_sides_of_midnight() -> None:
    """Each hour of the day has its own mean, the weekend one of its own, others none."""
    profiles, (numbers, rows, *_) = Profiles(HOUR), nothing()
    for hour in range(20, 28):
        profiles.learn(numbers, rows, MONDAY + hour * HOUR, float(hour), hour / 10)
    for hour in range(20, 28):
        day, week, residual = profiles.at(numbers, rows, MONDAY + DAY + hour * HOUR)
        assert (day, week, residual) == (hour, hour, hour / 10)
        assert profiles.at(numbers, rows, MONDAY + 5 * DAY + (hour % 24) * HOUR)[1] is None
    assert profiles.at(numbers, rows, MONDAY + 12 * HOUR) == (None, None, None)


def test_a_profile_is_interpolated_between_the_middles_of_its_hours() -> None:
    """Between them it goes from one mean to the other, at the ends of what is known the one that is known."""
    profiles, (numbers, rows, *_) = Profiles(1200), nothing()
    for hour, value in ((9, 1.0), (10, 3.0)):
        profiles.learn(numbers, rows, MONDAY + hour * HOUR, value, value)
    days = [
        profiles.at(numbers, rows, MONDAY + 9 * HOUR + minutes * 60)[0]
        for minutes in (0, 20, 40, 60, 80, 100)
    ]
    assert days == pytest.approx([1, 1, 5 / 3, 7 / 3, 3, 3])


def test_daily_buckets_have_a_row_for_each_weekday() -> None:
    """A Tuesday is compared with Tuesdays, and no residual is kept by the hour."""
    profiles, (numbers, rows, *_) = Profiles(DAY), nothing()
    for day in range(21):
        profiles.learn(numbers, rows, MONDAY + day * DAY, float(day % 7), 1.0)
    assert len(rows) == 7 * COLUMNS
    weeks = [profiles.at(numbers, rows, MONDAY + (35 + day) * DAY)[1] for day in range(7)]
    assert weeks == pytest.approx([float(day) for day in range(7)])
    assert profiles.at(numbers, rows, MONDAY)[2] is None


@pytest.mark.parametrize("step", [60, 300, 3600, 86_400])
def test_the_bar_of_a_grown_series_does_not_change(step: int) -> None:
    """Once what youth adds is beyond the last digit, all ages share one bar."""
    grown = 40 * max(24, DAY // step + 1)
    assert bars_for(step, 10 * grown, "normal") == bars_for(step, grown, "normal")
    assert bars_for(step, 29, "normal").rise > 2 * bars_for(step, 30, "normal").rise
    assert bars_for(step, grown, "low").fall == pytest.approx(
        2 * bars_for(step, grown, "high").fall
    )


def test_the_week_begins_where_it_does() -> None:
    """3 June 2024 was a Monday, 8 June a Saturday."""
    assert [weekday_of(MONDAY // DAY + day) for day in range(7)] == list(range(7))
    assert [UTC_WEEK.is_quiet(MONDAY // DAY + day) for day in range(7)] == [False] * 5 + [True] * 2
