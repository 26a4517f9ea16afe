"""Allocation: which team owns a charge, and what else is said of it. The first rule that says it wins."""

from typing import Annotated

from pydantic import AfterValidator, Field

from config.base import Frozen, Text
from config.match_rule import MatchRule
from config.names import unique_names
from config.table_rule import TableRule
from config.tag_aliases import TagAliases
from config.value_rules import AccountRule, ApiKeyRule, LooseWords, ServiceRule, TagRule

UNALLOCATED = "unallocated"

AllocationRule = Annotated[
    TagRule | AccountRule | ApiKeyRule | ServiceRule | MatchRule | TableRule,
    Field(discriminator="by"),
]


class Allocation(Frozen):
    """Rules in order; what none claims belongs to the team ``unallocated``, and is shown as such."""

    rules: Annotated[tuple[AllocationRule, ...], AfterValidator(unique_names)] = Field(
        default=(),
        description="tried in order; team, service, environment, cost centre and product each come from the first rule "
        "that gives them",
    )
    teams: LooseWords = Field(
        default_factory=dict,
        description="other spellings of a team, such as ml: machine-learning, whichever rule gives it",
        examples=[{"ml": "machine-learning"}],
    )
    tag_aliases: TagAliases = Field(
        default_factory=dict,
        description="other keys of a tag, tried in order where the tag itself is not there",
        examples=[{"team": ["squad", "owner_team"]}],
    )
    environment_tags: tuple[Text, ...] = Field(
        default=("environment", "env", "stage"),
        description="tag keys that name the environment where no rule does, tried in order",
        examples=[["environment", "env", "stage"]],
    )
    environments: LooseWords = Field(
        default_factory=dict,
        description="other spellings of an environment, such as prd: production",
        examples=[{"prd": "production"}],
    )
