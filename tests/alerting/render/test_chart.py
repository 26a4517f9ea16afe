"""The chart."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from alerting_examples import NOON, recent
from hypothesis import given
from hypothesis import strategies as st

from alerting.anomaly import RecentBucket
from alerting.render.chart import MOST, chart
from alerting.render.compact import compact


def test_shows_actual_expected_and_the_anomaly() -> None:
    """Bars are what came, the mark is what was expected, the bold part of the axis is the anomaly."""
    assert chart(recent(6), NOON, None) == (
        (
            "30 ┤   ███",
            "   ┤   ███",
            "   ┤   ███",
            "   ┤───▒▒▒",
            "   ┤██████",
            " 0 ┤██████",
            "   └───━━━",
            "2026-03-02 09:00 to 14:00 UTC",
            "█ actual ─▒ expected ━ anomaly",
        ),
        1,
    )


def test_the_axis_ends_with_the_anomaly() -> None:
    """Buckets after the end are not marked."""
    assert chart(recent(6), NOON, NOON + timedelta(hours=1))[0][6] == "   └───━──"


def test_nothing_to_show() -> None:
    """Without buckets there is no chart."""
    assert chart((), NOON, None) == ((), 1)


def test_more_buckets_than_fit_are_added_up_from_the_newest_on() -> None:
    """Columns are sums of equally many buckets; an oldest one that would be a part is left out."""
    lines, size = chart(recent(47), NOON, None)

    assert size == 2
    assert lines[0] == "60 ┤" + " " * 22 + "█"
    assert lines[6] == "   └" + "─" * 21 + "━━"
    assert lines[7] == "02-28 17:00 to 03-02 14:00 UTC"


anything = st.one_of(
    st.floats(), st.just(0.0), st.just(math.nan), st.just(math.inf), st.floats(-100, 100)
)


@given(st.lists(st.tuples(anything, anything), min_size=1, max_size=60))
def test_any_numbers_make_a_rectangle_for_a_phone(values: list[tuple[float, float]]) -> None:
    """Whatever the numbers, all columns are there, and no line is longer than a phone shows."""
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

    lines, size = chart(buckets, NOON, None)

    assert len({len(line) for line in lines[:7]}) == 1
    assert all(len(line.split("┤")[1]) == len(values) // size for line in lines[:6])
    assert max(map(len, lines)) <= MOST == 30


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (0.00001, "1e-5"),
        (0.0123, ".012"),
        (0.3, "0.30"),
        (0.999, "1"),
        (9.96, "10"),
        (99.96, "100"),
        (999.4, "999"),
        (999.6, "1.0k"),
        (-1234.0, "-1.2k"),
        (250_000.0, "250k"),
        (9.99e14, "999T"),
    ],
)
def test_numbers_in_little_room(value: float, said: str) -> None:
    """Two digits say enough beside a chart."""
    assert said == compact(value)


@given(st.floats(-9.99e14, 9.99e14))
def test_any_number_fits(value: float) -> None:
    """Four characters and a sign."""
    assert len(compact(abs(value))) <= 4
