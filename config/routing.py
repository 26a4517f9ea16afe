"""Routing: the tree of routes, after Alertmanager's, and what keeps a flood of messages away."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from config.base import Frozen, Text, Whole, refused
from config.channels import Channel, GivenChannel
from config.durations import Seconds
from config.intervals import Interval
from config.labels import Label
from config.matchers import MatcherText
from config.names import unique_names
from config.people import Hook, MailAddresses, SlackIds
from config.reachable import Problem, problems
from config.reminders import NEVER, Reminder
from config.route_match import RouteMatch

SinkName = Literal["slack", "console", "webhook", "email", "teams", "events"]
GroupLabel = Label | Literal["..."]

_SINKS = "ways out that hear of it; `[]`: nobody is told; left out: all that are configured"
_EMAIL = "mail addresses that hear of it"
_TEAMS = "name of the Microsoft Teams webhook that hears of it"
_WEBHOOK = "name of the webhook that hears of it"
_GROUP_BY = 'labels; anomalies that share them are one message; `[]` or `["..."]`: each is a message of its own'
_GROUP_WAIT = "how long the first message of a group waits for more anomalies"
_GROUP_INTERVAL = "least time between two news of a group"
_REPEAT = "time after which what nobody acknowledged is told again, or `never`"


class Route(Frozen):
    """Where the anomalies that match are told. Of several routes the first wins, unless it says `continue`.

    A route within a route sees only what that one takes, and takes over what it does not say itself.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    name: Text = Field(description="name of the route, once in its list", examples=["search"])
    match: RouteMatch = Field(
        default=RouteMatch(),
        description="anomalies that are meant; what is left out matches all",
        examples=[{"team": "search"}],
    )
    matchers: tuple[MatcherText, ...] = Field(
        default=(),
        description="matchers in Alertmanager's form, all of which must fit, too",
        examples=[["environment!=dev", "service=~GPT.*|Claude.*"]],
    )
    continue_: bool = Field(
        default=False,
        alias="continue",
        description="true: the routes behind it are asked as well",
    )
    channel: GivenChannel = Field(
        default=None,
        description="Slack channel, such as #search-alerts; left out: that of the team's owner, or else of the route "
        "around it",
        examples=["#search-alerts"],
    )
    email: MailAddresses | None = Field(
        default=None, description=_EMAIL, examples=[["search-leads@example.com"]]
    )
    teams: Hook | None = Field(default=None, description=_TEAMS, examples=["search"])
    webhook: Hook | None = Field(default=None, description=_WEBHOOK, examples=["pagerduty"])
    sinks: tuple[SinkName, ...] | None = Field(
        default=None, description=_SINKS, examples=[["slack", "email"]]
    )
    mute: tuple[Text, ...] = Field(
        default=(),
        description="intervals in which it tells nothing; not taken over by the routes within",
        examples=[["weekends"]],
    )
    active: tuple[Text, ...] = Field(
        default=(),
        description="intervals outside of which it tells nothing; not taken over by the routes within",
        examples=[["office-hours"]],
    )
    group_by: tuple[GroupLabel, ...] | None = Field(
        default=None, description=_GROUP_BY, examples=[["team", "service"]]
    )
    group_wait: Seconds | None = Field(default=None, description=_GROUP_WAIT, examples=["10s"])
    group_interval: Seconds | None = Field(
        default=None, description=_GROUP_INTERVAL, examples=["5m"]
    )
    repeat_interval: Reminder = Field(default=None, description=_REPEAT, examples=["4h"])
    routes: Annotated[tuple["Route", ...], AfterValidator(unique_names)] = Field(
        default=(), description="routes within this one, tried in order"
    )


class InhibitRule(Frozen):
    """While one anomaly fires, others are kept quiet (Alertmanager's word)."""

    name: Text = Field(
        description="name of the rule, once in the list", examples=["graver-within-team"]
    )
    source: Annotated[tuple[MatcherText, ...], Field(min_length=1)] = Field(
        description="matchers of the anomaly that keeps others quiet",
        examples=[["severity=critical"]],
    )
    target: Annotated[tuple[MatcherText, ...], Field(min_length=1)] = Field(
        description="matchers of the anomalies that are kept quiet",
        examples=[["severity=~low|medium"]],
    )
    equal: tuple[Label, ...] = Field(
        default=(),
        description="labels that both must have the same",
        examples=[["team", "environment"]],
    )


