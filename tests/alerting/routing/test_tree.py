"""Who hears of an anomaly: the tree of routes and its targets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing_rules import rules_of

from alerting.routing.target import Escalation, Place, Target
from alerting.routing.tree import targets_of
from config.labels import LABELS
from config.rules import Rules

SLACK = ("slack",)
ALL = ("slack", "webhook", "email", "teams", "events")


def told(rules: Rules, sinks: tuple[str, ...] = SLACK, **labels: str) -> tuple[Target, ...]:
    return targets_of(rules, labels, sinks)


def channels(rules: Rules, **labels: str) -> list[str]:
    return [place.address for target in told(rules, **labels) for place in target.places]


# The tree of Alertmanager's own test of routes (dispatch/route_test.go), in the labels of spend.
ALERTMANAGERS = rules_of("""
default_channel: "#notify-def"
routes:
  - name: a
    matchers: ['team="team-A"']
    channel: "#notify-a"
    routes:
      - name: testing
        matchers: ['environment="testing"']
        channel: "#notify-testing"
        group_by: ["..."]
      - name: production-a
        match: {environment: production}
        channel: "#notify-production-a"
        group_wait: 1m
        continue: true
      - name: production-b
        matchers: ["environment=~produ.*", "service=~.*"]
        channel: "#notify-production-b"
        group_wait: 30s
        group_interval: 5m
        repeat_interval: 1h
        group_by: [service]
  - name: bc
    matchers: ["team=~team-(B|C)"]
    group_by: [account, region]
    group_wait: 2m
    channel: "#notify-bc"
  - name: by-account
    match: {account: role}
    group_by: [account]
    routes:
      - name: testing
        match: {environment: testing}
        channel: "#notify-testing"
        routes:
          - name: long
            match: {region: long}
            group_wait: 2m
""")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"team": "team-A"}, ["a"]),
        ({"team": "team-A", "environment": "unset"}, ["a"]),
        ({"team": "team-C"}, ["bc"]),
        ({"team": "team-A", "environment": "testing"}, ["a/testing"]),
        ({"team": "team-A", "environment": "production"}, ["a/production-a", "a/production-b"]),
        ({"account": "role"}, ["by-account"]),
        ({"environment": "testing", "account": "role"}, ["by-account/testing"]),
        (
            {"environment": "testing", "account": "role", "region": "long"},
            ["by-account/testing/long"],
        ),
        ({"team": "team-D"}, ["default"]),
        ({}, ["default"]),
    ],
)
def test_the_way_through_the_tree_is_alertmanagers(
    labels: dict[str, str], expected: list[str]
) -> None:
    """The same alerts end at the same routes as in Alertmanager's own test."""
    assert expected == [target.route for target in told(ALERTMANAGERS, **labels)]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"team": "team-A"}, [((), 1, 300, None)]),
        (
            {"team": "team-A", "environment": "production"},
            [((), 60, 300, None), (("service",), 30, 300, 3600)],
        ),
        ({"team": "team-B"}, [(("account", "region"), 120, 300, None)]),
        ({"environment": "testing", "account": "role"}, [(("account",), 1, 300, None)]),
        (
            {"environment": "testing", "account": "role", "region": "long"},
            [(("account",), 120, 300, None)],
        ),
    ],
)
def test_options_that_a_route_does_not_say_are_those_around_it(
    labels: dict[str, str], expected: list[tuple[object, ...]]
) -> None:
    """group_by, group_wait, group_interval and repeat_interval go down the tree."""
    assert expected == [
        (one.group_by, one.group_wait, one.group_interval, one.repeat_interval)
        for one in told(ALERTMANAGERS, **labels)
    ]


