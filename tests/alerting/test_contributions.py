"""What within a series moved."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.anomaly import Contributor
from alerting.contributions import Contributions, bounded, contributors, joined, of_bucket
from alerting.money import subtract, total_of


def told(costs: Contributions, actual: str, expected: str = "0") -> list[Contributor]:
    return list(contributors(costs, Decimal(actual), Decimal(expected)))


def test_shares_are_of_the_impact() -> None:
    """A contributor's share is its part of the impact, negative where it moved the other way."""
    found = told({"model=a": (90.0, 10.0), "model=b": (0.0, 20.0)}, "90", "30")

    assert [(one.value, one.share) for one in found] == [("a", 1.3333), ("b", -0.3333)]
    assert [Decimal(80), Decimal(-20)] == [one.impact for one in found]


def test_three_a_dimension_and_none_below_a_hundredth() -> None:
    """Of each dimension the three that moved most are told, nobody below one percent, and one row for all else."""
    costs: Contributions = {f"model=m{n}": (float(n), 0.0) for n in range(1, 10)}
    costs |= {"region=here": (44.9, 0.0), "region=there": (0.1, 0.0)}

    found = told(costs, "45")

    assert [one.value for one in found] == ["here", "all else", "m9", "m8", "m7", "all else"]
    assert [float(one.impact) for one in found] == [44.9, 0.1, 9, 8, 7, 21]


def test_no_more_than_twelve() -> None:
    """However many dimensions there are, twelve contributors are named at most, and no dimension by halves."""
    costs = {f"d{d}=v{v}": (10.0, 0.0) for d in range(8) for v in range(3)}

    found = told(costs, "100")
    assert sum(one.change != "rest" for one in found) == 12
    assert len(found) == 16


@pytest.mark.parametrize(
    ("cost", "change"),
    [
        ((5.0, 0.0), "added"),
        ((5.0, 0.05), "added"),
        ((5.0, 0.5), "moved"),
        ((0.0, 5.0), "vanished"),
        ((0.05, 5.0), "vanished"),
        ((0.5, 5.0), "moved"),
        ((5.0, -1.0), "added"),
        ((-5.0, 0.0), "moved"),
    ],
)
def test_what_is_added_or_vanished_is_named_so(cost: tuple[float, float], change: str) -> None:
    """As good as nothing counts as nothing: the first bucket of a newcomer is learned, too."""
    of_more = {"sku=a": cost, "sku=b": (90.0, 10.0)}
    rows = told(of_more, str(90 + cost[0]), str(10 + cost[1]))
    assert [change] == [one.change for one in rows if one.value == "a"]


@pytest.mark.parametrize(
    ("cost", "change"), [((500.0, 1.0), "moved"), ((5.0, 0.0), "added"), ((5.0, -1.0), "added")]
)
def test_what_all_of_the_usual_spend_was_is_no_newcomer(
    cost: tuple[float, float], change: str
) -> None:
    """However much more it is now."""
    assert told({"sku=a": cost}, str(cost[0]), str(cost[1]))[0].change == change


def test_what_no_value_is_known_for_is_in_the_rest() -> None:
    """Charges without an API key, and the forecast that is not shared out by key, are all else."""
    found = told({"api_key=a": (30.0, 10.0), "model=m": (100.0, 40.0)}, "100", "40")

    assert [(one.value, one.change, one.actual, one.expected) for one in found] == [
        ("m", "moved", Decimal(100), Decimal(40)),
        ("a", "moved", Decimal(30), Decimal(10)),
        ("all else", "rest", Decimal(70), Decimal(30)),
    ]


amounts = st.floats(-1e9, 1e9)
exact = st.decimals(-(10**12), 10**12, places=9)
names = st.builds("{}={}".format, st.sampled_from(["model", "sku", "region"]), st.integers(0, 40))


@given(st.dictionaries(names, st.tuples(amounts, amounts), max_size=40), exact, exact)
def test_each_dimension_adds_up(costs: Contributions, actual: Decimal, expected: Decimal) -> None:
    """Whatever is known by value, the rows of a dimension add up to the anomaly's amounts, exactly."""
    found = contributors(bounded(costs), actual, expected)

    for dimension in {one.dimension for one in found}:
        rows = [one for one in found if one.dimension == dimension]
        assert total_of(one.actual for one in rows) == actual
        assert total_of(one.expected for one in rows) == expected
        assert total_of(one.impact for one in rows) == subtract(actual, expected)
        assert sum(one.share for one in rows) == pytest.approx(
            1.0, abs=1e-9 * max(abs(one.share) for one in rows)
        )
        assert [one.change for one in rows[:-1]].count("rest") == 0


def test_no_dimension_crowds_out_the_others() -> None:
    """Many dear resources do not push out the one model behind them."""
    costs: Contributions = {f"resource=i-{n}": (100.0, 0.0) for n in range(100)}

    assert "model=small" in bounded({**costs, "model=small": (1.0, 0.5)})


def test_what_vanished_is_a_contributor() -> None:
    """A value with a usual cost and none in this bucket is counted with its usual cost."""
    assert of_bucket({}, {"model=a": 5.0}) == {"model=a": (0.0, 5.0)}


def test_joining_adds_up() -> None:
    """Contributions of two buckets add up by name."""
    assert joined({"a=b": (1.0, 2.0)}, {"a=b": (3.0, 4.0), "a=c": (1.0, 1.0)}) == {
        "a=b": (4.0, 6.0),
        "a=c": (1.0, 1.0),
    }


def test_values_may_hold_any_character() -> None:
    """Only the first equals sign parts dimension and value."""
    (found,) = told({"tag=a=b;c": (2.0, 1.0)}, "2", "1")

    assert (found.dimension, found.value) == ("tag", "a=b;c")


def test_nothing_moved() -> None:
    """Without an impact there are no shares, and so nobody to name."""
    assert told({"a=b": (1.0, 1.0)}, "1", "1") == []
