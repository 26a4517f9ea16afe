"""Owners: where a team hears of its spend, who is called, and who may act on it."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from config.base import Sparse, Text, refused
from config.channels import GivenChannel
from config.durations import LongerThanZero
from config.labels import SeverityName
from config.people import Hook, Link, MailAddresses, SlackIds


class EscalationRules(Sparse):
    """Who is called if nobody acknowledges."""

    after: LongerThanZero = Field(
        description="wall-clock time without an acknowledgement", examples=["30m"]
    )
    severities: Annotated[tuple[SeverityName, ...], Field(min_length=1)] = Field(
        default=("high", "critical"),
        description="severities that are escalated",
        examples=[["high", "critical"]],
    )
    channel: GivenChannel = Field(
        default=None,
        description="channel that is told; left out: where it was told before",
        examples=["#sre"],
    )
    mention: SlackIds = Field(
        default=(), description="user groups and people of Slack who are called", examples=["S0789"]
    )

    @model_validator(mode="after")
    def _calls_somebody(self) -> Self:
        if self.channel is None and not self.mention:
            raise refused("calls nobody; add `channel`, `mention` or both")
        return self


class Owner(Sparse):
    """A team as alerts know it."""

    team: Text = Field(
        description="the team, as allocation names it; case makes no difference",
        examples=["search"],
    )
    channel: GivenChannel = Field(
        default=None,
        description="Slack channel of the team, for routes that name none",
        examples=["#search-alerts"],
    )
    on_call: SlackIds = Field(
        default=(),
        description="user group of Slack, or several, called from `call_from` on",
        examples=["S0123ABCD"],
    )
    call_from: SeverityName = Field(
        default="high", description="least severity that calls `on_call`", examples=["critical"]
    )
    members: SlackIds = Field(
        default=(),
        description="user groups and people of Slack who may act on the team's anomalies, besides `on_call`",
        examples=[["S0123ABCD", "U0456"]],
    )
    email: MailAddresses | None = Field(
        default=None,
        description="mail addresses, for routes that name none",
        examples=[["search-leads@example.com"]],
    )
    teams: Hook | None = Field(
        default=None,
        description="name of a Microsoft Teams webhook of the settings",
        examples=["search"],
    )
    webhook: Hook | None = Field(
        default=None, description="name of a webhook of the settings", examples=["default"]
    )
    fallback: GivenChannel = Field(
        default=None,
        description="channel that is told when the team's cannot be; left out: `routing.default_channel`",
        examples=["#cloud-spend"],
    )
    runbook: Link | None = Field(
        default=None,
        description="link to what the team does about its spend",
        examples=["https://wiki.example.com/search-spend"],
    )
    escalation: EscalationRules | None = Field(
        default=None,
        description="who is called if nobody acknowledges",
        examples=[{"after": "30m", "channel": "#sre"}],
    )


def _once(owners: tuple[Owner, ...]) -> tuple[Owner, ...]:
    """Refuses a team that is named twice."""
    teams = [owner.team.casefold() for owner in owners]
    repeated = [(i, "team") for i, team in enumerate(teams) if team in teams[:i]]
    if repeated:
        raise refused("is the team of an earlier owner too; write each team once", *repeated)
    return owners


Owners = Annotated[tuple[Owner, ...], AfterValidator(_once)]
