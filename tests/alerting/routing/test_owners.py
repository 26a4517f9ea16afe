"""Who may act on an anomaly."""

import pytest
from routing_rules import rules_of

from alerting.routing.owners import groups_of, may_act, owner_of

OWNERS = "[{team: search, members: [S0TEAM, U0ANN], on_call: S0ONCALL}, {team: empty}]"
ADMINS = "admins: [U0BOSS, S0FINOPS]"


@pytest.mark.parametrize(
    ("routing", "team", "user", "groups", "expected"),
    [
        ("", "search", "U0ANN", (), True),
        ("", "SEARCH", "U0ANN", (), True),
        ("", "search", "U0BEN", (), False),
        ("", "search", "U0BEN", ("S0TEAM",), True),
        ("", "search", "U0BEN", ("S0ONCALL",), True),
        ("", "search", "U0BEN", ("S0OTHER",), False),
        ("", "search", "U0BOSS", (), False),
        (ADMINS, "search", "U0BOSS", (), True),
        (ADMINS, "search", "U0BEN", ("S0FINOPS",), True),
        (ADMINS, "ads", "U0BOSS", (), True),
        (ADMINS, "ads", "U0ANN", (), False),
        ("", "ads", "U0BEN", (), True),
        ("", "empty", "U0BEN", (), True),
        (ADMINS, "empty", "U0BEN", (), False),
    ],
)
def test_members_on_call_and_admins_may_act(
    routing: str, team: str, user: str, groups: tuple[str, ...], *, expected: bool
) -> None:
    """Where nobody is named, everybody may."""
    assert expected == may_act(rules_of(routing, OWNERS), team, user, groups)


def test_an_owner_is_found_by_its_team() -> None:
    """Case makes no difference, and no pattern is meant."""
    rules = rules_of("", OWNERS)
    assert owner_of(rules, "Search") == rules.owners[0]
    assert owner_of(rules, "search-2") is None
    assert owner_of(rules, "") is None


def test_user_groups_are_told_apart_from_people() -> None:
    """Only of groups somebody has to ask who is in them."""
    assert groups_of(rules_of(ADMINS, OWNERS), "search") == ("S0TEAM", "S0ONCALL", "S0FINOPS")
