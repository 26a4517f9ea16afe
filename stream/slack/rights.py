"""Who may press: asked of the rules, and of Slack where the rules name user groups."""

from collections.abc import Callable, Collection
from typing import Final

from alerting.render.mrkdwn import cut, inert
from alerting.sinks.slack_said import called
from stream.slack.members import Members

MayAct = Callable[[str, str, Collection[str]], bool]  # team, user, groups that the user is in
ActorsOf = Callable[[str], tuple[str, ...]]  # of a team: user groups and people who may act for it

_MAX_TEAM: Final = 80
_CUT: Final = "…"  # at the end of a name that did not fit: nobody knows whose it is
_MOST_CALLED: Final = 10


class Rights:
    """Who may act for a team.

    Args:
        may_act: what the rules say.
        actors_of: ids of the user groups and people who may act for a team.
        members: who is in the groups.
    """

    def __init__(self, may_act: MayAct, actors_of: ActorsOf, members: Members) -> None:
        self._may_act = may_act
        self._actors_of = actors_of
        self._members = members

    async def denial(self, team: str, user: str) -> str | None:
        """None if the user may act for the team; else what to tell the user, in mrkdwn."""
        if team.endswith(_CUT):
            return "This team's name is too long for a button: use `spendwatch anomalies` instead."
        if self._may_act(team, user, ()):
            return None
        actors = self._actors_of(team)
        groups = [one for one in actors if one.startswith("S")]
        found = await self._members.groups_of(user, groups)
        if self._may_act(team, user, found.groups):
            return None
        if not found.is_complete:
            return (
                "Spendwatch could not find out whether you may do that: Slack did not say who is in"
                f" the user groups of {_named(team)}. Try again; if it stays so, the app may lack"
                " the scope usergroups:read."
            )
        return denied(team, actors)


def denied(team: str, actors: Collection[str]) -> str:
    """What somebody is told who may not act for a team; it names the team, and who may."""
    who = called(tuple(actors)[:_MOST_CALLED])
    ask = f" Ask {who}." if who else ""
    return f"Only those whom the rules name for {_named(team)} may do that.{ask}"


def _named(team: str) -> str:
    return f"team {cut(inert(team), _MAX_TEAM)}"
