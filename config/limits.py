"""Limits: what a flood of names or dates may cost before it is added up under one name."""

from pydantic import Field

from config.base import Frozen


class Limits(Frozen):
    """Bounds of one partition of `charges`. Beyond one nothing is lost, only told apart less finely."""

    series: int = Field(
        default=10_000,
        ge=1,
        description="series in a partition; charges of further ones are added up as service `other-N`",
        examples=[10_000],
    )
    open_buckets: int = Field(
        default=200_000,
        ge=1,
        description="buckets that wait for more charges in a partition; a charge that would open a further one "
        "is an entry of its own, as if it were late",
        examples=[200_000],
    )
    ids: int = Field(
        default=2_000_000,
        ge=1,
        description="ids of a source's charges that a partition remembers, 8 bytes each; beyond them the oldest are "
        "forgotten before `remember_ids` says so, with a warning: a charge that comes again later counts twice",
        examples=[2_000_000],
    )
