"""Allocation: whose charge it is, by the first rule that says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.allocation import UNALLOCATED, Allocation
from stream.allocation import Allocator, Owner
from stream.charge import Dimensions

ALLOCATION = Allocation.model_validate(
    {
        "rules": [
            {
                "name": "by-cost-center",
                "by": "tag",
                "keys": ["cost_center"],
                "values": {"CC 17": "Search"},
                "only_listed": True,
            },
            {
                "name": "by-team",
                "by": "tag",
                "keys": ["team", "owner"],
                "values": {"srch": "search"},
            },
            {"name": "by-account", "by": "account", "values": {"Prod-1": "platform"}},
            {"name": "by-key", "by": "api_key", "values": {"assistant-prod": "Assistant Team"}},
            {"name": "by-service", "by": "service", "values": {"Amazon *": "cloud", "*": "rest"}},
        ],
        "environments": {"PRD": "Production"},
    }
)


def _charge(
    tags: dict[str, str] | None = None, *, account: str = "", api_key: str = "", service: str = ""
) -> Dimensions:
    return Dimensions(
        currency="USD",
        service=service,
        charge_kind="usage",
        account=account,
        api_key=api_key,
        tags=tags or {},
    )


@pytest.mark.parametrize(
    ("charge", "team", "rule"),
    [
        (_charge({"team": "Search"}), "search", "by-team"),
        (_charge({"TEAM": "Machine  Learning"}), "machine-learning", "by-team"),
        (_charge({"user:Team": "a"}), "a", "by-team"),
        (_charge({"aws:user:t-e_a m": "a"}), "a", "by-team"),
        (_charge({"resourceTags/user:team": "a"}), "a", "by-team"),
        (_charge({'"team"': "'Data Platform'"}), "data-platform", "by-team"),
        (_charge({"Owner": "SRCH"}), "search", "by-team"),
        (_charge({"owner": "second", "team": "first"}), "first", "by-team"),
        (_charge({"owner": "second", "team": " "}), "second", "by-team"),
        (_charge({"Cost-Center": "cc-17", "team": "other"}), "search", "by-cost-center"),
        (_charge({"Cost-Center": "cc-99", "team": "other"}), "other", "by-team"),
        (_charge({"team": "null"}, account="prod-1"), "platform", "by-account"),
        (_charge(account="PROD-1 ", api_key="assistant-prod"), "platform", "by-account"),
        (_charge(api_key="assistant-prod"), "assistant-team", "by-key"),
        (_charge(service="amazon s3"), "cloud", "by-service"),
        (_charge(service="Glue"), "rest", "by-service"),
    ],
)
def test_first_rule_that_gives_a_team_wins(charge: Dimensions, team: str, rule: str) -> None:
    """Rules are asked in order; spelling of keys and values does not matter."""
    assert Allocator(ALLOCATION).owner(charge) == Owner(team, "", rule)


@pytest.mark.parametrize("rules", [Allocation(), Allocation(rules=ALLOCATION.rules[:4])])
def test_what_no_rule_claims(rules: Allocation) -> None:
    """A charge that no rule claims is unallocated, by no rule."""
    assert Allocator(rules).owner(_charge({"app": "x"}, account="7")) == Owner(UNALLOCATED, "", "")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"environment": "Production"}, "production"),
        ({"env": "prd"}, "production"),
        ({"user:Env": "p-r-d"}, "production"),
        ({"stage": "Load Test"}, "load-test"),
        ({"env": "dev", "Environment": "staging"}, "staging"),
        ({"environment": "", "env": "dev"}, "dev"),
        ({}, ""),
    ],
)
def test_environment(tags: dict[str, str], expected: str) -> None:
    """The environment comes from the first of its tags that says one, in the spelling of the rules."""
    assert Allocator(ALLOCATION).owner(_charge(tags)).environment == expected


@given(
    st.lists(
        st.builds(
            _charge,
            st.dictionaries(
                st.sampled_from(["team", "Team", "env", "x"]), st.sampled_from(["a", "B b", ""])
            ),
            account=st.sampled_from(["", "prod-1", "team"]),
            api_key=st.sampled_from(["", "assistant-prod", "prod-1"]),
            service=st.sampled_from(["", "Amazon S3"]),
        ),
        max_size=20,
    )
)
def test_memory_changes_no_answer(charges: list[Dimensions]) -> None:
    """An allocator that was asked before answers as a new one does."""
    asked = Allocator(ALLOCATION)

    assert [asked.owner(one) for one in charges] == [
        Allocator(ALLOCATION).owner(one) for one in charges
    ]


def test_each_trait_counts() -> None:
    """Charges that differ in one trait alone are told apart, whichever was asked about first."""
    charges = [
        _charge(),
        _charge({"team": "a"}),
        _charge(account="prod-1"),
        _charge(api_key="assistant-prod"),
        _charge(service="Amazon S3"),
    ]
    allocator = Allocator(ALLOCATION)

    assert [allocator.owner(one).rule for one in charges + charges] == [
        "by-service",
        "by-team",
        "by-account",
        "by-key",
        "by-service",
    ] * 2
    assert len({allocator.owner(one).team for one in charges}) == 5


def test_memory_is_bounded() -> None:
    """Tags that are never the same twice do not fill the memory."""
    allocator = Allocator(ALLOCATION)

    for number in range(45_000):
        allocator.owner(_charge({"request": str(number)}))

    assert len(allocator._eras[0].known) <= 20_000
