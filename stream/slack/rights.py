"""Who may press: asked of the rules, and of Slack where the rules name user groups."""

from collections.abc import Callable, Collection
from typing import Final

from alerting.render.mrkdwn import cut, inert
from alerting.sinks.slack_said import called
from stream.slack.members import Members

MayAct = Callable[[str, str, Collection[str]], bool]  # team, user, groups that the user is in
GroupsOf = Callable[[str], tuple[str, ...]]  # of a team: those worth asking for

_MAX_TEAM: Final = 80
_MOST_CALLED: Final = 10


class Rights:
    """Who may act for a team.

    Args:
        may_act: what the rules say.
        groups_of: user groups whose people may act for a team.
        members: who is in them.
    """

    def __init__(self, may_act: MayAct, groups_of: GroupsOf, members: Members) -> None:
        self._may_act = may_act
        self._groups_of = groups_of
        self._members = members

    async def denial(self, team: str, user: str) -> str | None:
        """None if the user may act for the team; else what to tell the user, in mrkdwn."""
        if self._may_act(team, user, ()):
            return None
        asked = self._groups_of(team)
        found = await self._members.groups_of(user, asked)
        if self._may_act(team, user, found.groups):
            return None
        if not found.is_complete:
            return (
                "Spendwatch could not find out whether you may do that: Slack did not say who is in"
                f" the user groups of {_named(team)}. Try again; if it stays so, the app may lack"
                " the scope usergroups:read."
            )
        return denied(team, asked)


def denied(team: str, groups: Collection[str]) -> str:
    """What somebody is told who may not act for a team; it names the team, and who may."""
    who = called(tuple(groups)[:_MOST_CALLED])
    named = f" Ask {who}, or somebody" if who else " Ask somebody"
    return f"Only owners of {_named(team)} may do that.{named} whom the rules name as one."


def _named(team: str) -> str:
    return f"team {cut(inert(team), _MAX_TEAM)}"
