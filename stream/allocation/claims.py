"""Allocation rules as functions: what a rule gives to a charge, or None where it does not claim it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from config.allocation import AllocationRule
from config.glob import glob_matches
from config.match_rule import MatchRule
from config.matchers import LabelMatcher, parse
from config.table_rule import TableRow, TableRule
from config.traits import EXAMPLES, MATCHABLE, TAG
from config.value_rules import AccountRule, ApiKeyRule, TagRule
from stream.allocation.folding import Tags, fold, fold_key
from stream.allocation.sharing import whole_weights
from stream.allocation.traits import trait_of
from stream.charge import Dimensions


class Given(NamedTuple):
    """What a rule gives to a charge; "" leaves it to the rules behind it."""

    team: str = ""
    service: str = ""
    environment: str = ""
    cost_center: str = ""
    product: str = ""
    shares: tuple[tuple[str, int], ...] = ()  # teams that bear it together, in proportion


Claim: TypeAlias = Callable[[Dimensions, Tags], Given | None]
_Condition: TypeAlias = Callable[[Dimensions, Tags], bool]


def claim_of(rule: AllocationRule) -> Claim:
    """The function of a rule."""
    if isinstance(rule, TagRule):
        return _by_tag(rule)
    if isinstance(rule, MatchRule):
        return _by_match(rule)
    if isinstance(rule, TableRule):
        return _by_table(rule)
    given = {value.strip().casefold(): Given(team) for value, team in rule.values.items()}
    if isinstance(rule, AccountRule):
        return lambda charge, _: given.get(charge.account.strip().casefold())
    if isinstance(rule, ApiKeyRule):
        return lambda charge, _: given.get(charge.api_key.strip().casefold())
    patterns = tuple(given.items())
    return lambda charge, _: next(
        (each for pattern, each in patterns if glob_matches(pattern, charge.service)), None
    )


def traits_of(rule: AllocationRule) -> Iterable[str]:
    """The traits that a rule asks for, but for tags, account, API key and service."""
    if isinstance(rule, TableRule):
        yield rule.look_up
    if isinstance(rule, MatchRule):
        yield from (name for name, _ in rule.match.said)
        yield from (parse(text, MATCHABLE, EXAMPLES).name for text in rule.matchers)


def _by_tag(rule: TagRule) -> Claim:
    keys = tuple(fold_key(key) for key in rule.keys)
    given = {fold(value): Given(team) for value, team in rule.values.items()}

    def claim(_: Dimensions, tags: Tags) -> Given | None:
        value = next((tags[key] for key in keys if key in tags), None)
        if value is None:
            return None
        return given.get(fold(value), None if rule.only_listed else Given(value))

    return claim


def _by_match(rule: MatchRule) -> Claim:
    conditions = (*_patterns(rule), *_matchers(rule))
    given = Given(
        rule.team or "",
        rule.service or "",
        rule.environment or "",
        rule.cost_center or "",
        rule.product or "",
        () if rule.split is None else whole_weights(rule.split.weights),
    )

    def claim(charge: Dimensions, tags: Tags) -> Given | None:
        return given if all(holds(charge, tags) for holds in conditions) else None

    return claim


def _patterns(rule: MatchRule) -> Iterable[_Condition]:
    for name, patterns in rule.match.said:
        yield _tag_fits(name, patterns) if name.startswith(TAG) else _trait_fits(name, patterns)


def _tag_fits(name: str, patterns: tuple[str, ...]) -> _Condition:
    value_of = trait_of(name)
    wanted = tuple(fold(pattern) for pattern in patterns)

    def holds(charge: Dimensions, tags: Tags) -> bool:
        value = fold(value_of(charge, tags))
        return any(glob_matches(pattern, value) for pattern in wanted)

    return holds


def _trait_fits(name: str, patterns: tuple[str, ...]) -> _Condition:
    value_of = trait_of(name)

    def holds(charge: Dimensions, tags: Tags) -> bool:
        value = value_of(charge, tags).strip()
        return any(glob_matches(pattern, value) for pattern in patterns)

    return holds


def _matchers(rule: MatchRule) -> Iterable[_Condition]:
    return (_takes(parse(text, MATCHABLE, EXAMPLES)) for text in rule.matchers)


def _takes(matcher: LabelMatcher) -> _Condition:
    value_of = trait_of(matcher.name)
    return lambda charge, tags: matcher.takes(value_of(charge, tags))


def _by_table(rule: TableRule) -> Claim:
    value_of = trait_of(rule.look_up)
    known = {rule.folded(row.value): _given(row) for row in rule.rows}

    def claim(charge: Dimensions, tags: Tags) -> Given | None:
        value = rule.folded(value_of(charge, tags))
        return known.get(value) if value else None

    return claim


def _given(row: TableRow) -> Given:
    return Given(row.team, row.service, row.environment, row.cost_center, row.product)
