"""What rules make of charges: every charge is in one sum, and all sums are the charges'."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from config.allocation import UNALLOCATED, Allocation
from stream.allocate.document import exact
from stream.allocate.sums import Sums
from stream.allocate.tally import ALL, Resource, Tally
from stream.allocate.verdict import Conflict
from stream.charge import Charge, Dimensions
from stream.money import ZERO, add

DAY = 86_400
RULES: list[dict[str, Any]] = [
    {"name": "tags", "by": "tag", "keys": ["team"]},
    {
        "name": "shared",
        "by": "match",
        "match": {"service": "Support"},
        "split": {"shares": {"ads": 2, "search": 1}},
        "product": "all",
    },
    {"name": "first", "by": "account", "values": {"1": "search"}, "until": "1970-01-02"},
    {"name": "second", "by": "account", "values": {"1": "ads"}},
    {"name": "never", "by": "match", "match": {"provider": "x"}, "team": "ads"},
    {"name": "late", "by": "match", "match": {"service": "Support"}, "team": "ads"},
    {"name": "centers", "by": "match", "match": {"account": "*"}, "cost_center": "9"},
]


def charge(
    cost: str | None, service: str = "EC2", *, day: int = 0, **more: Any
) -> tuple[Charge, Decimal | None]:
    dimensions = Dimensions(
        **{"currency": "USD", "service": service, "charge_kind": "usage", **more}
    )
    amount = None if cost is None else Decimal(cost)
    return Charge(charge_id="", time=day * DAY, cost=amount, dimensions=dimensions), amount


def tally(
    charges: Iterable[tuple[Charge, Decimal | None]], rules: list[dict[str, Any]] = RULES
) -> Tally:
    found = Tally(Allocation.model_validate({"rules": rules}))
    for one, cost in charges:
        found.take(one, cost)
    return found


def amounts(sums: Sums[Any]) -> dict[Any, tuple[int, str]]:
    return {
        (key, currency): (one.charges, exact(one.amount)) for key, currency, one in sums.largest()
    }


def test_what_each_rule_claims_and_what_nobody_claims() -> None:
    """In money by currency and in charges; a rule that gives no team claims nothing."""
    found = tally(
        [
            charge("1", tags={"team": "a"}),
            charge("10", account="1"),
            charge("0.5", account="1", day=1),
            charge("3", account="2", resource="i-1"),
            charge("-4", account="2", resource="i-1"),
            charge("7", account="2", currency="EUR"),
            charge(None),
        ]
    )
    assert amounts(found.claimed) == {
        ("tags", "USD"): (1, "1"),
        ("first", "USD"): (1, "10"),
        ("second", "USD"): (1, "0.5"),
        ("", "USD"): (3, "-1"),
        ("", "EUR"): (1, "7"),
    }
    assert amounts(found.accounts) == {
        ("2", "EUR"): (1, "7"),
        ("2", "USD"): (2, "-1"),
        ("", "USD"): (1, "0"),
    }
    assert amounts(found.resources)[Resource("2", "EC2", "i-1"), "USD"] == (2, "-1")
    assert found.unpriced == 1


def test_shared_charges_are_in_the_sums_of_all_who_bear_them() -> None:
    """Each with its part; the rule that shares has the whole."""
    found = tally([charge("1", "Support"), charge("1", tags={"team": "ads"})])
    assert amounts(found.teams) == {
        ("ads", "USD"): (2, "1.6666666667"),
        ("search", "USD"): (1, "0.3333333333"),
    }
    assert amounts(found.shared)["ads", "USD"] == (1, "0.6666666667")
    assert amounts(found.claimed)["shared", "USD"] == (1, "1")
    assert amounts(found.products) == {("all", "USD"): (2, "1"), ("", "USD"): (1, "1")}
    assert amounts(found.cost_centers) == {("9", "USD"): (3, "2")}


def test_charges_that_a_later_rule_would_have_given_to_another_team() -> None:
    """By pair of rules; those of the same team are none."""
    found = tally(
        [
            charge("5", "Support", account="1"),
            charge("2", account="1", tags={"team": "x"}),
            charge("2", account="1", tags={"team": "search"}),
        ]
    )
    shared = ("shared", "ads + search")
    assert amounts(found.conflicts) == {
        (Conflict(*shared, "first", "search"), "USD"): (1, "5"),
        (Conflict(*shared, "second", "ads"), "USD"): (1, "5"),
        (Conflict(*shared, "late", "ads"), "USD"): (1, "5"),
        (Conflict("tags", "x", "first", "search"), "USD"): (1, "2"),
        (Conflict("tags", "x", "second", "ads"), "USD"): (1, "2"),
        (Conflict("tags", "search", "second", "ads"), "USD"): (1, "2"),
    }


def test_rules_that_do_nothing() -> None:
    """Those that match no charge, and those before which others had said all."""
    found = tally([charge("5", "Support"), charge("1", tags={"team": "a"})])
    assert found.never() == ["first", "second", "never"]
    assert found.too_late() == ["late"]


_text = st.sampled_from(["", "1", "2", "Support", "a"])
_charges = st.builds(
    charge,
    st.none() | st.decimals(-(10**6), 10**6, places=7).map(str),
    _text,
    day=st.integers(0, 2),
    account=_text,
    currency=st.sampled_from(["USD", "EUR"]),
    tags=st.dictionaries(st.sampled_from(["team", "x"]), _text, max_size=2),
)


@given(st.lists(_charges, max_size=12), st.permutations(RULES))
@settings(deadline=None)
def test_all_sums_add_up_to_the_charges(
    charges: list[tuple[Charge, Decimal | None]], rules: list[dict[str, Any]]
) -> None:
    """By rule, by team, by cost centre and by product, whatever the order of the rules; and what nobody claims."""
    found = tally(charges, rules)
    expected: dict[str, Decimal] = {}
    for one, cost in charges:
        currency = one.dimensions.currency
        expected[currency] = add(expected.get(currency, ZERO), cost or ZERO)
    every = (found.total, found.claimed, found.teams, found.cost_centers, found.products)
    assert [_total(sums) for sums in every] == [expected] * 5
    assert found.total.charges(ALL) == len(charges)
    unclaimed = {currency: one.amount for currency, one in found.claimed.of("").items()}
    assert _total(found.accounts) == _total(found.resources) == unclaimed
    assert amounts(found.teams).keys() >= {(UNALLOCATED, currency) for currency in unclaimed}


def _total(sums: Sums[Any]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for _, currency, one in sums.largest():
        total[currency] = add(total.get(currency, ZERO), one.amount)
    return total