# The example of Alertmanager's documentation (configuration, route).
DOCUMENTED = rules_of("""
group_wait: 30s
repeat_interval: 4h
group_by: [team, service]
routes:
  - {name: database, matchers: ["service=~mysql|cassandra"], channel: "#database", group_wait: 10s}
  - {name: frontend, matchers: ["team=frontend"], channel: "#frontend", group_by: [service, environment]}
  - {name: dev, matchers: [service=inhouse], channel: "#dev", mute: [offhours], continue: true}
  - {name: on-call, matchers: [service=inhouse], channel: "#on-call", active: [offhours]}
intervals:
  - {name: offhours, times: ["18:00-08:00"]}
""")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"service": "mysql", "team": "frontend"}, [("#database", ("team", "service"), 10)]),
        ({"service": "mysql8", "team": "frontend"}, [("#frontend", ("service", "environment"), 30)]),
        ({"service": "inhouse"}, [("#dev", ("team", "service"), 30), ("#on-call", ("team", "service"), 30)]),
        ({"service": "other"}, [("#default", ("team", "service"), 30)]),
    ],
)  # fmt: skip
def test_the_documented_example_does_what_is_documented(
    labels: dict[str, str], expected: list[tuple[object, ...]]
) -> None:
    """First match wins, `continue` goes on, and the root takes the rest."""
    found = told(DOCUMENTED, **labels)
    assert expected == [(one.places[0].address, one.group_by, one.group_wait) for one in found]
    assert {one.repeat_interval for one in found} == {4 * 3600}


NESTED = rules_of("""
sinks: [slack]
repeat_interval: 4h
group_by: [team]
routes:
  - name: outer
    match: {team: search}
    channel: "#outer"
    mute: [weekends]
    active: [weekends]
    sinks: [slack, email]
    routes:
      - {name: never, match: {severity: low}, repeat_interval: never, group_by: []}
      - {name: "null", match: {severity: medium}, repeat_interval: null}
      - {name: own, match: {severity: high}, channel: "#own", mute: [weekends]}
      - {name: nobody, match: {severity: critical, environment: dev}, sinks: []}
intervals:
  - {name: weekends, weekdays: ["saturday:sunday"]}
""")


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ("low", ("outer/never", "#outer", (), None, (), ())),
        ("medium", ("outer/null", "#outer", ("team",), None, (), ())),
        ("high", ("outer/own", "#own", ("team",), 14400, ("weekends",), ())),
        ("critical", ("outer", "#outer", ("team",), 14400, ("weekends",), ("weekends",))),
    ],
)
def test_a_nested_route_says_otherwise_or_takes_over(
    severity: str, expected: tuple[object, ...]
) -> None:
    """Channels and times go down, `never` and an empty list end that; intervals stay where they stand."""
    (one,) = told(NESTED, team="search", severity=severity)
    assert expected == (
        one.route, one.places[0].address, one.group_by, one.repeat_interval, one.mute, one.active
    )  # fmt: skip


OWNER = """
- team: Search
  channel: "#search"
  on_call: S0ONCALL
  email: [a@example.com, b@example.com]
  teams: search
  fallback: "#fallback"
  escalation: {after: 30m, channel: "#sre", mention: [S0SRE, U0BOSS]}
"""


@pytest.mark.parametrize(
    ("routing", "owners", "expected"),
    [
        ("", "[]", "#default"),
        ("", OWNER, "#search"),
        ('routes: [{name: a, match: {team: search}, channel: "#a"}]', OWNER, "#a"),
        ("routes: [{name: a, match: {team: search}}]", OWNER, "#search"),
        ("routes: [{name: a, match: {team: search}}]", "[]", "#default"),
        ('routes: [{name: a, channel: "#a", routes: [{name: b, match: {team: search}}]}]', "[]", "#a"),
        ('routes: [{name: a, channel: "#a", routes: [{name: b, match: {team: search}}]}]', OWNER, "#search"),
    ],
)  # fmt: skip
def test_the_channel_is_the_routes_the_owners_or_the_one_around(
    routing: str, owners: str, expected: str
) -> None:
    """In this order: said by the route, by the team's owner, by a route around it, the default."""
    assert channels(rules_of(routing, owners), team="search") == [expected]


