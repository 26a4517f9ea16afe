"""How alerts are compared with labelled events."""

import pytest

from benchmarks.quality.incidents import Found, alerts, compare, incidents
from benchmarks.quality.series import Series
from benchmarks.quality.watching import Scored

HOUR = 3600


def _series(points: int, *events: tuple[int, int]) -> Series:
    return Series(
        "made", HOUR, [place * HOUR for place in range(points)], [1.0] * points, [*events]
    )


def _scored(points: int, *places: int) -> list[Scored]:
    return [Scored(1.0 if place in places else 0.99, 1.0) for place in range(points)]


def test_alerts_up_to_six_hours_apart_are_one_incident() -> None:
    """Six hours join, seven part."""
    times = [place * HOUR for place in range(40)]
    assert incidents([1, 7, 13, 20], times) == [[1, 7, 13], [20]]


def test_alerts_of_the_warm_up_do_not_count() -> None:
    """Of 100 points the first 15 are not scored."""
    series = _series(100)
    assert series.warm_up == 15
    assert alerts(_scored(100, 14, 15), series.warm_up) == [15]


@pytest.mark.parametrize(("place", "found"), [(38, 0), (39, 1), (40, 1), (42, 1), (44, 1), (45, 0)])
def test_an_event_has_one_point_of_slack_before_and_two_after(place: int, found: int) -> None:
    """An event from 40 to 42 is found from 39 to 44; elsewhere the incident is false."""
    result = compare(_series(100, (40, 42)), _scored(100, place))
    assert (result.found, result.false) == (found, 1 - found)


def test_the_figures_of_a_small_case() -> None:
    """Two events, one found after three hours, and two incidents outside in 85 hours."""
    result = compare(_series(100, (40, 50), (80, 81)), _scored(100, 43, 44, 20, 65))
    assert (result.recall, result.precision) == (0.5, pytest.approx(1 / 3))
    assert result.delay == 3
    assert result.false_a_week == pytest.approx(2 / (85 / 168))


def test_results_add_up() -> None:
    """Two series together have the events, incidents and delays of both."""
    one = Found(events=2, found=1, incidents=3, false=1, weeks=1.0, delays=(2.0,))
    assert one.plus(one) == Found(4, 2, 6, 2, 2.0, (2.0, 2.0))


@pytest.mark.parametrize(
    ("alert", "gone"), [(40, 0.25), (41, 0.5), (44, 1.0), (39, 0.25), (60, 1.0)]
)
def test_the_excess_that_is_gone_counts_the_point_of_the_alert(alert: int, gone: float) -> None:
    """Of four equal points a first alert at the second leaves half; one that is missed is gone whole."""
    series = _series(100, (40, 43))
    series.values[40:44] = [5.0] * 4
    assert compare(series, _scored(100, alert)).gone == gone
