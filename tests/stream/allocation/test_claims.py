"""Rules of several conditions, tables and days: what they claim, and what they give."""

from datetime import UTC, datetime
from typing import Any

import pytest

from config.allocation import UNALLOCATED, Allocation
from stream.allocation import Allocator, Owner, Owners
from stream.charge import Dimensions


def allocator(*rules: dict[str, Any], **more: Any) -> Allocator:
    named = [{"name": f"rule-{number}", **rule} for number, rule in enumerate(rules)]
    return Allocator(Allocation.model_validate({"rules": named, **more}))


def charge(tags: dict[str, str] | None = None, **more: str) -> Dimensions:
    fields = {"currency": "USD", "service": "Amazon EC2", "charge_kind": "usage", **more}
    return Dimensions(**fields, tags=tags or {})  # type: ignore[arg-type]  # texts all


@pytest.mark.parametrize(
    ("match", "one"),
    [
        ({"provider": "aws"}, charge(provider="AWS")),
        ({"service": "amazon *"}, charge()),
        ({"account": ["1", "47*"]}, charge(account="4711")),
        ({"project": "acme-*"}, charge({"Project": "Acme-Shop"}, account="7")),
        ({"project": "acme-*"}, charge(account="acme-shop")),
        ({"namespace": "checkout"}, charge({"k8s-namespace": "checkout"})),
        ({"namespace": "checkout"}, charge({"aws:eks:namespace": "checkout"})),
        ({"namespace": "checkout"}, charge({"k8s.namespace.name": "checkout"})),
        ({"user": "*@example.com"}, charge({"user_email": "ann@example.com"})),
        ({"api_key": "ci-*"}, charge(api_key="ci-1")),
        ({"region": "eu-*"}, charge(region="eu-west-1")),
        ({"sku": "*boxusage*"}, charge(sku="EUW1-BoxUsage:m5.large")),
        ({"resource": "*/shop/*"}, charge(resource="arn:aws:lb/shop/1")),
        ({"model": "gpt-*"}, charge(model="gpt-4o")),
        ({"charge_kind": "usage"}, charge()),
        ({"tags": {"App_Name": "Shop.Front*"}}, charge({"app-name": "shop front 2"})),
        ({"tags": {"app": ["a", "b"]}}, charge({"APP": '"B"'})),
        ({"tags": {"app": ""}}, charge({"app": "null"})),
        ({"region": "eu-*", "tags": {"app": "a"}}, charge({"app": "a"}, region="eu-1")),
    ],
)
def test_a_condition_that_holds(match: dict[str, Any], one: Dimensions) -> None:
    """Each trait can be asked for, by patterns, without regard to case and a tag's separators."""
    asked = allocator({"by": "match", "match": match, "team": "a"})
    assert asked.owner(one).team == "a"


@pytest.mark.parametrize(
    ("rule", "one"),
    [
        ({"match": {"region": "eu-*", "tags": {"app": "a"}}}, charge({"app": "b"}, region="eu-1")),
        ({"match": {"region": "eu-*", "account": "1"}}, charge(region="eu-1")),
        ({"match": {"namespace": "a"}, "matchers": ["tag.x=1"]}, charge({"namespace": "a"})),
        ({"match": {"tags": {"app": ""}}}, charge({"app": "a"})),
        ({"matchers": ['tag.app!=""']}, charge({"app": " "})),
        ({"matchers": ["service=~Amazon"]}, charge()),
        ({"matchers": ["user=~.+", "region=eu"]}, charge({"user": "a"})),
    ],
)
def test_all_conditions_must_hold(rule: dict[str, Any], one: Dimensions) -> None:
    """One that does not is enough to leave the charge to others."""
    assert allocator({"by": "match", "team": "a", **rule}).owner(one).team == UNALLOCATED


@pytest.mark.parametrize(
    ("matcher", "one"),
    [
        ("service=~Amazon (EC2|EKS)", charge()),
        ("tag.App-Name=~shop-.*", charge({"app_name": "Shop-1"})),
        ("tag.app!=shop", charge()),
        ("project!~acme.*", charge(account="other")),
    ],
)
def test_matchers(matcher: str, one: Dimensions) -> None:
    """Regular expressions fit the whole value, whatever its case; a tag that is not there is empty."""
    asked = allocator({"by": "match", "matchers": [matcher], "team": "a"})
    assert asked.owner(one).team == "a"


def test_each_thing_comes_from_the_first_rule_that_gives_it() -> None:
    """A rule that says only the cost centre leaves the team to others, and so on."""
    asked = allocator(
        {"by": "match", "match": {"account": "1"}, "cost_center": "4711"},
        {"by": "match", "match": {"account": "1"}, "team": "Search Team", "cost_center": "no"},
        {"by": "match", "team": "no", "service": "Platform", "product": "shop"},
        {"by": "match", "environment": "PRD"},
        environments={"prd": "production"},
    )
    said = Owner("search-team", "production", "rule-1", "Platform", "4711", "shop")
    assert asked.owner(charge({"env": "dev"}, account="1")) == said


