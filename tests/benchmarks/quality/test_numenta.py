"""NAB's score, on cases that can be worked out by hand."""

from math import exp

import pytest

from benchmarks.quality.numenta import normalised, probation, raw_score, sigmoid


@pytest.mark.parametrize(
    ("position", "worth"),
    [(-1.0, 0.98661), (-0.5, 0.84828), (0.0, 0.0), (1.0, -0.98661), (3.0, -1)],
)
def test_the_sigmoid_has_the_published_values(position: float, worth: float) -> None:
    """The values that the benchmark's paper and program name."""
    assert sigmoid(position) == pytest.approx(worth, abs=1e-5)


@pytest.mark.parametrize(("points", "start"), [(100, 15), (4032, 604), (10_000, 750)])
def test_the_first_points_are_probation(points: int, start: int) -> None:
    """15 %, of 5,000 points at most."""
    assert probation(points) == start


def test_the_first_point_of_a_window_is_worth_one() -> None:
    """A detection at the left edge is perfect, a second one in the window adds nothing."""
    assert raw_score(1000, [(500, 599)], [500]) == pytest.approx(1.0)
    assert raw_score(1000, [(500, 599)], [500, 540, 599]) == pytest.approx(1.0)


def test_a_late_detection_is_worth_little() -> None:
    """The last of 100 points stands at -1/100 of the window."""
    late = (2 / (1 + exp(-0.05)) - 1) / (2 / (1 + exp(-5)) - 1)
    assert raw_score(1000, [(500, 599)], [599]) == pytest.approx(late)


def test_a_missed_window_costs_one() -> None:
    """Silence loses 1 a window, unless the window lies in probation."""
    assert raw_score(1000, [(500, 599), (800, 810)], []) == -2
    assert raw_score(1000, [(10, 40)], []) == 0


def test_a_false_detection_costs_the_more_the_further_it_follows_a_window() -> None:
    """Right behind a window nearly nothing, far behind or before any window the full 0.11."""
    found = raw_score(1000, [(500, 599)], [500])
    near, far, before = (
        raw_score(1000, [(500, 599)], [500, place]) - found for place in (600, 950, 300)
    )
    assert near == pytest.approx(0.11 * sigmoid(1 / 99))
    assert far == before == pytest.approx(-0.11)


def test_a_detection_in_probation_counts_for_nothing() -> None:
    """Neither as found nor as false."""
    assert raw_score(1000, [(500, 599)], [20]) == -1


def test_the_scale_goes_from_silence_to_perfection() -> None:
    """0 for a detector that never speaks, 100 for one that finds each window at once."""
    assert normalised(-3.0, 3, 3) == 0
    assert normalised(3.0, 3, 3) == 100
