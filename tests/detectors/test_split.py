"""The split of a change by cause: each cause alone is told as what it is, and all of them add up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.measures import Measures, total
from detectors.split import Effects, split

PRICE = {"small": (1.0, 4.0), "large": (10.0, 40.0)}  # of a token of input and of output
CACHED = 0.1  # of the price


def use(
    model: str = "small",
    requests: float = 100.0,
    prompt: float = 10.0,
    output: float = 2.0,
    cached: float = 0.5,
    price: float = 1.0,
) -> Measures:
    """Requests of so many tokens each, ``cached`` of the input from a cache."""
    of_input, of_output = (each * price for each in PRICE[model])
    tokens, made = requests * prompt, requests * output
    uncached = tokens * of_input
    paid = uncached * (1 - cached * (1 - CACHED))
    of_output *= made
    return Measures(requests, tokens, tokens * cached, made, paid + of_output, of_output, uncached)


def unparted(requests: float, prompt: float, output: float, cost: float) -> Measures:
    """Use that brought its cost."""
    return Measures(requests, requests * prompt, 0, requests * output, cost, 0, 0, cost)


def cost(models: dict[str, Measures]) -> float:
    return float(sum(one.cost for one in models.values()))


SMALL, LARGE = use(), use("large")


@pytest.mark.parametrize(
    ("actual", "usual", "name"),
    [
        ({"small": use(requests=300)}, {"small": SMALL}, "volume"),
        ({"small": use(requests=30)}, {"small": SMALL}, "volume"),
        ({}, {"small": SMALL}, "volume"),
        ({"small": SMALL}, {}, "volume"),
        (
            {"small": use(requests=20), "large": use("large", requests=80)},
            {"small": use(requests=80), "large": use("large", requests=20)},
            "mix",
        ),
        ({"large": LARGE}, {"small": SMALL}, "mix"),
        ({"small": use(prompt=50)}, {"small": SMALL}, "input"),
        ({"small": use(output=5)}, {"small": SMALL}, "output"),
        ({"small": use(output=0)}, {"small": SMALL}, "output"),
        ({"small": SMALL}, {"small": use(output=0)}, "output"),
        ({"small": use(cached=0)}, {"small": SMALL}, "cache"),
        ({"small": use(cached=0.9)}, {"small": SMALL}, "cache"),
        ({"small": use(price=3)}, {"small": SMALL}, "price"),
        ({"small": use(price=0)}, {"small": SMALL}, "price"),
        ({"m": unparted(200, 10, 2, 20)}, {"m": unparted(100, 10, 2, 10)}, "volume"),
        ({"m": unparted(100, 20, 2, 22)}, {"m": unparted(100, 9, 2, 11)}, "input"),
        ({"m": unparted(100, 10, 5, 15)}, {"m": unparted(100, 10, 2, 12)}, "output"),
        ({"m": unparted(100, 10, 2, 30)}, {"m": unparted(100, 10, 2, 10)}, "price"),
        ({"m": unparted(100, 0, 0, 30)}, {"m": unparted(100, 0, 0, 10)}, "price"),
        ({"m": unparted(0, 0, 0, 30)}, {"m": unparted(0, 0, 0, 10)}, "price"),
    ],
)
def test_a_cause_alone_is_all_of_it(
    actual: dict[str, Measures], usual: dict[str, Measures], name: str
) -> None:
    """What changed in one way alone has moved by that, and by nothing else."""
    effects = split(actual, usual)._asdict()
    change = cost(actual) - cost(usual)
    assert effects == pytest.approx({each: change * (each == name) for each in effects}, abs=1e-9)


def test_the_order_of_time_does_not_matter() -> None:
    """Backwards, each effect is its own opposite."""
    one = {"small": use(requests=150, prompt=3, cached=0.1), "large": use("large", output=9)}
    other = {"small": SMALL, "large": use("large", requests=20, price=2)}
    assert list(split(one, other)) == pytest.approx([-each for each in split(other, one)])


def test_without_requests_tokens_are_the_volume() -> None:
    """A source that counts no requests is told by its tokens."""
    usual, actual = (use(requests=many) for many in (100.0, 200.0))
    none = [
        Measures(0, one.input_tokens, 0, one.output_tokens, one.cost, one.output_cost, one.uncached)
        for one in (actual, usual)
    ]
    effects = split({"m": none[0]}, {"m": none[1]})
    assert effects.volume == pytest.approx(actual.cost - usual.cost)


def test_a_model_that_was_as_good_as_nothing_is_mix() -> None:
    """The limit of a share of nothing is reached smoothly."""
    usual = {"small": use(requests=100), "large": use("large", requests=1e-9)}
    actual = {"small": use(requests=50), "large": use("large", requests=50)}
    effects, limit = split(actual, usual), split(actual, {"small": use(requests=100)})
    assert effects.mix == pytest.approx(limit.mix, rel=0.05)
    assert effects.volume == pytest.approx(0.0, abs=1e-9 * effects.mix)


numbers = st.sampled_from([0, 0, 1, 7]) | st.floats(0, 1e9) | st.integers(0, 10**12)
measures = st.builds(Measures, *[numbers] * 8)
models = st.dictionaries(st.sampled_from("abcd"), measures, max_size=4)


@given(models, models)
def test_effects_add_up(actual: dict[str, Measures], usual: dict[str, Measures]) -> None:
    """Zeros, new and gone models, and numbers that do not fit together: the sum is the change of all cells."""
    sound = {
        name
        for name in {*actual, *usual}
        if all(one.cost >= one.output_cost for one in _pair(name, actual, usual))
        or any(one.unparted > 0.01 * one.cost for one in _pair(name, actual, usual))
    }
    actual = {name: one for name, one in actual.items() if name in sound}
    usual = {name: one for name, one in usual.items() if name in sound}
    most = max((abs(one.cost) for one in (*actual.values(), *usual.values())), default=0.0)
    found = math.fsum(split(actual, usual))
    assert found == pytest.approx(cost(actual) - cost(usual), abs=1e-9 * most + 1e-300)


def _pair(
    name: str, actual: dict[str, Measures], usual: dict[str, Measures]
) -> tuple[Measures, Measures]:
    return actual.get(name, Measures()), usual.get(name, Measures())


any_number = st.floats(-1e101, 1e101) | st.integers(-(10**18), 10**18)


@given(*[st.dictionaries(st.sampled_from("ab"), st.builds(Measures, *[any_number] * 8))] * 2)
def test_any_numbers_give_finite_effects(
    actual: dict[str, Measures], usual: dict[str, Measures]
) -> None:
    """Negative and enormous measures neither raise nor give NaN."""
    assert all(map(math.isfinite, split(actual, usual)))


def test_nothing_moved() -> None:
    """The same use has no effects, nor has none at all."""
    assert split({"small": SMALL}, {"small": SMALL}) == split({}, {}) == Effects()
    assert total([SMALL, LARGE]).cost == SMALL.cost + LARGE.cost
