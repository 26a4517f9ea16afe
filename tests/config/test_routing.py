"""The section `routing`: routes that can never match are refused, and so is what nothing has."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from routing_rules import rules_of

from alerting.routing.walk import visits
from config.errors import ConfigError
from config.loader import DEFAULT_RULES, load_rules
from config.reachable import problems
from config.route import Route
from config.route_match import RouteMatch
from config.routing import Routing
from config.rules import Rules
from config.yaml_syntax import dump


def _match(**labels: str) -> RouteMatch:
    return RouteMatch.model_validate(labels)


def _routing(*matchers: RouteMatch) -> Routing:
    routes = [Route(name=str(i), match=one, channel="#a") for i, one in enumerate(matchers)]
    return Routing(default_channel="#a", routes=tuple(routes))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (_match(), _match(team="search")),
        (_match(team="search"), _match(team="Search", source="usage")),
        (_match(service="Amazon*"), _match(service="amazon*", charge_kind="tax")),
        (_match(service="Amazon*"), _match(service="amazon S3*")),
        (_match(team="*"), _match()),
    ],
)
def test_a_route_behind_one_that_takes_all_of_it_is_refused(
    earlier: RouteMatch, later: RouteMatch
) -> None:
    """The wide route goes last."""
    with pytest.raises(ValidationError, match="never matches"):
        _routing(earlier, later)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (_match(team="search"), _match(team="checkout")),
        (_match(team="search", source="usage"), _match(team="search")),
        (_match(team="search"), _match(source="usage")),
        (_match(environment=""), _match()),
        (_match(service="Amazon S3*"), _match(service="Amazon*")),
    ],
)
def test_routes_that_still_get_something_are_kept(earlier: RouteMatch, later: RouteMatch) -> None:
    """A later route may be wider, or overlap in part."""
    assert len(_routing(earlier, later).routes) == 2


UNREACHABLE = [
    # a list is covered if each of its patterns is
    ("[{name: a, match: {team: [x, y*]}}, {name: b, match: {team: [x, yy, y*z]}}]", "routes.1.match"),
    # matchers: the same one, or a plain `=` as good as a pattern
    ("[{name: a, matchers: [team=x]}, {name: b, match: {team: x}}]", "routes.1.match"),
    ("[{name: a, match: {team: x*}}, {name: b, matchers: [team=xy, source=usage]}]", "routes.1.match"),
    ("[{name: a, matchers: ['team!~x.*']}, {name: b, matchers: ['team !~ \"x.*\"', source=usage]}]", "routes.1.match"),
    # what a route around it asks for counts
    ("[{name: p, match: {team: x}, routes: [{name: a, match: {team: x}}, {name: b, match: {source: usage}}]}]", "routes.0.routes.1.match"),
    ("[{name: a, match: {team: x}}, {name: p, match: {team: x*}, routes: [{name: b, match: {team: x}}]}]", None),
    ("[{name: p, match: {team: x}, routes: [{name: b, match: {team: y*}}]}]", "routes.0.routes.0.match.team"),
    ("[{name: p, match: {team: x}, routes: [{name: b, matchers: [team=y]}]}]", "routes.0.routes.0.matchers"),
    ("[{name: b, match: {team: x}, matchers: [team=y]}]", "routes.0.matchers"),
    # where it is not sure, nothing is said
    ("[{name: a, continue: true}, {name: b}]", None),
    ("[{name: a, matchers: ['team=~x.*']}, {name: b, match: {team: xy}}]", None),
    ("[{name: a, matchers: ['team=x*']}, {name: b, match: {team: xy}}]", None),
    ("[{name: a, matchers: ['team!=x']}, {name: b, match: {team: y}}]", None),
    ("[{name: a, match: {team: [x, y]}}, {name: b, match: {team: [y, z]}}]", None),
    ("[{name: p, match: {team: 'x*'}, routes: [{name: b, match: {team: '*y'}}]}]", None),
]  # fmt: skip


@pytest.mark.parametrize(("routes", "place"), UNREACHABLE)
def test_only_what_surely_never_matches_is_refused(routes: str, place: str | None) -> None:
    """In the whole tree, with what the routes around ask for."""
    if place is None:
        rules_of(f"routes: {routes}")
        return
    with pytest.raises(ValidationError, match="never matches") as raised:
        rules_of(f"routes: {routes}")
    (error,) = raised.value.errors()
    found = (*error["loc"][1:], *error["ctx"]["items"][0])
    assert ".".join(map(str, found)) == place


WORDS = ("x", "xy", "yx", "")
PATTERNS = st.sampled_from((*WORDS, "x*", "*y", "*"))
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "match": st.dictionaries(
            st.sampled_from(["team", "service"]), st.lists(PATTERNS, min_size=1, max_size=2)
        ),
        "matchers": st.lists(
            st.sampled_from(["team=x", "team!=x", "service=~x.*", "service!~.*y", "team="]),
            max_size=2,
        ),
        "continue": st.booleans(),
    },
)


def _tree(asked: list[dict[str, object]], inner: list[dict[str, object]]) -> list[Route]:
    named = [{"name": str(i), **one} for i, one in enumerate(asked)]
    named[0]["routes"] = [{"name": str(i), **one} for i, one in enumerate(inner)]
    return [Route.model_validate(one) for one in named]


@given(st.lists(ASKED, min_size=1, max_size=3), st.lists(ASKED, max_size=3))
def test_a_route_that_is_refused_is_reached_by_no_labels(
    asked: list[dict[str, object]], inner: list[dict[str, object]]
) -> None:
    """Whatever the tree: what is claimed never to match is never asked, or never takes."""
    routes = _tree(asked, inner)
    refused = {
        one.path[: one.path.index("match") if "match" in one.path else -1]
        for one in problems(routes)
    }
    routing = Routing.model_construct(default_channel="#a", routes=tuple(routes))
    for team, service in product(WORDS, WORDS):
        seen = visits(routing, {"team": team, "service": service})
        taken = {
            tuple(part for route in visit.way for part in ("routes", int(route.name)))
            for visit in seen
            if visit.refusal is None and not visit.taken_by
        }
        assert not taken & refused


GOOD = """\
routing:
  default_channel: "#spend"
  group_by: [team]
  routes:
    - name: outer
      match: {team: search}
      matchers: ["environment!=dev"]
      mute: [nights]
      sinks: [slack]
      routes:
        - name: inner
          match: {severity: [high, critical]}
          active: [nights]
          repeat_interval: 4h
    - name: other
      match: {model: "gpt-*"}
      channel: "#other"
  intervals:
    - name: nights
      times: ["18:00-08:00"]
  inhibit:
    - name: graver
      source: [severity=critical]
      target: ["severity=~low|medium"]
      equal: [team]
  flood: {more_than: 10, within: 1m}
