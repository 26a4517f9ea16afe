"""When an incident tells of a known change of the bill."""

from datetime import timedelta

import pytest

from benchmarks.quality.bill import CHANGES, HOUR, Raised, found
from benchmarks.quality.billed import moved
from benchmarks.quality.series import Series


@pytest.mark.parametrize(
    ("hours", "is_found"), [(-7, False), (-6, True), (0, True), (3, True), (4, False)]
)
def test_a_change_is_found_within_three_hours(hours: int, *, is_found: bool) -> None:
    """Or by an incident that opened up to six hours before it; later is too late."""
    change = CHANGES[0]
    told = Raised(change.service, change.since + timedelta(hours=hours), change.direction)
    assert (found(change, [told]) is not None) is is_found


def test_the_direction_and_the_service_must_be_right() -> None:
    """A fall is no rise, and another service is none of it."""
    change = CHANGES[0]
    assert found(change, [Raised(change.service, change.since, "down")]) is None
    assert found(change, [Raised("other", change.since, "up")]) is None


@pytest.mark.parametrize(("late", "dollars"), [(0, 3.0), (2, 9.0), (-4, 3.0)])
def test_what_moved_is_counted_from_the_change_to_the_alert(late: int, dollars: float) -> None:
    """Three dollars an hour beyond the day before, with the hour of the alert; an early one counts the first hour."""
    since = CHANGES[0].since
    start = int(since.timestamp()) - 48 * HOUR
    values = [2.0] * 48 + [5.0] * 24
    costs = Series("made", HOUR, [start + place * HOUR for place in range(72)], values, [])
    assert moved(costs, since, since + timedelta(hours=late)) == dollars
