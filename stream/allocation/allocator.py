"""Who owns a charge: each thing that is said of it comes from the first rule that says it."""

from bisect import bisect_right
from calendar import timegm
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from config.allocation import UNALLOCATED, Allocation, AllocationRule
from stream.allocation.claims import Claim, Given, claim_of, traits_of
from stream.allocation.folding import fold, fold_key, folded, name_of
from stream.allocation.owner import Owner, Owners
from stream.allocation.traits import fields_for
from stream.charge import Dimensions
from stream.memo import Memo


class _Rule(NamedTuple):
    name: str
    claim: Claim


class _Era(NamedTuple):
    """A span of time in which the same rules hold, and what was asked in it before."""

    rules: tuple[_Rule, ...]
    known: Memo[Owners]


class Claimed(NamedTuple):
    """A rule that claims a charge, and what it gives."""

    rule: str
    given: Given


class Allocator:
    """Names the owners of each charge. What was asked before is answered from memory.

    Rules may hold for certain days. Between two such days is an *era*: within one the answer hangs on the charge's
    dimensions alone.

    Args:
        allocation: the rules in their order.
    """

    def __init__(self, allocation: Allocation) -> None:
        self._turns = _turns(allocation.rules)
        self._eras = _eras(allocation.rules, self._turns)
        self._fields = fields_for(name for rule in allocation.rules for name in traits_of(rule))
        self._aliases = tuple(
            (fold_key(key), tuple(fold_key(other) for other in others))
            for key, others in allocation.tag_aliases.items()
        )
        self._teams = {fold(one): name for one, name in allocation.teams.items()}
        self._environment_tags = tuple(fold_key(tag) for tag in allocation.environment_tags)
        self._environments = {fold(one): name for one, name in allocation.environments.items()}
        self.shares = any(getattr(rule, "split", None) for rule in allocation.rules)
        """Whether any rule lets teams share charges."""
        self.dated = len(self._eras) > 1
        """Whether there is more than one era."""

    def era(self, time: int) -> int:
        """The number of the era of a charge's time, in epoch seconds. Eras begin with days of UTC."""
        return bisect_right(self._turns, time)

    def owners(self, charge: Dimensions, era: int = 0) -> Owners:
        """The owners of a charge; what no rule claims belongs to the team ``unallocated``."""
        known = self._eras[era].known
        key = (*self._fields(charge), *charge.tags, *charge.tags.values())
        return known.get(key) or known.keep(key, self._find(charge, era))

    def owner(self, charge: Dimensions, era: int = 0) -> Owner:
        """The owner of a charge, or the first of those who share it."""
        return self.owners(charge, era).owners[0]

    def claims(self, charge: Dimensions, era: int = 0) -> list[Claimed]:
        """All rules that claim a charge, in their order; the first ones win."""
        return list(self._claims(charge, folded(charge.tags, self._aliases), era))

    def team(self, given: str) -> str:
        """A team as it is shown, of any of its spellings."""
        return name_of(self._teams.get(fold(given), given))

    def _claims(self, charge: Dimensions, tags: dict[str, str], era: int) -> Iterator[Claimed]:
        for name, claim in self._eras[era].rules:
            given = claim(charge, tags)
            if given is not None:
                yield Claimed(name, given)

    def _find(self, charge: Dimensions, era: int) -> Owners:
        tags = folded(charge.tags, self._aliases)
        claims = list(self._claims(charge, tags, era))
        rule, of_team = next(
            (one for one in claims if one.given.team or one.given.shares), Claimed("", Given())
        )
        service, environment, cost_center, product = (
            next((getattr(given, name) for _, given in claims if getattr(given, name)), "")
            for name in ("service", "environment", "cost_center", "product")
        )
        environment = self._environment(environment, tags)
        said = (environment, rule, service, cost_center, product)
        if not of_team.shares:
            team = self.team(of_team.team) if of_team.team else UNALLOCATED
            return Owners((Owner(team, *said),))
        weights: dict[str, int] = {}  # two spellings of a team are one
        for name, weight in of_team.shares:
            team = self.team(name)
            weights[team] = weights.get(team, 0) + weight
        owners = tuple(Owner(team, *said, rule) for team in weights)
        return Owners(owners, tuple(weights.values()))

    def _environment(self, given: str, tags: dict[str, str]) -> str:
        """That of the rules, else that of the tags; "" where neither says one."""
        tagged = (tags[tag] for tag in self._environment_tags if tag in tags)
        found = given or next(tagged, "")
        return name_of(self._environments.get(fold(found), found)) if found else ""


def _turns(rules: Sequence[AllocationRule]) -> tuple[int, ...]:
    """When rules begin and end to hold, in epoch seconds."""
    return tuple(sorted({_second(day) for rule in rules for day in rule.days if day is not None}))


def _eras(rules: Sequence[AllocationRule], turns: tuple[int, ...]) -> list[_Era]:
    """The rules that hold before the first turn, between any two, and from the last one on."""
    claims = [(rule, _Rule(rule.name, claim_of(rule))) for rule in rules]
    return [
        _Era(tuple(each for rule, each in claims if _holds(rule, begin)), Memo())
        for begin in (None, *turns)
    ]


def _holds(rule: AllocationRule, begin: int | None) -> bool:
    """Whether a rule holds in the era that begins then; None is the one before all turns."""
    first, after = rule.days
    if begin is None:
        return first is None
    return (first is None or _second(first) <= begin) and (after is None or begin < _second(after))


def _second(day: date) -> int:
    return timegm(day.timetuple())
