"""An anomaly's impact by cause adds up to it, exactly."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from alerting.money import total_of
from alerting.split import split_of
from alerting.usage import MOST, Usages, joined, usages_of
from detectors.measures import OTHER, Measures

numbers = st.just(0) | st.floats(-1e9, 1e9) | st.integers(0, 10**9)
measures = st.builds(Measures, *[numbers] * 8)
impacts = st.decimals(-(10**12), 10**12, places=9)
USUAL = Measures(10, 100, 50, 20, 8.0, 4.0, 6.0)


@given(st.dictionaries(st.text(max_size=3), st.tuples(measures, measures), min_size=1), impacts)
def test_effects_add_up_to_the_impact(usages: Usages, impact: Decimal) -> None:
    """Whatever was measured: zeros, new, gone and negative ones, and an impact that has little to do with it."""
    effects = split_of(usages, impact)
    assert total_of(one.impact for one in effects) == impact
    assert [one.name for one in effects] == [
        *("volume", "mix", "input", "output", "cache", "price", "other")
    ]


def test_no_use_no_split() -> None:
    """A bill has no requests and no tokens."""
    assert split_of(usages_of({}, {}), Decimal(5)) == ()


def test_each_effect_says_what_it_is_about() -> None:
    """Requests, tokens a request, and the share of input that came from a cache."""
    actual = Measures(20, 200, 20, 40, 18.0, 8.0, 12.0)
    effects = {one.name: one for one in split_of({"m": (actual, USUAL)}, Decimal(10))}
    assert (effects["volume"].actual, effects["volume"].expected) == (20.0, 10.0)
    assert (effects["input"].actual, effects["output"].expected) == (10.0, 2.0)
    assert (effects["cache"].actual, effects["cache"].expected) == (0.1, 0.5)
    assert effects["other"].impact == 0


def test_what_was_not_measured_is_other() -> None:
    """Late charges are in the impact, and in no bucket's measures."""
    effects = split_of({"m": (USUAL.times(2), USUAL)}, Decimal(11))
    assert [(one.name, one.impact) for one in effects if one.impact] == [
        ("volume", Decimal(8)),
        ("other", Decimal(3)),
    ]


def test_joining_adds_up_and_is_bounded() -> None:
    """Of many models those that cost most are told apart, the others are added up."""
    many: Usages = {f"m{at}": (USUAL.times(at), USUAL) for at in range(40)}
    both = joined(joined({}, many), many)
    assert len(both) == MOST
    assert OTHER in both
    assert sum(pair[0].cost for pair in both.values()) == 2 * sum(
        pair[0].cost for pair in many.values()
    )
