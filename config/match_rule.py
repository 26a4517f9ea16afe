"""The allocation rule of several conditions, and what it gives to the charges that fulfil all of them."""

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from config.allocation_rule import DatedRule
from config.base import Text, refused
from config.shared_costs import Split
from config.traits import TraitMatch, TraitMatcher, check_kinds

GIVEN: Final = ("team", "service", "environment", "cost_center", "product")
"""What rules give to a charge."""


class MatchRule(DatedRule):
    """Claims the charges that fulfil all conditions, for a team or for several that share them."""

    by: Literal["match"] = Field(description="claims what fulfils all conditions")
    match: Annotated[TraitMatch, AfterValidator(check_kinds)] = Field(
        default=TraitMatch(),
        description="charges that are meant; what is left out matches all",
        examples=[{"account": "acme-data-*", "tags": {"app": "shop*"}}],
    )
    matchers: tuple[TraitMatcher, ...] = Field(
        default=(),
        description="matchers in Alertmanager's form, all of which must fit, too",
        examples=[["service=~Amazon (EKS|ECS).*", "tag.app!=shop"]],
    )
    team: Text | None = Field(default=None, description="owning team", examples=["search"])
    service: Text | None = Field(
        default=None,
        description="service that it is counted as, instead of its own",
        examples=["Kubernetes"],
    )
    environment: Text | None = Field(
        default=None, description="environment, whatever tags say", examples=["production"]
    )
    cost_center: Text | None = Field(default=None, description="cost centre", examples=["4711"])
    product: Text | None = Field(default=None, description="product", examples=["shop"])
    split: Split | None = Field(
        default=None,
        description="teams that share the charges, instead of `team`",
        examples=[{"even": ["search", "checkout"]}],
    )

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if self.team is not None and self.split is not None:
            raise refused("cannot stand beside `split`; keep one", ("team",))
        if self.split is None and all(getattr(self, name) is None for name in GIVEN):
            raise refused(f"gives nothing; add one of {', '.join(GIVEN)} or split")
        return self
