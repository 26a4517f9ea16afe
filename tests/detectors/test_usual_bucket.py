"""A usual bucket is known by its cost and its requests, whatever wrote its state."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.contributors import ContributorBaseline
from detectors.errors import StateError
from detectors.usual_bucket import UsualBucket

points = st.lists(st.tuples(st.floats(-1e6, 1e9), st.integers(0, 10**9)), min_size=1, max_size=40)


def _learned(*points: tuple[float, float]) -> UsualBucket:
    usual = UsualBucket()
    for point in points:
        usual.learn(*point)
    return usual


def test_nothing_is_usual_before_the_first_bucket() -> None:
    """It costs nothing, and its requests are not known."""
    assert (UsualBucket().cost, UsualBucket().requests_at(5.0)) == (0.0, None)


@pytest.mark.parametrize("point", [(0.0, 10), (-3.0, 10), (4.0, 0)])
def test_requests_are_told_of_a_bucket_that_costs_something(point: tuple[float, float]) -> None:
    """Without a cost, or without requests, there is no measure."""
    assert _learned(point).requests_at(5.0) is None


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e200])
def test_what_is_not_finite_is_left_out(number: float) -> None:
    """The other number of the bucket counts."""
    usual = _learned((4.0, 10), (number, 10), (4.0, number))
    assert 0 < usual.cost < 4
    assert math.isfinite(usual.requests_at(1.0) or math.nan)


@given(points)
def test_it_is_a_baseline_of_two_names(drawn: list[tuple[float, int]]) -> None:
    """A baseline that learned the same has the same state, which is read as what it was."""
    baseline = ContributorBaseline()
    for cost, requests in drawn:
        baseline.learn({"cost": cost, "requests": float(requests)})
    usual = _learned(*drawn)
    assert usual.to_bytes() == baseline.to_bytes()
    read = UsualBucket.from_bytes(baseline.to_bytes())
    assert read.cost == baseline.expected()["cost"]
    assert read.to_bytes() == usual.to_bytes()


def test_an_empty_state_is_read() -> None:
    """A series that never closed a bucket goes on as one that begins."""
    assert UsualBucket.from_bytes(ContributorBaseline().to_bytes()).requests_at(1.0) is None
    assert UsualBucket().to_bytes() == ContributorBaseline().to_bytes()


@pytest.mark.parametrize(
    "state",
    [["contributors", 1, 2.0, {}], ["contributors", 1, 0.5, {"cost": math.nan}], ["mix", 1]],
)
def test_an_unreadable_state_is_refused(state: list[object]) -> None:
    """Whatever buckets cannot have given raises StateError."""
    with pytest.raises(StateError):
        UsualBucket.from_bytes(msgspec.msgpack.encode(state))
