"""A young series with a sibling knows the day and the week from its first hours on; one without does not."""

from collections.abc import Iterator
from math import cos, pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.engine import Detector
from detectors.errors import StateError
from detectors.places import LEARNED
from detectors.siblings import Lent

DAY = 86_400
START = 1_717_372_800  # Monday, 3 June 2024, 00:00 UTC
BEGIN = START + 14 * DAY


def amount(time: int, height: float = 20.0, peak: int = 13) -> float:
    """A working day of spend, with a little noise that is the same for each run."""
    wave = 1 + 0.6 * cos((time % DAY / 3600 - peak) / 12 * pi)
    return height * wave * (1 + 0.02 * ((time // 300 * 7919) % 11 - 5) / 5)


def experienced(step: int = 3600, days: int = 14, height: float = 20.0) -> Detector:
    detector = Detector(step)
    for time in range(START, START + days * DAY, step):
        detector.learn(time, amount(time, height))
    return detector


def points(hours: int, step: int = 3600, **shape: float) -> Iterator[tuple[int, float]]:
    for time in range(BEGIN, BEGIN + hours * 3600, step):
        yield time, amount(time, **shape)  # type: ignore[arg-type]


def step_of(
    detector: Detector, lent: Lent | None, time: int, value: float
) -> tuple[Detector, Lent | None]:
    """One more point, as a series learns it."""
    if lent is None:
        detector.learn(time, value)
        return detector, None
    detector = lent.learn(detector, time, value)
    return detector, None if lent.is_over else lent


def taught(lent: Lent | None, hours: int, step: int = 3600, **shape: float) -> Detector:
    detector = Detector(step)
    for time, value in points(hours, step, **shape):
        detector, lent = step_of(detector, lent, time, value)
    return detector


def error(detector: Detector, hours: range, **shape: float) -> float:
    """Mean distance of the forecast from what comes, relative to it."""
    each = [(BEGIN + hour * 3600, amount(BEGIN + hour * 3600, **shape)) for hour in hours]  # type: ignore[arg-type]
    return sum(abs(detector.forecast(time) - value) / value for time, value in each) / len(each)


@pytest.mark.parametrize("step", [300, 3600])
@pytest.mark.parametrize("height", [0.5, 3.0, 900.0])
def test_hours_that_never_came_are_forecast_at_the_height_of_the_first_amounts(
    step: int, height: float
) -> None:
    """A quarter of a day tells the height; the sibling tells the rest of the day."""
    ahead = range(8, 24)
    borrowed = taught(Lent.by(experienced(step)), 6, step, height=height)
    alone = taught(None, 6, step, height=height)
    assert error(borrowed, ahead, height=height) < 0.1
    assert error(alone, ahead, height=height) > 0.3


def test_a_runaway_on_the_first_day_is_seen() -> None:
    """Without a sibling it takes four times the evidence, and is not."""
    time = BEGIN + 10 * 3600
    alone, borrowed = taught(None, 10), taught(Lent.by(experienced()), 10)
    assert alone.score(time, 3.0 * amount(time)).score < 1.0
    assert borrowed.score(time, 3.0 * amount(time)).score > 1.0
    assert borrowed.score(time, amount(time)).score < 0.5


def test_the_band_is_wider_than_the_siblings_at_first() -> None:
    """What is borrowed is not known."""
    sibling, time = experienced(), BEGIN + 6 * 3600
    young = taught(Lent.by(sibling), 6)
    lower, upper = (each.score(time, 20.0) for each in (sibling, young))
    assert upper.upper - upper.lower > 1.3 * (lower.upper - lower.lower)


def test_a_shape_that_does_not_fit_is_given_back() -> None:
    """By night the other one is at work: the hours that never came are not forecast from its day."""
    young, alone = taught(Lent.by(experienced()), 24, peak=1), taught(None, 24, peak=1)
    assert error(young, range(24, 48), peak=1) == error(alone, range(24, 48), peak=1)


def test_own_points_rule_after_a_day() -> None:
    """A second day is forecast as if nothing had been borrowed, also where the sibling's peak is an hour off."""
    young = taught(Lent.by(experienced()), 24, height=7.0, peak=14)
    assert error(young, range(24, 48), height=7.0, peak=14) < 0.02


@pytest.mark.parametrize(
    ("sibling", "lends"),
    [
        (experienced(days=2), False),
        (experienced(days=4), True),
        (experienced(step=86_400, days=100), False),  # a day's amount has no shape of the day
        (experienced(height=0.0), False),
    ],
)
def test_who_has_something_to_lend(sibling: Detector, *, lends: bool) -> None:
    """Three days of spend."""
    assert (Lent.by(sibling) is not None) is lends


def test_nothing_is_borrowed_while_nothing_comes() -> None:
    """There is no height yet."""
    lent = Lent.by(experienced())
    assert lent is not None
    young = Detector(3600)
    for time, _ in points(8):
        young = lent.learn(young, time, 0.0)
    assert young.learned.numbers[LEARNED] == 8


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([60, 300, 3600, 21_600]),
    st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1e6), max_size=40),
    st.integers(0, 40),
)
def test_a_restart_changes_nothing_and_what_is_learned_can_be_saved(
    step: int, values: list[float], at: int
) -> None:
    """Whatever comes, wherever it falls."""
    sibling = experienced(step if step > 60 else 3600, days=10)
    lent = Lent.by(sibling)
    assert lent is not None
    whole, restarted, other = Detector(sibling.step), Detector(sibling.step), Lent.by(sibling)
    for number, value in enumerate(values):
        time = BEGIN + number * sibling.step
        whole, lent = step_of(whole, lent, time, value)
        restarted, other = step_of(restarted, other, time, value)
        if number == at:
            restarted = Detector.from_bytes(restarted.to_bytes())
            other = None if other is None else Lent.from_bytes(other.to_bytes())
    assert whole.to_bytes() == restarted.to_bytes()
    Detector.from_bytes(whole.to_bytes())


@pytest.mark.parametrize(("step", "most"), [(60, 6400), (300, 6144), (3600, 6144)])
def test_the_state_of_a_first_day_is_bounded(step: int, most: int) -> None:
    """Borrower, twin and what is lent take no more than a series that is a fortnight old."""
    lent = Lent.by(experienced(step))
    assert lent is not None
    young = Detector(step)
    for time, value in points(23, step):
        young = lent.learn(young, time, value)
    assert len(lent.to_bytes()) + len(young.to_bytes()) <= most


@pytest.mark.parametrize("data", [b"", b"\x90", Detector(3600).to_bytes()])
def test_bytes_that_are_nothing_lent_are_refused(data: bytes) -> None:
    """By the typed error."""
    with pytest.raises(StateError):
        Lent.from_bytes(data)