def test_tags_say_the_environment_where_no_rule_does() -> None:
    """A rule's word counts before them."""
    rule = {"by": "match", "match": {"account": "1"}, "environment": "production"}
    asked = allocator(rule)
    assert asked.owner(charge({"env": "dev"}, account="1")).environment == "production"
    assert asked.owner(charge({"env": "dev"})).environment == "dev"


@pytest.mark.parametrize(
    ("look_up", "one", "owner"),
    [
        ("account", charge(account=" ACME-1"), Owner("a", "", "rule-0", cost_center="9")),
        ("tag.cost_center", charge({"CostCenter": "acme 1"}), Owner("a", "", "rule-0", "", "9")),
        ("namespace", charge({"namespace": "acme-1"}), Owner("a", "", "rule-0", "", "9")),
        ("account", charge(account="acme-2"), Owner(UNALLOCATED, "", "", product="shop")),
        ("account", charge(account="acme 1"), Owner(UNALLOCATED, "", "")),
        ("tag.x", charge(), Owner(UNALLOCATED, "", "")),
    ],
)
def test_tables(look_up: str, one: Dimensions, owner: Owner) -> None:
    """A row gives what it fills in to the charges with its value."""
    rows = [
        {"value": "Acme-1", "team": "a", "cost_center": "9"},
        {"value": "acme-2", "product": "shop"},
        {"value": "--", "team": "nobody"},
    ]
    assert allocator({"by": "table", "look_up": look_up, "rows": rows}).owner(one) == owner


@pytest.mark.parametrize(
    ("day", "team"),
    [
        ("2026-06-30T23:59:59", "before"),
        ("2026-07-01T00:00:00", "summer"),
        ("2026-08-31T23:59:59", "summer"),
        ("2026-09-01T00:00:00", UNALLOCATED),
        ("2027-01-01T00:00:00", "after"),
    ],
)
def test_rules_hold_for_days(day: str, team: str) -> None:
    """By the charge's own time: the first day belongs to a rule, the one it ends with does not."""
    asked = allocator(
        {"by": "match", "team": "before", "until": "2026-07-01"},
        {"by": "match", "team": "summer", "from": "2026-07-01", "until": "2026-09-01"},
        {"by": "match", "team": "after", "from": "2027-01-01"},
    )
    era = asked.era(int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()))
    assert [asked.owner(charge(), era).team for _ in range(2)] == [team] * 2


def test_teams_that_share() -> None:
    """All are named with their weights and the rule; what else is said holds for each."""
    asked = allocator(
        {"by": "match", "match": {"service": "Support"}, "split": {"shares": {"a": 60, "B b": 40}}},
        {"by": "match", "match": {"service": "Tax"}, "split": {"even": ["a", "b"]}},
        {"by": "match", "team": "c", "product": "shop"},
    )
    said = ("", "rule-0", "", "", "shop", "rule-0")
    assert asked.owners(charge(service="Support")) == Owners(
        (Owner("a", *said), Owner("b-b", *said)), (60, 40)
    )
    assert asked.owners(charge(service="Tax")).weights == (1, 1)
    assert asked.owners(charge()).owners[0].shared_from == ""


def test_spellings_of_a_team_are_one_team() -> None:
    """Whichever rule gives it; of two shares of one team one is made."""
    shares = {"ml": 1, "search": 2, "machine-learning": 3}
    asked = allocator(
        {"by": "match", "match": {"service": "Support"}, "split": {"shares": shares}},
        {"by": "tag", "keys": ["team"]},
        teams={"M L": "machine-learning"},
    )
    assert asked.owner(charge({"team": "ML"})).team == "machine-learning"
    owners, weights = asked.owners(charge(service="Support"))
    assert [owner.team for owner in owners] == ["machine-learning", "search"]
    assert weights == (4, 2)


@pytest.mark.parametrize(
    ("tags", "team"),
    [
        ({"Squad": "a"}, "a"),
        ({"squad": "a", "team": "b"}, "b"),
        ({"owner.team": "c", "squad": "a"}, "a"),
        ({"owner/team": "c"}, "c"),
    ],
)
def test_aliases_of_tags(tags: dict[str, str], team: str) -> None:
    """The tag itself counts before its aliases, and they in their order."""
    asked = allocator(
        {"by": "tag", "keys": ["team"]}, tag_aliases={"Team": ["squad", "owner_team"]}
    )
    assert asked.owner(charge(tags)).team == team


@pytest.mark.parametrize("name", ["provider", "region", "sku", "resource", "model", "charge_kind"])
def test_memory_tells_apart_what_rules_ask_for(name: str) -> None:
    """Charges that differ in a trait alone that a rule asks for are two."""
    word = "tax" if name == "charge_kind" else "x"
    by_pattern = allocator({"by": "match", "match": {name: word}, "team": "a"})
    by_matcher = allocator({"by": "match", "matchers": [f"{name}={word}"], "team": "a"})
    for asked in (by_pattern, by_matcher):
        teams = [asked.owner(each).team for each in (charge(), charge(**{name: word}), charge())]
        assert teams == [UNALLOCATED, "a", UNALLOCATED]