@pytest.mark.parametrize(
    ("routing", "kind", "expected"),
    [
        ("", "freshness", "#default"),
        ('operator_channel: "#ops"', "freshness", "#ops"),
        ('operator_channel: "#ops"', "spike", "#default"),
        ('operator_channel: "#ops"\nroutes: [{name: a, match: {kind: freshness}, channel: "#a"}]', "freshness", "#a"),
    ],
)  # fmt: skip
def test_operators_hear_of_sources_that_stop(routing: str, kind: str, expected: str) -> None:
    """Unless a route says where."""
    assert channels(rules_of(routing), team="spendwatch", kind=kind) == [expected]


def test_every_sink_has_its_own_address() -> None:
    """Slack a channel, mail its addresses, Teams and webhooks a name, events none."""
    (one,) = told(rules_of("webhook: pagerduty", OWNER), ALL, team="search")
    assert one.places == (
        Place("slack", "#search"),
        Place("email", "a@example.com,b@example.com"),
        Place("teams", "search"),
        Place("webhook", "pagerduty"),
        Place("events", ""),
    )


@pytest.mark.parametrize(
    ("routing", "sinks", "expected"),
    [
        ("", ("console",), [Place("console", "#default")]),
        ("", ("webhook", "teams"), [Place("teams", "default"), Place("webhook", "default")]),
        ("", ("email", "events"), [Place("events", "")]),
        ("email: [f@example.com]", ("email",), [Place("email", "f@example.com")]),
        ("email: f@example.com\nroutes: [{name: a, email: []}]", ALL[:3], [Place("slack", "#default"), Place("webhook", "default")]),
        ("sinks: [slack]", ("console",), [Place("console", "#default")]),
        ("sinks: [events]", ALL, [Place("events", "")]),
        ("sinks: []", ALL, []),
        ("sinks: [slack]\nroutes: [{name: a, sinks: [webhook]}]", ALL, [Place("webhook", "default")]),
    ],
)  # fmt: skip
def test_only_sinks_that_are_asked_for_and_have_an_address_tell(
    routing: str, sinks: tuple[str, ...], expected: list[Place]
) -> None:
    """A sink without an address gets no place, and the console stands for Slack."""
    (one,) = told(rules_of(routing), sinks)
    assert list(one.places) == expected


def test_what_no_sink_of_a_route_can_tell_goes_to_the_default_channel() -> None:
    """A route that asks for mail alone loses nothing where mail is not configured."""
    rules = rules_of("routes: [{name: a, sinks: [email], email: a@example.com}]")
    assert channels(rules, team="x") == ["#default"]


def test_a_place_is_told_once() -> None:
    """The first target keeps it; one that is left without any goes."""
    rules = rules_of("""
        routes:
          - {name: a, continue: true, channel: "#a"}
          - {name: b, continue: true, channel: "#a"}
          - {name: c, channel: "#c"}
    """)
    assert [(one.route, one.places) for one in told(rules, ("slack", "events"))] == [
        ("a", (Place("slack", "#a"), Place("events", ""))),
        ("c", (Place("slack", "#c"),)),
    ]


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("#search", [Place("slack", "#fallback"), Place("slack", "#default")]),
        ("#fallback", [Place("slack", "#default")]),
        ("#default", [Place("slack", "#fallback")]),
    ],
)
def test_a_fallback_is_another_place(channel: str, expected: list[Place]) -> None:
    """The owner's first, then the default channel, and never the one that just failed."""
    (one,) = told(rules_of(f'routes: [{{name: a, channel: "{channel}"}}]', OWNER), team="search")
    assert list(one.fallback) == expected


