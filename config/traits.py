"""Traits: what allocation rules can ask of a charge, and conditions on them."""

from functools import cached_property
from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator, Field

from config.base import Frozen, Text, refused
from config.detection import ChargeKind
from config.explain import nearest
from config.glob import glob_matches
from config.matchers import parse
from config.route_match import Patterns

Trait = Literal[
    "provider",
    "service",
    "account",
    "project",
    "namespace",
    "api_key",
    "user",
    "region",
    "sku",
    "resource",
    "model",
    "charge_kind",
]

TRAITS: Final[tuple[str, ...]] = get_args(Trait)
TAG: Final = "tag."
"""Before the key of a tag, where a trait is named."""

MATCHABLE: Final = (*TRAITS, TAG)
EXAMPLES: Final = "such as account=4711, tag.app!=shop or service=~Amazon.*"


def _known(name: str) -> str:
    if name not in TRAITS and not name.removeprefix(TAG).strip():
        raise ValueError(f"{name!r} names no tag; write its key, such as tag.cost_center")
    if name not in TRAITS and not name.startswith(TAG):
        raise ValueError(f"{name!r} is no trait of a charge; {nearest(name, MATCHABLE)}")
    return name


def _matcher(text: str) -> str:
    _known(parse(text, MATCHABLE, EXAMPLES).name)
    return text


TraitName = Annotated[Text, AfterValidator(_known)]
TraitMatcher = Annotated[str, AfterValidator(_matcher)]


class TraitMatch(Frozen):
    """Which charges are meant: all that is written must hold, and what is left out matches all.

    ``*`` stands for any characters; of a list of patterns one is enough; case makes no difference. ``""`` means
    charges of which it is not known.
    """

    provider: Patterns = Field(default=None, description="cloud or vendor", examples=["aws"])
    service: Patterns = Field(default=None, description="service", examples=["Amazon Redshift*"])
    account: Patterns = Field(
        default=None,
        description="sub account, project or billing account id",
        examples=["012345678901"],
    )
    project: Patterns = Field(
        default=None,
        description="project, by a tag of that name, or else the account",
        examples=["acme-data-*"],
    )
    namespace: Patterns = Field(
        default=None, description="namespace of Kubernetes, by its tag", examples=["checkout-*"]
    )
    api_key: Patterns = Field(
        default=None, description="API key's id or alias", examples=["search-*"]
    )
    user: Patterns = Field(
        default=None, description="who used it, by its tag", examples=["*@search.example.com"]
    )
    region: Patterns = Field(default=None, description="region", examples=["eu-*"])
    sku: Patterns = Field(default=None, description="SKU", examples=["*BoxUsage*"])
    resource: Patterns = Field(default=None, description="resource's id", examples=["*/checkout-*"])
    model: Patterns = Field(default=None, description="model", examples=["gpt-*"])
    charge_kind: Patterns = Field(
        default=None,
        description="usage, recurring, purchase, tax, credit or adjustment",
        examples=["tax"],
    )
    tags: dict[Text, Patterns] = Field(
        default_factory=dict,
        description="patterns for tags by their keys; case, spaces and _ - . / make no difference in keys and values",
        examples=[{"app": "shop*"}],
    )

    @cached_property
    def said(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The traits that something is said of, with their patterns; those of tags with ``tag.`` before the key."""
        own = ((trait, getattr(self, trait)) for trait in TRAITS)
        tags = ((f"{TAG}{key}", patterns) for key, patterns in self.tags.items())
        return tuple((name, patterns) for name, patterns in (*own, *tags) if patterns is not None)


def check_kinds(match: TraitMatch) -> TraitMatch:
    """Refuses patterns that no kind of charge fits."""
    for pattern in match.charge_kind or ():
        if not any(glob_matches(pattern, kind) for kind in get_args(ChargeKind)):
            kinds = ", ".join(get_args(ChargeKind))
            raise refused(
                f"{pattern!r} matches nothing; write one of {kinds}, or a pattern with *",
                ("charge_kind",),
            )
    return match
