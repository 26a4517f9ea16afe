"""What within a series moved."""

from decimal import Decimal

from alerting.contributions import Contributions, bounded, contributors, joined, of_bucket


def test_shares_are_of_the_impact() -> None:
    """A contributor's share is its part of the impact, negative where it moved the other way."""
    found = contributors({"model=a": (90.0, 10.0), "model=b": (0.0, 20.0)}, Decimal(60))

    assert [(one.value, one.share) for one in found] == [("a", 1.3333), ("b", -0.3333)]
    assert [Decimal(80), Decimal(-20)] == [one.impact for one in found]


def test_three_a_dimension_and_none_below_a_hundredth() -> None:
    """Of each dimension the three that moved most are told, and nobody below one percent."""
    costs: Contributions = {f"model=m{n}": (float(n), 0.0) for n in range(1, 10)}
    costs |= {"region=here": (44.9, 0.0), "region=there": (0.1, 0.0)}

    found = contributors(costs, Decimal(45))

    assert [one.value for one in found] == ["here", "m9", "m8", "m7"]


def test_no_more_than_twelve() -> None:
    """However many dimensions there are, twelve contributors are told at most."""
    costs = {f"d{d}=v{v}": (10.0, 0.0) for d in range(8) for v in range(3)}

    assert len(contributors(costs, Decimal(100))) == 12


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
    (found,) = contributors({"tag=a=b;c": (2.0, 1.0)}, Decimal(1))

    assert (found.dimension, found.value) == ("tag", "a=b;c")


def test_nothing_moved() -> None:
    """Without an impact there are no shares, and so nobody to name."""
    assert contributors({"a=b": (1.0, 1.0)}, Decimal(0)) == ()
