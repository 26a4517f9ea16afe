"""Falls that a second point confirms, and rises to an amount that came before."""

from itertools import repeat

import pytest
from shapes import DAY, MONDAY, alerts, changed, company

from detectors.again import is_known
from detectors.confirmation import ALONE, Confirmation
from detectors.engine import Detector
from detectors.learned import nothing
from detectors.parts import parts_of
from detectors.places import SHIFT

HOUR, FIVE = 3600, 300


def _falls(factors: list[float], step: int = HOUR, seed: int = 3) -> list[int]:
    """Which of the points that are multiplied by the factors alert, after a fortnight."""
    day = DAY // step
    points = list(changed(company(seed, weeks=3, step=step, noise=0.05), 15 * day, factors))
    detector = Detector(step)
    for time, value in points[: 15 * day]:
        detector.learn(time, value)
    return alerts(detector, points[15 * day : 15 * day + len(factors) + 2])


@pytest.mark.parametrize(
    ("factors", "told"), [([0.1], []), ([0.1, 0.1], [1]), ([0.0, 0.0], [1])], ids=str
)
def test_a_fall_of_one_hour_is_no_news(factors: list[float], told: list[int]) -> None:
    """One hour of a tenth does not alert, its second one does, and so does a second empty hour."""
    assert [place for place in _falls(factors) if place < len(factors)] == told


@pytest.mark.parametrize("step", [FIVE, HOUR])
def test_an_end_is_told_within_two_buckets(step: int) -> None:
    """Spend that ends for good waits for one point more, not for several."""
    assert _falls(list(repeat(0.0, 6)), step)[0] <= 1


def test_a_rise_does_not_wait() -> None:
    """Ten times the spend alerts in its first hour."""
    assert _falls([10.0])[0] == 0


@pytest.mark.parametrize(
    ("step", "mean", "factor"),
    [
        (HOUR, 0.0, ALONE),
        (HOUR, 3.0, ALONE),
        (HOUR, -0.7, 0.8),
        (FIVE, 0.0, ALONE),
        (FIVE, -0.7, 1.0),
        (6 * HOUR, 0.0, 1.0),
        (DAY, -3.0, 1.0),
    ],
)
def test_what_a_fall_takes(step: int, mean: float, factor: float) -> None:
    """Alone thrice the evidence, after points that fell less than usual; of coarse buckets as much as ever."""
    numbers = nothing().numbers
    numbers[SHIFT] = mean
    assert Confirmation(step, parts_of(step).shift.unit).falls(numbers) == factor


@pytest.mark.parametrize(
    ("second", "is_told"), [(1.0, False), (1.005, False), (1.03, True), (0.9, True)]
)
def test_a_batch_is_told_of_once(second: float, *, is_told: bool) -> None:
    """A peak that comes to the very amount at the same hour of the next day is a job; one of another size is news."""
    detector = Detector(HOUR)
    for hour in range(24 * 15):
        detector.learn(MONDAY + hour * HOUR, 4.0 + hour % 3 / 2)
    peak = MONDAY + 15 * DAY
    assert detector.score(peak, 24.0).score >= 1
    for hour in range(24):
        detector.learn(peak + hour * HOUR, 24.0 if hour == 0 else 4.0)
    assert (detector.score(peak + DAY, 24.0 * second).score >= 1) is is_told


@pytest.mark.parametrize(
    ("value", "known"),
    [(100.0, True), (101.0, True), (99.0, True), (101.1, False), (-100.0, False)],
)
def test_an_amount_is_the_same_within_a_hundredth(value: float, *, known: bool) -> None:
    """Of what came before, not of a mean of it."""
    assert is_known(value, (40.0, 100.0)) is known
