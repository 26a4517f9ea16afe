"""Whatever an anomaly goes through, what is told of it adds up to its impact."""

from decimal import Decimal
from typing import Any

from alerting_examples import HOUR, KEY, START, bucket
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.anomaly import Anomaly
from alerting.lifecycle import Track, elapsed, observe, restated
from alerting.money import subtract, total_of
from config.detection import Thresholds
from detectors.measures import Measures

THRESHOLDS = Thresholds(min_impact=Decimal(1), min_impact_per_day=Decimal(0))

names = st.builds("{}={}".format, st.sampled_from(["model", "sku"]), st.integers(0, 30))
costs = st.dictionaries(names, st.floats(-100, 1000), max_size=30)
measures = st.builds(Measures, *[st.integers(0, 1000) | st.floats(0, 1000)] * 8)
models = st.dictionaries(st.sampled_from([f"m{at}" for at in range(20)]), measures, max_size=20)
amounts = st.decimals(0, 1000, places=9)
seen = st.fixed_dictionaries(
    {
        "actual": amounts.map(str),
        "expected": st.floats(0, 1000),
        "contributors": costs,
        "contributors_expected": costs,
        "models": models,
        "models_expected": models,
        "score": st.just(2.0) | st.just(0.5),
    }
)


@given(st.lists(seen | amounts, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_every_revision_adds_up(steps: list[Any]) -> None:
    """Buckets of any make-up, quiet ones between them, and late charges of the first."""
    track: Track | None = None
    told: list[Anomaly | None] = []
    at = 0
    for step in steps:
        if isinstance(step, dict):
            changes = dict(step)
            one = bucket(at, changes.pop("actual"), changes.pop("expected"), **changes)
            track, news = observe(track, KEY, one, THRESHOLDS, "defaults", [])
            told.append(news)
            at += 1
        elif track is not None:
            track, news = restated(track, KEY, track.started, step, [])
            told.append(news)
    if track is not None:
        told.append(elapsed(track, KEY, START + (at + 100) * HOUR, THRESHOLDS, [])[1])
    for news in told:
        if news is not None:
            _adds_up(news)


def _adds_up(news: Anomaly) -> None:
    assert news.impact == subtract(news.actual, news.expected)
    assert not news.split or total_of(one.impact for one in news.split) == news.impact
    for dimension in {one.dimension for one in news.contributors}:
        rows = [one for one in news.contributors if one.dimension == dimension]
        assert total_of(one.actual for one in rows) == news.actual
        assert total_of(one.expected for one in rows) == news.expected
        assert total_of(one.impact for one in rows) == news.impact
