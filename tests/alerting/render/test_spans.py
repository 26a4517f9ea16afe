"""Spans, moments and round times as people read them."""

import pytest
from alerting_examples import START
from hypothesis import given
from hypothesis import strategies as st

from alerting.render.round_times import round_times
from alerting.render.spans import ago, clock, lasted, span, step


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "under a minute"),
        (59.9, "under a minute"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (12_000, "3 h 20 min"),
        (86_400, "1 day"),
        (90_000, "1 day 1 h"),
        (200_000, "2 days 7 h"),
        (-5, "under a minute"),
    ],
)
def test_spans_in_two_units(seconds: float, said: str) -> None:
    """More would not be read."""
    assert lasted(seconds) == said


def test_what_is_to_come_is_just_now() -> None:
    """Clocks differ a little, and an open bucket ends later."""
    assert ago(START + 500, START) == "just now"
    assert ago(START - 600, START) == "10 min ago"


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "12:00 UTC"), (1, "Tue 3 Mar, 12:00 UTC"), (-365, "2025-03-02 12:00 UTC")],
)
def test_moments_are_as_short_as_they_are_clear(days: int, said: str) -> None:
    """The day only where it is another one."""
    assert clock(START + days * 86_400, START) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(300, "5 minutes"), (3600, "hour"), (7200, "2 hours"), (86_400, "day"), (90, "90 seconds")],
)
def test_steps(seconds: int, said: str) -> None:
    """As they stand after every."""
    assert step(seconds) == said


@given(st.integers(0, 2 * 10**9), st.integers(180, 10**7))
def test_an_axis_has_a_few_round_times(start: int, span: int) -> None:
    """Enough to read by, and not more than there is room for."""
    times = round_times(start, start + span)
    assert 1 <= len(times) <= 5
    assert all(start <= each <= start + span and each % 60 == 0 for each in times)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (61, "1 min"),
        (3600, "1 h"),
        (3659, "1 h"),
        (12_000, "3 h 20 min"),
        (86_399, "23 h 59 min"),
        (86_400 * 1000 + 3600, "1,000 days 1 h"),
    ],
)
def test_below_a_minute_seconds_are_said(seconds: int, said: str) -> None:
    """The two largest units."""
    assert said == span(seconds)
