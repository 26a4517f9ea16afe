"""Who owns a charge: the rules from the config over tags, accounts, API keys and services."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from config.allocation import (
    UNALLOCATED,
    AccountRule,
    Allocation,
    AllocationRule,
    ApiKeyRule,
    ServiceRule,
    TagRule,
)
from config.glob import glob_matches
from stream.charge import Dimensions
from stream.memo import Memo

_QUOTES = "\"'`"
_NO_VALUE = frozenset({"", "null", "none", "n/a"})
_PREFIX = re.compile(r"^(?:(?:resourcetags/|aws:|user:)\s*)+")
_IGNORED = re.compile(r"[\s_-]+")

Match = Callable[[Dimensions, Mapping[str, str]], str | None]
"""The team that a rule gives to a charge with these tags (keys folded), or None."""


class Owner(NamedTuple):
    """Whose charge it is, where it runs ("" if nothing says), and the rule that said so ("" if none)."""

    team: str
    environment: str
    rule: str


class Allocator:
    """Names the owner of each charge. What was asked before is answered from memory.

    Args:
        allocation: the rules, of which the first that gives a team wins.
    """

    def __init__(self, allocation: Allocation) -> None:
        self._rules = [(rule.name, _matcher(rule)) for rule in allocation.rules]
        self._environment_tags = tuple(_fold_key(tag) for tag in allocation.environment_tags)
        self._environments = {_fold(one): name for one, name in allocation.environments.items()}
        self._known: Memo[Owner] = Memo()

    def owner(self, charge: Dimensions) -> Owner:
        """The owner of a charge; what no rule claims belongs to the team ``unallocated``."""
        key = (charge.account, charge.api_key, charge.service, *charge.tags, *charge.tags.values())
        return self._known.get(key) or self._known.keep(key, self._find(charge))

    def _find(self, charge: Dimensions) -> Owner:
        tags = _folded(charge.tags)
        environment = self._environment(tags)
        for rule, team_of in self._rules:
            team = team_of(charge, tags)
            if team:
                return Owner(_name(team), environment, rule)
        return Owner(UNALLOCATED, environment, "")

    def _environment(self, tags: Mapping[str, str]) -> str:
        for tag in self._environment_tags:
            if tag in tags:
                return _name(self._environments.get(_fold(tags[tag]), tags[tag]))
        return ""


def _matcher(rule: AllocationRule) -> Match:
    if isinstance(rule, TagRule):
        return _by_tag(rule)
    if isinstance(rule, AccountRule):
        return _by_exact(rule.values, lambda charge: charge.account)
    if isinstance(rule, ApiKeyRule):
        return _by_exact(rule.values, lambda charge: charge.api_key)
    return _by_service(rule)


def _by_tag(rule: TagRule) -> Match:
    keys = tuple(_fold_key(key) for key in rule.keys)
    teams = {_fold(value): team for value, team in rule.values.items()}

    def team_of(_: Dimensions, tags: Mapping[str, str]) -> str | None:
        value = next((tags[key] for key in keys if key in tags), None)
        if value is None:
            return None
        return teams.get(_fold(value), None if rule.only_listed else value)

    return team_of


def _by_exact(teams: Mapping[str, str], value_of: Callable[[Dimensions], str]) -> Match:
    by_value = {value.strip().casefold(): team for value, team in teams.items()}

    def team_of(charge: Dimensions, _: Mapping[str, str]) -> str | None:
        return by_value.get(value_of(charge).strip().casefold())

    return team_of


def _by_service(rule: ServiceRule) -> Match:
    patterns = tuple(rule.values.items())

    def team_of(charge: Dimensions, _: Mapping[str, str]) -> str | None:
        return next((team for one, team in patterns if glob_matches(one, charge.service)), None)

    return team_of


def _folded(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags that say something, by their folded keys; of two keys that fold alike the first counts."""
    folded: dict[str, str] = {}
    for key, value in tags.items():
        bare = value.strip().strip(_QUOTES).strip()
        if bare.casefold() not in _NO_VALUE:
            folded.setdefault(_fold_key(key), bare)
    return folded


def _fold_key(key: str) -> str:
    return _fold(_PREFIX.sub("", key.strip().strip(_QUOTES).strip().casefold()))


def _fold(text: str) -> str:
    return _IGNORED.sub("", text.strip().strip(_QUOTES).casefold())


def _name(text: str) -> str:
    """As teams and environments are shown: lower case, one ``-`` for the space between words."""
    return "-".join(text.lower().split())
