"""Allocation rules that take the team from one trait of a charge: a tag, the account, the API key, the service."""

import re
from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from config.allocation_rule import DatedRule
from config.base import Text, refused

SEPARATORS = re.compile(r"[\s_./-]+")
"""What makes no difference in keys and values of tags."""


def _distinct(
    values: dict[str, str], fold: Callable[[str], str] = lambda key: key.strip().casefold()
) -> dict[str, str]:
    """Refuses two spellings of one key that stand for different words: one would be lost."""
    kept: dict[str, str] = {}
    lost = [(key,) for key, word in values.items() if kept.setdefault(fold(key), word) != word]
    if lost:
        raise refused("is another spelling of an earlier key, for something else; keep one", *lost)
    return values


def _loosely_distinct(values: dict[str, str]) -> dict[str, str]:
    return _distinct(values, lambda key: SEPARATORS.sub("", key).casefold())


Words = Annotated[dict[str, Text], AfterValidator(_distinct)]
LooseWords = Annotated[dict[str, Text], AfterValidator(_loosely_distinct)]


class TagRule(DatedRule):
    """Takes the team from the first of ``keys`` that the charge carries as a tag.

    Keys and values are compared without regard to case, spaces and ``_ - . /``. ``values`` maps a tag's value to a
    team; without it the normalised value itself is the team.
    """

    by: Literal["tag"] = Field(description="takes the team from a tag")
    keys: tuple[Text, ...] = Field(
        min_length=1,
        description="tag keys, tried in order; case, spaces and _ - . / make no difference",
        examples=[["team", "owner"]],
    )
    values: LooseWords = Field(
        default_factory=dict,
        description="team for a tag's value; a value that is not listed is itself the team",
        examples=[{"data-eng": "data-platform"}],
    )
    only_listed: bool = Field(
        default=False, description="true: a value that is not in `values` does not match"
    )

    @model_validator(mode="after")
    def _something_is_listed(self) -> Self:
        if self.only_listed and not self.values:
            raise refused(
                "never matches without `values`; list them or remove it", ("only_listed",)
            )
        return self


class AccountRule(DatedRule):
    """Takes the team from the sub account, project or billing account id."""

    by: Literal["account"] = Field(description="takes the team from the account or project")
    values: Words = Field(
        min_length=1,
        description="team for a sub account, project or billing account id",
        examples=[{"012345678901": "search"}],
    )


class ApiKeyRule(DatedRule):
    """Takes the team from the API key (its id or alias) that usage was metered under."""

    by: Literal["api_key"] = Field(description="takes the team from the API key")
    values: Words = Field(
        min_length=1,
        description="team for an API key's id or alias (never the key itself)",
        examples=[{"search-prod": "search"}],
    )


class ServiceRule(DatedRule):
    """Takes the team from the service's name; ``*`` stands for any characters."""

    by: Literal["service"] = Field(description="takes the team from the service's name")
    values: Words = Field(
        min_length=1,
        description="team for a service; * stands for any characters",
        examples=[{"Amazon Redshift*": "data-platform"}],
    )
