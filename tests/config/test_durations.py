"""Durations, times of day and channels as people write them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.channels import check_channel
from config.digest import parse_time_of_day
from config.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("5m", 300), ("1h30m", 5400), ("35d", 3_024_000), ("1w", 604_800), (" 0s ", 0)],
)
def test_durations(text: str, seconds: int) -> None:
    """A row of numbers with units is the sum of its parts."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m", "-5m", "1.5h", "5M", "\u0665m", None, True, 5, 5.0]
)
def test_what_is_no_duration_is_refused(text: object) -> None:
    """A unit is never guessed."""
    with pytest.raises(ValueError, match="write"):
        parse_duration(text)


@given(st.integers(0, 10**9))
def test_durations_are_read_as_they_are_written(seconds: int) -> None:
    """Writing and reading a duration gives the same seconds."""
    assert parse_duration(format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (5400, "1h30m"), (3_024_000, "35d"), (21_600, "6h")]
)
def test_durations_are_written_shortly(seconds: int, text: str) -> None:
    """Only the units that count are written, and days rather than weeks."""
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("text", "at"), [("08:00", time(8)), ("8:05", time(8, 5)), ("23:59", time(23, 59))]
)
def test_times_of_day(text: str, at: time) -> None:
    """Hours and minutes of a day."""
    assert parse_time_of_day(text) == at


@pytest.mark.parametrize(
    "channel", ["#finops", "#cloud-spend_2", "#kosten-übersicht", "C0123ABC", "G0123ABCD"]
)
def test_channels(channel: str) -> None:
    """Names in lower case and ids are channels."""
    assert check_channel(channel) == channel


@pytest.mark.parametrize(
    "text",
    ["finops", "#", "#Fin", "# ops", "#a b", "#a#b", f"#{'a' * 81}", "c0123abc", "@me", 7, None],
)
def test_what_is_no_channel_is_refused(text: object) -> None:
    """What Slack would answer with channel_not_found is found before."""
    with pytest.raises(ValueError, match="write"):
        check_channel(text)
