"""Shared costs: charges of which several teams bear a part."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from config.base import Frozen, Text, refused
from config.money import no_truth

_LEAST = Decimal("0.000001")
_MOST = Decimal(10**12)

Weight = Annotated[
    Decimal,
    Field(ge=_LEAST, le=_MOST, allow_inf_nan=False),
    BeforeValidator(no_truth),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": float(_LEAST), "maximum": float(_MOST)}),
]


def _name(team: str) -> str:
    return " ".join(team.casefold().split()).replace(" ", "-")


def _once(teams: tuple[str, ...]) -> tuple[str, ...]:
    names = [_name(team) for team in teams]
    again = [(place,) for place, name in enumerate(names) if name in names[:place]]
    if again:
        raise refused("is named before; write `shares` to give a team more than others", *again)
    return teams


def _each_once(shares: dict[str, Decimal]) -> dict[str, Decimal]:
    names = [_name(team) for team in shares]
    again = [(team,) for place, team in enumerate(shares) if names[place] in names[:place]]
    if again:
        raise refused("is another spelling of an earlier team; keep one", *again)
    return shares


class Split(Frozen):
    """Teams that share a charge: evenly, or in the proportion of their shares.

    The parts of a charge add up to it exactly.
    """

    even: Annotated[tuple[Text, ...], AfterValidator(_once)] = Field(
        default=(),
        description="teams that bear the same part each",
        examples=[["search", "checkout"]],
    )
    shares: Annotated[dict[Text, Weight], AfterValidator(_each_once)] = Field(
        default_factory=dict,
        description="share of each team; any numbers in proportion: percent, heads, machines",
        examples=[{"search": 60, "checkout": 40}],
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.even and self.shares:
            raise refused("cannot stand beside `even`; keep one", ("shares",))
        if len(self.even or self.shares) < 2:
            raise refused("needs two teams or more; for one write `team` instead")
        return self

    @property
    def weights(self) -> tuple[tuple[str, Decimal], ...]:
        """Each team with its share."""
        return tuple(self.shares.items()) or tuple((team, Decimal(1)) for team in self.even)
