"""The chart."""

import math
from datetime import UTC, datetime, timedelta

from alerting_examples import NOON, recent
from hypothesis import given
from hypothesis import strategies as st

from alerting.anomaly import RecentBucket
from alerting.render.chart import chart


def test_shows_actual_expected_and_the_anomaly() -> None:
    """Bars are what came, the mark is what was expected, the bold part of the axis is the anomaly."""
    assert chart(recent(6), NOON, None) == (
        "30 ┤   ███",
        "   ┤   ███",
        "   ┤   ███",
        "   ┤───▒▒▒",
        "   ┤██████",
        " 0 ┤██████",
        "   └───━━━",
        "buckets from 2026-03-02 09:00 to 14:00 UTC",
        "█ actual   ─ expected (▒ within a bar)   ━ anomaly",
    )


def test_the_axis_ends_with_the_anomaly() -> None:
    """Buckets after the end are not marked."""
    assert chart(recent(6), NOON, NOON + timedelta(hours=1))[6] == "   └───━──"


def test_nothing_to_show() -> None:
    """Without buckets there is no chart."""
    assert chart((), NOON, None) == ()


anything = st.one_of(
    st.floats(), st.just(0.0), st.just(math.nan), st.just(math.inf), st.floats(-100, 100)
)


@given(st.lists(st.tuples(anything, anything), min_size=1, max_size=48))
def test_any_numbers_make_a_rectangle(values: list[tuple[float, float]]) -> None:
    """Whatever the numbers, each bucket has one column, and no line is longer than another."""
    buckets = [
        RecentBucket(
            start=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=at),
            actual=actual,
            expected=expected,
            lower=0.0,
            upper=0.0,
        )
        for at, (actual, expected) in enumerate(values)
    ]

    lines = chart(buckets, NOON, None)[:7]

    assert len({len(line) for line in lines}) == 1
    assert all(len(line.split("┤")[1]) == len(values) for line in lines[:6])
