"""Closed buckets are remembered within the horizon, packed, and written page by page."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from stream.detect.bucket import ClosedBucket, Totals
from stream.detect.history import PAGE, History

HOUR = 3600


def bucket(cost: int, revision: int = 1) -> ClosedBucket:
    return ClosedBucket(Totals(Decimal(cost), 1), revision, None)


def written(history: History, states: dict[int, bytes]) -> None:
    for page, record in history.changes():
        if record is None:
            del states[page]
        else:
            states[page] = record


@given(
    st.lists(st.tuples(st.integers(0, 5 * PAGE), st.integers(0, 9)), max_size=60),
    st.sets(st.integers(0, 60)),
)
def test_it_is_a_mapping_over_any_writes_and_restarts(
    puts: list[tuple[int, int]], restarts: set[int]
) -> None:
    """Each start has the bucket that was put last, also after the state was written and read."""
    history, states, truth = History(HOUR, "a series", []), {}, {}
    for number, (hour, cost) in enumerate(puts):
        history.put(hour * HOUR, bucket(cost))
        truth[hour * HOUR] = bucket(cost)
        written(history, states)
        if number in restarts:
            history = History(HOUR, "a series", [])
            for page, record in states.items():
                history.load(page, record)
    for hour in range(5 * PAGE + 1):
        assert history.get(hour * HOUR) == truth.get(hour * HOUR)


def test_pages_beyond_the_horizon_are_forgotten_with_their_records() -> None:
    """A page goes when its last bucket does."""
    history, states = History(HOUR, "a series", []), {}
    for hour in range(3 * PAGE):
        history.put(hour * HOUR, bucket(hour))
    written(history, states)
    history.forget((2 * PAGE - 1) * HOUR)
    written(history, states)
    assert set(states) == {PAGE * HOUR, 2 * PAGE * HOUR}
    assert history.get(0) is None
    assert history.get(PAGE * HOUR) == bucket(PAGE)


def test_looking_a_bucket_up_writes_nothing() -> None:
    """Only what was put or given up is."""
    history, states = History(HOUR, "a series", []), {}
    for hour in range(3 * PAGE):
        history.put(hour * HOUR, bucket(hour))
    written(history, states)
    assert history.get(0) == bucket(0)
    assert list(history.changes()) == []


def test_a_bucket_that_is_restated_often_stays_one() -> None:
    """However many late charges come, the page holds one entry for each bucket."""
    history, states, often = History(HOUR, "a series", []), {}, History(HOUR, "a series", [])
    for revision in range(1, 41):
        history.put(0, bucket(1, revision))
        history.put(HOUR, bucket(2))
    often.put(0, bucket(1, 40))
    often.put(HOUR, bucket(2))
    written(history, states)
    assert states == dict(often.changes())
