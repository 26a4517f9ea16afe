"""A route: which anomalies it takes, and where it tells of them."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from config import telling as say
from config.base import Sparse, Text
from config.channels import GivenChannel
from config.durations import Seconds
from config.matchers import MatcherText
from config.names import unique_names
from config.people import Hook, MailAddresses
from config.reminders import Reminder
from config.route_match import RouteMatch
from config.telling import GroupLabel, SinkName


class Route(Sparse):
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
        default=None, description=say.EMAIL, examples=[["search-leads@example.com"]]
    )
    teams: Hook | None = Field(default=None, description=say.TEAMS, examples=["search"])
    webhook: Hook | None = Field(default=None, description=say.WEBHOOK, examples=["pagerduty"])
    sinks: tuple[SinkName, ...] | None = Field(
        default=None, description=say.SINKS, examples=[["slack", "email"]]
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
        default=None, description=say.GROUP_BY, examples=[["team", "service"]]
    )
    group_wait: Seconds | None = Field(default=None, description=say.GROUP_WAIT, examples=["10s"])
    group_interval: Seconds | None = Field(
        default=None, description=say.GROUP_INTERVAL, examples=["5m"]
    )
    repeat_interval: Reminder = Field(default=None, description=say.REPEAT, examples=["4h"])
    routes: Annotated[tuple["Route", ...], AfterValidator(unique_names)] = Field(
        default=(), description="routes within this one, tried in order"
    )
