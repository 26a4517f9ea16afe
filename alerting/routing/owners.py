"""Owners: who a team is for alerts, and who may act on its anomalies."""

from collections.abc import Collection

from config.owners import Owner
from config.rules import Rules


def owner_of(rules: Rules, team: str) -> Owner | None:
    """The owner of a team; case makes no difference."""
    name = team.casefold()
    return next((owner for owner in rules.owners if owner.team.casefold() == name), None)


def actors_of(rules: Rules, team: str) -> tuple[str, ...]:
    """Slack ids of the groups and people who may act on a team's anomalies; none: everybody may."""
    owner = owner_of(rules, team)
    own = () if owner is None else (*owner.members, *owner.on_call)
    return tuple(dict.fromkeys((*own, *rules.routing.admins)))


def groups_of(rules: Rules, team: str) -> tuple[str, ...]:
    """Those of `actors_of` that are user groups, whose members have to be asked for."""
    return tuple(one for one in actors_of(rules, team) if one.startswith("S"))


def may_act(rules: Rules, team: str, user_id: str, groups: Collection[str]) -> bool:
    """Whether somebody may act on a team's anomalies.

    Members of its owner, its on-call and the admins may. Where the rules name none of these, everybody may.

    Args:
        rules: the rules.
        team: the anomaly's.
        user_id: Slack's id of the person.
        groups: Slack's ids of the user groups the person is in.
    """
    actors = actors_of(rules, team)
    return not actors or user_id in actors or any(group in actors for group in groups)
