"""When an incident tells of a known change of the bill."""

from datetime import timedelta

import pytest

from benchmarks.quality.bill import CHANGES, Raised, found


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
