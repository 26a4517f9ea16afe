"""What rules say of charges that are alike: who has them, by which rule, and which other rules would have had them."""

from typing import NamedTuple

from stream.allocation import Allocator, Owners
from stream.allocation.allocator import Claimed
from stream.charge import Dimensions


class Conflict(NamedTuple):
    """A rule that would have given charges to another team, had none before it claimed them."""

    rule: str  # that has them
    team: str
    later: str
    other_team: str


class Verdict(NamedTuple):
    """Of all charges with the same dimensions, in the same era of the rules."""

    owners: Owners
    matched: tuple[str, ...]  # rules, in their order
    used: frozenset[str]  # those of which something was taken
    conflicts: tuple[Conflict, ...]

    @property
    def rule(self) -> str:
        """The rule that gives the team; "" if none does."""
        return self.owners.owners[0].rule


_GIVEN = ("service", "environment", "cost_center", "product")


def verdict_of(allocator: Allocator, charge: Dimensions, era: int) -> Verdict:
    """The verdict on a charge."""
    claims = allocator.claims(charge, era)
    owners = allocator.owners(charge, era)
    of_teams = [(name, _teams(allocator, one)) for name, one in _with_team(claims)]
    used = {next((rule for rule, given in claims if getattr(given, name)), "") for name in _GIVEN}
    used.update(name for name, _ in of_teams[:1])
    return Verdict(
        owners,
        tuple(claim.rule for claim in claims),
        frozenset(used - {""}),
        tuple(
            Conflict(*of_teams[0], later, team)
            for later, team in of_teams[1:]
            if team != of_teams[0][1]
        ),
    )


def _with_team(claims: list[Claimed]) -> list[tuple[str, Claimed]]:
    return [(one.rule, one) for one in claims if one.given.team or one.given.shares]


def _teams(allocator: Allocator, claim: Claimed) -> str:
    """The team that a rule gives, or those that share, as one text."""
    named = [team for team, _ in claim.given.shares] or [claim.given.team]
    return " + ".join(dict.fromkeys(allocator.team(team) for team in named))
