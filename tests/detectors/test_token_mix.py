"""How a series usually uses models."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.contributors import HALF_LIFE
from detectors.errors import StateError
from detectors.measures import OTHER, Measures
from detectors.token_mix import KIND, MOST, VERSION, TokenMix, aligned, bounded

buckets = st.lists(
    st.dictionaries(
        st.sampled_from([f"m{number}" for number in range(20)]),
        st.builds(Measures, *[st.integers(0, 10**6) | st.floats(0, 1e6)] * 8),
        max_size=5,
    ),
    max_size=20,
)


def use(cost: float, requests: int = 10) -> Measures:
    return Measures(requests, 100, 50, 20, cost, cost / 2, cost, 0)


def learned(*actual: dict[str, Measures]) -> TokenMix:
    mix = TokenMix()
    for bucket in actual:
        mix.learn(bucket)
    return mix


@pytest.mark.parametrize("cost", [0.0, -1.0, math.nan, math.inf])
def test_nothing_is_usual_of_no_cost(cost: float) -> None:
    """Nor of a mix that knows nothing, or nothing that costs."""
    assert learned({"a": use(1.0)}).expected(cost) == {}
    assert TokenMix().expected(1.0) == learned({"a": use(0.0)}).expected(1.0) == {}


def test_all_models_together_cost_what_is_asked_for() -> None:
    """Requests and tokens are those of a usual bucket of that cost."""
    expected = learned({"a": use(3.0), "b": use(1.0)}, {"a": use(3.0), "b": use(1.0)}).expected(40)
    assert {name: one.cost for name, one in expected.items()} == pytest.approx({"a": 30, "b": 10})
    assert expected["a"].requests == pytest.approx(100)


def test_half_is_forgotten_after_the_half_life() -> None:
    """A model that gave way to another counts half as much after as many buckets, and buckets without use none."""
    before, after = [{"a": use(1.0)}] * (20 * HALF_LIFE), [{"b": use(1.0)}] * HALF_LIFE
    expected = learned(*before, *after).expected(1.0)
    assert expected["a"].cost == pytest.approx(0.5, rel=0.01)
    assert expected["b"].cost == pytest.approx(0.5, rel=0.01)


def test_weights_stay_in_bounds() -> None:
    """A series that is watched for years does not run out of numbers."""
    mix = learned(*[{"a": use(1.0)}] * (250 * HALF_LIFE))
    again = TokenMix.from_bytes(mix.to_bytes())
    assert again.expected(1.0)["a"].cost == pytest.approx(1.0)


def test_models_beyond_the_bound_are_added_up() -> None:
    """Nothing is lost: those that cost least are the other ones."""
    models = {f"m{number}": use(float(number)) for number in range(1, 30)}
    kept = bounded(models)
    assert len(kept) == len(learned(models).expected(1.0)) == MOST
    assert sum(one.cost for one in kept.values()) == sum(one.cost for one in models.values())
    assert OTHER in kept
    assert len(learned(models, models).expected(1.0)) == MOST


def test_who_may_be_one_of_the_others_is_not_new() -> None:
    """But one that costs more than all of them is."""
    usual = {"a": use(5.0), OTHER: use(3.0)}
    found = aligned({"a": use(1.0), "b": use(2.0), "c": use(4.0)}, usual)
    assert {name: one.cost for name, one in found.items()} == {"a": 1.0, OTHER: 2.0, "c": 4.0}
    assert aligned({"b": use(2.0)}, {"a": use(5.0)}) == {"b": use(2.0)}


@given(buckets, st.integers(0, 20))
def test_a_restart_changes_nothing(actual: list[dict[str, Measures]], cut: int) -> None:
    """Saved and restored anywhere, a mix goes on exactly as if nothing had happened."""
    lasting, restarted = TokenMix(), TokenMix()
    for index, bucket in enumerate(actual):
        if index == cut:
            restarted = TokenMix.from_bytes(restarted.to_bytes())
        lasting.learn(bucket)
        restarted.learn(bucket)
    assert lasting.to_bytes() == restarted.to_bytes()
    assert len(lasting.to_bytes()) <= 2048


@pytest.mark.parametrize("cost", [math.nan, math.inf, -math.inf, 1e200])
def test_impossible_amounts_are_left_out(cost: float) -> None:
    """NaN and infinity leave no trace."""
    assert learned({"a": use(2.0), "b": use(cost)}).expected(1.0).keys() == {"a"}


@pytest.mark.parametrize(
    "state",
    [
        [KIND, VERSION + 1, 1.0, {}],
        ["contributors", VERSION, 1.0, {}],
        [KIND, VERSION, 0.5, {}],
        [KIND, VERSION, math.nan, {}],
        [KIND, VERSION, 1e80, {}],
        [KIND, VERSION, 1.0, {"a": [math.inf]}],
        [KIND, VERSION, 1.0, {"a": ["b"]}],
        [KIND, VERSION, 1.0, {str(name): [] for name in range(MOST + 1)}],
        [],
        "text",
    ],
)
def test_an_impossible_state_is_refused(state: object) -> None:
    """What no mix wrote raises StateError."""
    with pytest.raises(StateError):
        TokenMix.from_bytes(msgspec.msgpack.encode(state))
