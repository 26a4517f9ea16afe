"""Spans of buckets with charges: in order, merged, bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.ingest.fold import Folder
from stream.ingest.present import MOST, spans_of
from stream.ingest.source import Span
from stream.pipeline import Event
from tests.stream.detect.batches import rules
from tests.stream.ingest.test_fold import NOW_MS, focus


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], []),
        ([61], [(60, 60)]),
        ([119, 60, 0], [(0, 60)]),
        ([0, 60, 180, 240], [(0, 60), (180, 240)]),
        ([-1], [(-60, -60)]),
    ],
)
def test_adjacent_buckets_are_one_span(times: list[int], expected: list[tuple[int, int]]) -> None:
    """Both ends are starts of buckets, and are included."""
    assert spans_of(times, 60) == expected


@given(st.sets(st.integers(0, 5000)))
def test_a_time_is_in_a_span_exactly_if_its_bucket_has_a_charge(times: set[int]) -> None:
    """Nothing is lost by merging, and nothing comes in."""
    spans = spans_of(times, 60)
    held = {start for first, last in spans for start in range(first, last + 1, 60)}
    assert held == {time // 60 * 60 for time in times}
    assert spans == sorted(spans)


def test_beyond_the_limit_the_earliest_spans_stay() -> None:
    """Dates in the future push out nothing that is there now; the last span still grows."""
    times = [*range(0, 120 * MOST, 120), 120 * MOST - 60, 120 * MOST + 60]
    spans = spans_of(times, 60)
    assert len(spans) == MOST
    assert spans[-1] == (120 * (MOST - 1), 120 * MOST - 60)


def test_every_message_of_a_chunk_tells_of_all_its_buckets() -> None:
    """Whichever partition the charges went to."""
    values = [focus(1, f"service-{day}", f"2025-12-0{day}") for day in (1, 3)]
    events = [Event(at, NOW_MS, value) for at, value in enumerate(values)]
    folded = Folder(rules(), 4).fold(Span("billing", 0, 1, 0, 2), events)
    first, second = 1_764_547_200, 1_764_547_200 + 2 * 86_400
    assert [batch.present for batch in folded.batches] == [[(first, first), (second, second)]] * 4
