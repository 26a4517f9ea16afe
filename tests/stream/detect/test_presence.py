"""Which buckets a source had charges in."""

from hypothesis import given
from hypothesis import strategies as st

from stream.detect.presence import gaps, joined, trimmed
from stream.ingest.present import MOST, Span

STEP = 60
starts = st.lists(st.integers(0, 40).map(lambda number: number * STEP), max_size=30)


def spans(of: list[int]) -> list[Span]:
    made: list[Span] = []
    for start in of:
        made = joined(made, [(start, start)], STEP)
    return made


@given(starts)
def test_order_and_chunks_do_not_matter(of: list[int]) -> None:
    """Whatever comes first, the spans hold exactly the buckets that came, and no two of them touch."""
    made = spans(of)
    assert [at for first, last in made for at in range(first, last + 1, STEP)] == sorted(set(of))
    assert made == spans(sorted(of)) == joined([], [(at, at) for at in of], STEP)


@given(starts, st.integers(0, 40))
def test_what_was_closed_is_not_needed_for_later_gaps(of: list[int], cut: int) -> None:
    """Trimming changes no gap that begins after the moment up to which all is closed."""
    made, moment = spans(of), cut * STEP
    kept = trimmed(made, moment)
    later = [gap for gap in gaps(made, STEP, 3 * STEP, 10_000) if gap[0] > moment]
    assert [gap for gap in gaps(kept, STEP, 3 * STEP, 10_000) if gap[0] > moment] == later


def test_a_future_date_makes_no_gap() -> None:
    """The source has not come so far: what lies before the date is not silence."""
    assert gaps([(0, 60), (6000, 6000)], STEP, 600, 120) == []
    assert gaps([(0, 60), (6000, 6000)], STEP, 600, 6000) == [(120, 5940)]


def test_a_gap_shorter_than_asked_is_none() -> None:
    """Quiet minutes are points of zero."""
    assert gaps([(0, 0), (600, 600)], STEP, 600, 600) == []
    assert gaps([(0, 0), (660, 660)], STEP, 600, 660) == [(60, 600)]


def test_a_flood_of_dates_is_bounded() -> None:
    """The earliest spans stay."""
    flood = [(at * 600, at * 600) for at in range(5 * MOST)]
    assert joined([], flood, STEP) == flood[:MOST]
