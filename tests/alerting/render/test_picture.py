"""The chart as a picture."""

import math
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from subprocess import run

import pytest
from alerting_examples import NOON, anomaly, recent
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.anomaly import RecentBucket
from alerting.render.picture import alt_text, chart_png

MANY = 48
NASTY = "$x^2$ \\frac{$} \N{MONEY BAG} \u5b57 \u202e\x1b[31m <!channel>"


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height, from the header."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_a_picture_for_a_phone() -> None:
    """Twice the pixels of a phone, and small enough to come at once."""
    png = chart_png(anomaly(recent=recent(MANY)))

    assert png is not None
    assert size_of(png) == (800, 440)
    assert len(png) < 100_000


def test_the_same_anomaly_gives_the_same_bytes() -> None:
    """Also from several threads at once."""
    with ThreadPoolExecutor(4) as pool:
        pictures = set(pool.map(lambda _: chart_png(anomaly()), range(8)))
    assert len(pictures) == 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_buckets_make_no_picture(count: int) -> None:
    """Two points are no course."""
    assert chart_png(anomaly(recent=recent(count) if count else ())) is None


def test_names_are_drawn_as_they_are() -> None:
    """Dollar signs are no formula, and a character without a glyph is no warning."""
    assert chart_png(anomaly(team=NASTY, service=NASTY, currency=NASTY)) is not None
    assert chart_png(anomaly(team="$a$")) != chart_png(anomaly(team="a"))


def test_the_anomaly_is_seen_without_colour() -> None:
    """Another span changes the picture, since it is hatched."""
    later = anomaly(started_at=NOON + timedelta(hours=1))
    assert chart_png(later) != chart_png(anomaly())


anything = st.one_of(st.floats(), st.sampled_from([0.0, math.nan, math.inf, 1e300]))


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(anything, anything, anything, anything), min_size=3, max_size=6), st.text()
)
def test_any_numbers_make_a_picture(values: list[tuple[float, ...]], name: str) -> None:
    """Whatever the forecaster said."""
    buckets = tuple(
        RecentBucket(start=NOON + timedelta(hours=at), actual=a, expected=e, lower=low, upper=high)
        for at, (a, e, low, high) in enumerate(values)
    )
    one = anomaly(recent=buckets, team=name, started_at=NOON - timedelta(days=9))
    assert chart_png(one) is not None
    assert alt_text(one)


def test_words_say_what_the_picture_shows() -> None:
    """For who does not see it."""
    assert alt_text(anomaly()) == (
        "Line chart of the cost of search · OpenAI from 2026-03-01 15:00 UTC to 2026-03-02 14:00 UTC. The anomaly is "
        "hatched, from 2026-03-02 12:00 UTC. Furthest off at 2026-03-02 12:00 UTC: $30.00 against $10.00 expected."
    )
    assert alt_text(anomaly(recent=())) == "Cost of search · OpenAI"


def test_only_who_draws_waits_for_the_library() -> None:
    """Importing the module does not import what draws."""
    program = "import sys, alerting.render.picture; sys.exit('matplotlib' in sys.modules)"
    assert run([sys.executable, "-c", program], check=False).returncode == 0
