"""When a snooze ends, and a day."""

from datetime import UTC, date, datetime

import pytest

from stream.slack.moments import end_of_day, next_monday


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("now", "timezone", "monday"),
    [
        ("2026-03-01T12:00", "UTC", "2026-03-02T09:00"),  # a Sunday
        ("2026-03-02T08:59", "UTC", "2026-03-09T09:00"),  # a Monday
        ("2026-03-07T12:00", "Europe/Berlin", "2026-03-09T08:00"),
        ("2026-03-28T12:00", "Europe/Berlin", "2026-03-30T07:00"),  # summer begins between
        ("2026-03-01T20:00", "Asia/Tokyo", "2026-03-09T00:00"),  # there it is Monday already
        ("2026-03-02T02:00", "America/New_York", "2026-03-02T14:00"),  # there it is still Sunday
    ],
)
def test_next_monday(now: str, timezone: str, monday: str) -> None:
    """Monday, nine o'clock, where the team is."""
    assert utc(monday) == next_monday(utc(now), timezone)


def test_the_end_of_a_day() -> None:
    """A day ends at midnight where the team is, also if it is an hour shorter."""
    assert utc("2026-03-29T22:00") == end_of_day(date(2026, 3, 29), "Europe/Berlin")
