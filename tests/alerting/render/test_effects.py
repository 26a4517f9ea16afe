"""The split in words, and the causes that it shows."""

from decimal import Decimal
from typing import Any, get_args

import pytest
from alerting_examples import anomaly, contributor
from hypothesis import given
from hypothesis import strategies as st

from alerting.anomaly import Anomaly, Cause, Contributor, Effect
from alerting.money import total_of
from alerting.render.anomaly import render_anomaly
from alerting.render.cause import likely_cause
from alerting.render.effects import split_in_words

Rates = dict[str, tuple[float, float]]
USUAL: Rates = {"volume": (100, 100), "input": (50, 50), "output": (20, 20), "cache": (0.6, 0.6)}
FELL: dict[str, Any] = {"direction": "down", "actual": Decimal(3), "expected": Decimal(30)}


def split(rates: Rates | None = None, **money: float) -> Anomaly:
    """The example anomaly with a split: money by cause, and the rates that are not as usual."""
    known = USUAL | (rates or {})
    impacts = {name: Decimal(str(money.get(name, 0))) for name in get_args(Cause)}
    effects = tuple(
        Effect(name=name, impact=impact, actual=now, expected=usual)
        for name, impact in impacts.items()
        for now, usual in (known.get(name, (None, None)),)
    )
    impact = total_of(impacts.values())
    return anomaly(
        split=effects, impact=impact, actual=Decimal(30) + impact, expected=Decimal(30),
        contributors=(),
    )  # fmt: skip


def model(value: str, impact: int, **changes: Any) -> Contributor:
    return contributor(value=value, impact=Decimal(impact), share=impact / 60, **changes)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            split({"cache": (0.11, 0.62)}, volume=310, output=60, cache=40),
            "volume +$310.00, longer outputs +$60.00, cache share 62 % to 11 % +$40.00, price 0",
        ),
        (split(volume=60, other=3), "volume +$60.00, price 0, not measured +$3.00"),
        (split(mix=-40, input=-20), "cheaper models -$40.00, shorter prompts -$20.00, price 0"),
        (split(mix=40, input=20), "dearer models +$40.00, longer prompts +$20.00, price 0"),
        (split(volume=-1, output=-9), "volume -$1.00, shorter outputs -$9.00, price 0"),
        (split(cache=5, price=60), "cache +$5.00, price +$60.00"),
        (split(volume=60, output=0.5), "volume +$60.00, price 0"),
        (split(), None),
        (anomaly(), None),
    ],
)
def test_the_split_in_words(one: Anomaly, words: str | None) -> None:
    """Effects in their order, those that matter; price always, since that it did not change is news too."""
    assert split_in_words(one) == words


@pytest.mark.parametrize(
    ("rates", "money", "cause"),
    [
        (
            {"volume": (300, 100), "output": (12, 20)},
            {"volume": 70, "output": -10},
            "requests 3.0x their usual number with outputs no longer than usual, as in a storm of retries",
        ),
        (
            {"volume": (300, 100), "output": (30, 20)},
            {"volume": 60, "output": 20},
            "requests 3.0x their usual number",
        ),
        ({"volume": (150, 100)}, {"volume": 60}, "requests 1.5x their usual number"),
        ({"volume": (101, 100)}, {"volume": 60}, None),
        ({"volume": (0, 100)}, {"volume": -30}, "no requests at all"),
        ({"volume": (10, 100)}, {"volume": -27}, "requests 0.1x their usual number"),
        ({"volume": (100, 0)}, {"volume": 60}, None),
        ({}, {"mix": 60}, "requests went to dearer models"),
        ({}, {"mix": -20}, "requests went to cheaper models"),
        ({"input": (150, 50)}, {"input": 60}, "prompts 3.0x as long as usual"),
        ({"output": (50, 20)}, {"output": 60}, "outputs 2.5x as long as usual"),
        ({"output": (10, 20)}, {"output": -20}, "outputs 0.5x as long as usual"),
        ({"output": (10, 20)}, {"output": 20}, "longer outputs"),
        (
            {"cache": (0.11, 0.62)},
            {"cache": 60},
            "share of input read from cache went from 62 % to 11 %",
        ),
        ({}, {"cache": 60}, "the cache served less"),
        ({}, {"price": 60}, "a token costs 3.0x its usual price"),
        ({}, {"price": 30, "volume": 2}, "a token costs 2.0x its usual price"),
        (
            {"output": (50, 20), "cache": (0.1, 0.6), "volume": (150, 100)},
            {"output": 30, "cache": 25, "volume": 20},
            "outputs 2.5x as long as usual; share of input read from cache went from 60 % to 10 %",
        ),
        (
            {"output": (50, 20), "volume": (110, 100)},
            {"output": 50, "volume": 10},
            "outputs 2.5x as long as usual",
        ),
        ({}, {"other": 60}, None),
    ],
)
def test_what_the_split_says_of_the_cause(
    rates: Rates, money: dict[str, float], cause: str | None
) -> None:
    """The effects that make 30 % of the impact or more, two at most; those that point the other way are none."""
    assert cause == likely_cause(split(rates, **money))


@pytest.mark.parametrize(
    ("contributors", "cause"),
    [
        ((model("dear", 90), model("cheap", -30)), "requests moved from cheap to dear"),
        (
            (model("dear", 90, change="added"), model("cheap", -30)),
            "requests moved from cheap to dear; model dear is new",
        ),
        ((model("dear", 60),), "requests moved to dear"),
        ((model("all else", 60, change="rest"),), "requests went to dearer models"),
    ],
)
def test_a_switch_names_the_models(contributors: tuple[Contributor, ...], cause: str) -> None:
    """From the model that lost most to the one that gained most."""
    one = split(mix=60)
    named = anomaly(
        split=one.split, impact=one.impact, actual=one.actual, contributors=contributors
    )
    assert cause == likely_cause(named)


@pytest.mark.parametrize(
    ("dimension", "cause"),
    [
        ("model", "model x is new"),
        ("resource", "resource x is new"),
        ("api_key", "api_key x is new"),
    ],
)
def test_what_is_new_is_named(dimension: str, cause: str) -> None:
    """A resource, a model or a key that was not there before and makes most of a bill's rise."""
    new = contributor(dimension=dimension, value="x", change="added")
    assert cause == likely_cause(anomaly(requests_ratio=None, contributors=(new,)))


amounts = st.decimals(-(10**12), 10**12, places=6)
rates = st.none() | st.floats(0, 1e12)


@given(st.lists(st.tuples(amounts, rates, rates), min_size=7, max_size=7), amounts)
def test_any_split_renders(drawn: list[Any], expected: Decimal) -> None:
    """Zero, negative and huge effects all make a message."""
    effects = tuple(
        Effect(name=name, impact=impact, actual=now, expected=usual)
        for name, (impact, now, usual) in zip(get_args(Cause), drawn, strict=True)
    )
    impact = total_of(one.impact for one in effects)
    assert render_anomaly(
        anomaly(split=effects, impact=impact, expected=expected, actual=expected + impact)
    ).text