class Flood(Frozen):
    """From how many on anomalies that open together in a place become one message."""

    more_than: Annotated[Whole, Field(ge=1)] = Field(
        default=10, description="anomalies in a place that are told one by one", examples=[10]
    )
    within: Annotated[Seconds, Field(gt=0)] = Field(
        default=60, description="time in which they open", examples=["1m"]
    )


class Limit(Frozen):
    """How many new messages a place takes; what comes on top is gathered into one."""

    messages: Annotated[Whole, Field(ge=1)] = Field(
        default=30, description="new messages of a place", examples=[30]
    )
    per: Annotated[Seconds, Field(gt=0)] = Field(
        default=3600, description="time for which they count", examples=["1h"]
    )


class Routing(Frozen):
    """The root of the tree, which takes every anomaly: what no route takes goes to the default channel."""

    default_channel: Channel = Field(
        description="Slack channel for what no route matches", examples=["#cloud-spend"]
    )
    routes: Annotated[tuple[Route, ...], AfterValidator(unique_names)] = Field(
        default=(), description="tried in order; the first that matches wins"
    )
    operator_channel: GivenChannel = Field(
        default=None,
        description="channel of those who run Spendwatch: sources that stop, channels that cannot be told; left out: "
        "the default channel",
        examples=["#spendwatch-ops"],
    )
    admins: SlackIds = Field(
        default=(),
        description="user groups and people of Slack who may act on every anomaly",
        examples=[["U0ADMIN", "S0FINOPS"]],
    )
    email: MailAddresses | None = Field(
        default=None, description=_EMAIL, examples=[["finops@example.com"]]
    )
    teams: Hook | None = Field(default=None, description=_TEAMS, examples=["default"])
    webhook: Hook | None = Field(default=None, description=_WEBHOOK, examples=["default"])
    sinks: tuple[SinkName, ...] | None = Field(
        default=None, description=_SINKS, examples=[["slack", "email"]]
    )
    group_by: tuple[GroupLabel, ...] = Field(
        default=(), description=_GROUP_BY, examples=[["team", "service"]]
    )
    group_wait: Seconds = Field(default=1, description=_GROUP_WAIT, examples=["10s"])
    group_interval: Seconds = Field(default=300, description=_GROUP_INTERVAL, examples=["5m"])
    repeat_interval: Reminder = Field(default=NEVER, description=_REPEAT, examples=["4h"])
    intervals: Annotated[tuple[Interval, ...], AfterValidator(unique_names)] = Field(
        default=(), description="times that routes name in `mute` and `active`"
    )
    inhibit: Annotated[tuple[InhibitRule, ...], AfterValidator(unique_names)] = Field(
        default=(), description="anomalies that keep others quiet while they fire"
    )
    flood: Flood = Field(
        default=Flood(), description="when many anomalies that open together become one message"
    )
    limit: Limit = Field(default=Limit(), description="new messages that a place takes")

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        known = {interval.name for interval in self.intervals}
        found = [*_unknown_intervals(self.routes, known), *problems(self.routes)]
        if found:
            remedy = found[0].remedy
            raise refused(remedy, *(one.path for one in found if one.remedy == remedy))
        return self

    @property
    def operators(self) -> str:
        """The channel of those who run Spendwatch."""
        return self.default_channel if self.operator_channel is None else self.operator_channel


def _unknown_intervals(
    routes: tuple[Route, ...], known: set[str], around: tuple[str | int, ...] = ()
) -> list[Problem]:
    found: list[Problem] = []
    for number, route in enumerate(routes):
        here = (*around, "routes", number)
        for field in ("mute", "active"):
            names: tuple[str, ...] = getattr(route, field)
            found += [
                Problem((*here, field, place), _no_interval(known))
                for place, name in enumerate(names)
                if name not in known
            ]
        found += _unknown_intervals(route.routes, known, here)
    return found


def _no_interval(known: set[str]) -> str:
    if not known:
        return "is no interval; add it to `routing.intervals`"
    return f"is no interval; known: {', '.join(sorted(known))}"