@pytest.mark.parametrize(
    ("call_from", "called"),
    [
        ("low", ["low", "medium", "high", "critical"]),
        ("high", ["high", "critical"]),
        ("critical", ["critical"]),
    ],
)
def test_on_call_is_called_from_a_severity_on(call_from: str, called: list[str]) -> None:
    """Below it nobody is called."""
    rules = rules_of("", f"[{{team: search, on_call: [S0ONCALL], call_from: {call_from}}}]")
    for severity in ("low", "medium", "high", "critical"):
        (one,) = told(rules, team="SEARCH", severity=severity)
        assert one.mentions == (("S0ONCALL",) if severity in called else ())
        assert one.owner == "search"


@pytest.mark.parametrize(
    ("first", "second", "expected"), [("#sre", "#search", 1), ("#search", "#sre", 0), ("#x", "#sre", 1)]
)  # fmt: skip
def test_nobody_is_called_twice(first: str, second: str, expected: int) -> None:
    """On-call and escalation belong to the target in the owner's channel, else to the last one."""
    rules = rules_of(
        f'routes: [{{name: a, channel: "{first}", continue: true}}, {{name: b, channel: "{second}"}}]',
        OWNER,
    )
    targets = told(rules, team="search", severity="critical")
    assert [bool(one.mentions) for one in targets] == [number == expected for number in (0, 1)]
    assert [one.escalation is not None for one in targets] == [
        bool(one.mentions) for one in targets
    ]


def test_what_is_told_nowhere_calls_nobody() -> None:
    """`sinks: []` is nobody, on call or not."""
    (one,) = told(rules_of("sinks: []", OWNER), team="search", severity="critical")
    assert (one.places, one.fallback, one.mentions, one.escalation) == ((), (), (), None)


def test_escalation_says_whom_and_where() -> None:
    """It goes to its own channel and calls its own people."""
    (one,) = told(rules_of("", OWNER), team="search")
    assert one.escalation == Escalation(
        after=1800,
        places=(Place("slack", "#sre"),),
        mentions=("S0SRE", "U0BOSS"),
        severities=("high", "critical"),
    )


def test_escalation_without_a_channel_goes_where_it_was_told() -> None:
    """It calls more people in the same place."""
    owners = '[{team: search, channel: "#search", escalation: {after: 1h, mention: U0BOSS}}]'
    (one,) = told(rules_of("", owners), team="search")
    assert one.escalation is not None
    assert one.escalation.places == one.places


NAMES = st.sampled_from(["search", "Search", "checkout", "gpt-4o", "high", "dev", "", "a*b"])
ALL_LABELS = st.dictionaries(st.sampled_from(LABELS), NAMES)
SINKS = st.lists(st.sampled_from(ALL), unique=True, min_size=1)
TREES = [ALERTMANAGERS, DOCUMENTED, NESTED, rules_of("", OWNER)]


@given(st.sampled_from(TREES), ALL_LABELS, SINKS)
def test_every_anomaly_has_a_target_and_no_place_comes_twice(
    rules: Rules, labels: dict[str, str], sinks: list[str]
) -> None:
    """Whatever its labels and whatever is configured; and the same again the next time."""
    targets = targets_of(rules, labels, sinks)
    places = [place for one in targets for place in one.places]
    assert targets
    assert len(set(places)) == len(places)
    assert targets == targets_of(rules, labels, sinks)


@given(
    rules=st.sampled_from(TREES),
    labels=ALL_LABELS,
    place=st.integers(min_value=0, max_value=3),
    continues=st.booleans(),
)
def test_a_route_that_matches_nothing_changes_nothing(
    rules: Rules, labels: dict[str, str], place: int, *, continues: bool
) -> None:
    """Wherever it stands among the others."""
    nothing = rules_of(
        f'routes: [{{name: nothing, match: {{team: no-such}}, channel: "#x", continue: {str(continues).lower()}}}]'
    ).routing.routes
    routes = rules.routing.routes
    routing = rules.routing.model_copy(
        update={"routes": (*routes[:place], *nothing, *routes[place:])}
    )
    with_it = rules.model_copy(update={"routing": routing})
    assert targets_of(rules, labels, ALL) == targets_of(with_it, labels, ALL)