owners:
  - team: search
    channel: "#search"
"""
LABELS = (
    "source, team, service, environment, charge_kind, currency, severity, direction, kind, anomaly_id, model, sku, region, "
    "account, api_key, resource"
)
BAD = [
    ("match: {team: search}", "match: {tema: search}", "6: routing.routes[0].match.tema: is unknown; did you mean team?"),
    ("match: {team: search}", "match: {team: 7}", '6: routing.routes[0].match.team: 7 is no text; write a pattern in quotes, such as "42*"'),
    ("match: {team: search}", "match: {team: }", '6: routing.routes[0].match.team: nothing is no text; write a pattern in quotes, such as "42*"'),
    ("match: {team: search}", "match: {team: []}", "6: routing.routes[0].match.team: is an empty list, which matches nothing; write a pattern or leave it out"),
    ("[high, critical]", "[hihg]", "12: routing.routes[0].routes[0].match.severity: 'hihg' matches nothing; write one of low, medium, high, critical, or a pattern with * (found a list)"),
    ("environment!=dev", "enviroment!=dev", "7: routing.routes[0].matchers[0]: 'enviroment' is no label; did you mean environment?"),
    ("environment!=dev", "environment=~(", "7: routing.routes[0].matchers[0]: 'environment=~(' has a regular expression that RE2 does not take (missing ): (); mend it, such as service=~GPT.*"),
    ('["environment!=dev"]', '"environment!=dev"', "7: routing.routes[0].matchers: write a list: [a, b], or lines that begin with `- `, for example `matchers: [environment!=dev, service=~GPT.*|Claude.*]` (found 'environment!=dev')"),
    ("mute: [nights]", "mute: [days]", "8: routing.routes[0].mute[0]: is no interval; known: nights (found 'days')"),
    ("active: [nights]", "active: [nights, days]", "13: routing.routes[0].routes[0].active[1]: is no interval; known: nights (found 'days')"),
    ("sinks: [slack]", "sinks: [slak]", "9: routing.routes[0].sinks[0]: write one of slack, console, webhook, email, teams, events (found 'slak')"),
    ("repeat_interval: 4h", "repeat_interval: often", "14: routing.routes[0].routes[0].repeat_interval: 'often' is not a duration; write a number with a unit, for example 90s, 5m, 1h30m or 35d"),
    ("repeat_interval: 4h", "repeat_interval: 0s", "14: routing.routes[0].routes[0].repeat_interval: '0s' is no time between reminders; write such as 4h, or never"),
    ("repeat_interval: 4h", "continu: true", "14: routing.routes[0].routes[0].continu: is unknown; did you mean continue?"),
    ("repeat_interval: 4h", "continue: maybe", "14: routing.routes[0].routes[0].continue: write true or false (found 'maybe')"),
    ("name: other", "name: outer", "15: routing.routes[1].name: is the name of an earlier one too; give each its own (found 'outer')"),
    ('channel: "#other"', "channel: #other", '17: routing.routes[1].channel: is empty; write the channel in quotes, such as "#cloud-spend": an unquoted # is a comment'),
    ("group_by: [team]", "group_by: [tema]", f"3: routing.group_by[0]: write one of {LABELS}, ... (found 'tema')"),
    ("equal: [team]", "equal: [tema]", f"25: routing.inhibit[0].equal[0]: write one of {LABELS} (found 'tema')"),
    ("source: [severity=critical]", "source: [severity=grave]", "23: routing.inhibit[0].source[0]: 'severity=grave' matches nothing; known here: low, medium, high, critical"),
    ("source: [severity=critical]", "source: []", "23: routing.inhibit[0].source: write at least 1, for example `source: [severity=critical]` (found an empty list)"),
    ('times: ["18:00-08:00"]', "times: [evening]", '20: routing.intervals[0].times[0]: \'evening\' are no hours; write such as "08:00-18:00" or "18:00-08:00"'),
    ('times: ["18:00-08:00"]', "timezone: UTC", "19: routing.intervals[0]: holds always; add `times`, `weekdays`, `days_of_month`, `months` or `years` (found a mapping)"),
    ("within: 1m", "within: 0s", "26: routing.flood.within: 0s is no time at all; write for example 1m"),
    ("more_than: 10", "more_than: 0", "26: routing.flood.more_than: write 1 or more, for example `more_than: 10` (found 0)"),
    ("- team: search\n", "- team: search\n  - team: Search\n", "29: owners[1].team: is the team of an earlier owner too; write each team once (found 'Search')"),
    ('channel: "#search"', "on_call: search-oncall", "29: owners[0].on_call[0]: 'search-oncall' is no id of Slack; copy it from the profile: U... of a person, S... of a user group"),
    ('channel: "#search"', "escalation: {after: 30m}", "29: owners[0].escalation: calls nobody; add `channel`, `mention` or both (found a mapping)"),
]  # fmt: skip


def _load(folder: Path, text: str) -> Path:
    """A folder of rules in which routing and owners are a file of their own."""
    rest = load_rules(DEFAULT_RULES).model_dump(
        mode="json", exclude={"routing", "owners"}, exclude_none=True
    )
    (folder / "a.yaml").write_text(dump(rest), encoding="utf-8")
    (folder / "r.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("good", "bad", "said"), BAD)
def test_what_is_wrong_is_said_with_line_field_and_remedy(
    tmp_path: Path, good: str, bad: str, said: str
) -> None:
    """One line for each thing, wherever in the tree."""
    assert good in GOOD
    with pytest.raises(ConfigError) as raised:
        load_rules(_load(tmp_path, GOOD.replace(good, bad, 1)))
    found = [str(one).replace(f"{tmp_path}/", "") for one in raised.value.findings]
    assert f"r.yaml:{said}" in found


def test_rules_with_a_tree_are_shown_as_they_load(tmp_path: Path) -> None:
    """What `config show` prints of it is read as the same rules, and so is any other dump."""
    rules = load_rules(_load(tmp_path, GOOD))
    assert Rules.model_validate(rules.model_dump(mode="json")) == rules
    shown = tmp_path / "shown.yaml"
    shown.write_text(dump(rules.model_dump(mode="json", exclude_none=True)), encoding="utf-8")
    assert load_rules(shown) == rules


@pytest.mark.parametrize("said", ["never", "null", "Never"])
def test_reminders_can_be_ended_within_a_route(said: str) -> None:
    """Where the route around it has them."""
    rules = rules_of(f"repeat_interval: 4h\nroutes: [{{name: a, repeat_interval: {said}}}]")
    assert rules.routing.routes[0].repeat_interval == 0
    assert rules.routing.model_dump(mode="json")["routes"][0]["repeat_interval"] == "never"


def test_operators_are_told_in_the_default_channel_if_they_have_none() -> None:
    """Nobody has to name one."""
    assert rules_of("").routing.operators == "#default"
    assert rules_of('operator_channel: "#ops"').routing.operators == "#ops"
