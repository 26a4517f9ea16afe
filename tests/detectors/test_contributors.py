"""What contributors usually cost."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.contributors import HALF_LIFE, MOST, ContributorBaseline
from detectors.errors import StateError

buckets = st.lists(
    st.dictionaries(st.text(max_size=12), st.floats(min_value=-1e9, max_value=1e9), max_size=6),
    max_size=20,
)


def _learned(*actual: dict[str, float]) -> ContributorBaseline:
    baseline = ContributorBaseline()
    for bucket in actual:
        baseline.learn(bucket)
    return baseline


def test_nothing_is_expected_at_first() -> None:
    """A baseline without buckets expects no one."""
    assert ContributorBaseline().expected() == {}


def test_absence_counts_as_zero() -> None:
    """Who spent in one of four buckets is expected at about a quarter, whenever that was."""
    for place in range(4):
        actual = [{"model=a": 1.0} for _ in range(4)]
        actual[place]["region=b"] = 8.0
        assert _learned(*actual).expected() == pytest.approx(
            {"model=a": 1.0, "region=b": 2.0}, rel=0.01
        )


def test_half_is_forgotten_after_the_half_life() -> None:
    """A contributor that left is expected at half after as many buckets as the half-life says."""
    baseline = _learned(*[{"a": 6.0}] * (20 * HALF_LIFE), *[{}] * HALF_LIFE)
    assert baseline.expected()["a"] == pytest.approx(3.0, rel=0.01)


def test_the_smallest_are_forgotten_beyond_the_limit() -> None:
    """Of more names than there is room for, those that cost most are kept."""
    baseline = _learned({f"key={index}": float(index) for index in range(MOST + 20)})
    assert len(baseline.expected()) == MOST
    assert min(baseline.expected().values()) == pytest.approx(20)


def test_impossible_amounts_are_left_out() -> None:
    """NaN and infinity leave no trace."""
    baseline = _learned({"a": 2.0}, {"a": math.nan, "b": math.inf})
    assert baseline.expected().keys() == {"a"}
    assert all(map(math.isfinite, baseline.expected().values()))


@given(buckets, st.integers(min_value=0, max_value=20))
def test_a_restart_changes_nothing(actual: list[dict[str, float]], cut: int) -> None:
    """Saved and restored anywhere, a baseline goes on exactly as if nothing had happened."""
    lasting, restarted = ContributorBaseline(), ContributorBaseline()
    for index, bucket in enumerate(actual):
        if index == cut:
            restarted = ContributorBaseline.from_bytes(restarted.to_bytes())
        lasting.learn(bucket)
        restarted.learn(bucket)
    assert lasting.expected() == restarted.expected()
    assert lasting.to_bytes() == restarted.to_bytes()


@pytest.mark.parametrize(
    "state",
    [
        ["contributors", 2, 0.5, {}],
        ["usage", 1, 0.5, {}],
        ["contributors", 1, 2.0, {}],
        ["contributors", 1, math.nan, {}],
        ["contributors", 1, 0.5, {"a": math.inf}],
        ["contributors", 1, 0.5, {"a": "b"}],
        ["contributors", 1, 0.5, {str(name): 1.0 for name in range(MOST + 1)}],
        [],
        "text",
    ],
)
def test_an_impossible_state_is_refused(state: object) -> None:
    """What no baseline wrote raises StateError."""
    with pytest.raises(StateError):
        ContributorBaseline.from_bytes(msgspec.msgpack.encode(state))
