"""Routing: the tree of routes, after Alertmanager's, and what keeps a flood of messages away."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from config import telling as say
from config.base import Sparse, refused
from config.channels import Channel, GivenChannel
from config.durations import Seconds
from config.flood import Flood, Limit
from config.inhibition import InhibitRule
from config.intervals import Interval
from config.names import unique_names
from config.people import Hook, MailAddresses, SlackIds
from config.reachable import Problem, problems
from config.reminders import NEVER, Reminder
from config.route import Route
from config.telling import GroupLabel, SinkName


class Routing(Sparse):
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
        default=None, description=say.EMAIL, examples=[["finops@example.com"]]
    )
    teams: Hook | None = Field(default=None, description=say.TEAMS, examples=["default"])
    webhook: Hook | None = Field(default=None, description=say.WEBHOOK, examples=["default"])
    sinks: tuple[SinkName, ...] | None = Field(
        default=None, description=say.SINKS, examples=[["slack", "email"]]
    )
    group_by: tuple[GroupLabel, ...] = Field(
        default=(), description=say.GROUP_BY, examples=[["team", "service"]]
    )
    group_wait: Seconds = Field(default=1, description=say.GROUP_WAIT, examples=["10s"])
    group_interval: Seconds = Field(default=300, description=say.GROUP_INTERVAL, examples=["5m"])
    repeat_interval: Reminder = Field(default=NEVER, description=say.REPEAT, examples=["4h"])
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
