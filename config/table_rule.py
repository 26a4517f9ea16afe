"""The allocation rule of a list: what each value of a trait gives, as rows here or in a CSV file."""

from typing import Literal, Self

from pydantic import Field, model_validator

from config.allocation_rule import DatedRule
from config.base import Frozen, Text, refused
from config.match_rule import GIVEN
from config.traits import TAG, TraitName
from config.value_rules import SEPARATORS


class TableRow(Frozen):
    """What charges with a value are given; what is empty is left to other rules."""

    value: Text = Field(description="value of the trait", examples=["012345678901"])
    team: str = Field(default="", description="owning team", examples=["search"])
    service: str = Field(
        default="", description="service that it is counted as, instead of its own"
    )
    environment: str = Field(default="", description="environment", examples=["production"])
    cost_center: str = Field(default="", description="cost centre", examples=["4711"])
    product: str = Field(default="", description="product", examples=["shop"])

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if not any(getattr(self, name) for name in GIVEN):
            raise refused(f"gives nothing; fill one of {', '.join(GIVEN)}")
        return self


class TableRule(DatedRule):
    """Looks a charge up in a list by one of its traits."""

    by: Literal["table"] = Field(description="looks a trait up in a list")
    look_up: TraitName = Field(
        description="trait whose value is looked up, or `tag.` and the key of a tag",
        examples=["account"],
    )
    rows: tuple[TableRow, ...] = Field(
        default=(),
        description="the list",
        examples=[[{"value": "012345678901", "team": "search", "cost_center": "4711"}]],
    )
    file: Text | None = Field(
        default=None,
        description="CSV with more `rows`, beside the rules; its first line names the columns",
        examples=["company.accounts.csv"],
    )

    @model_validator(mode="after")
    def _something_is_listed(self) -> Self:
        if not self.rows and self.file is None:
            raise refused("lists nothing; write `rows` or a `file`")
        return self

    @model_validator(mode="after")
    def _values_are_distinct(self) -> Self:
        seen: set[str] = set()
        again = []
        for place, row in enumerate(self.rows):
            value = self.folded(row.value)
            if value in seen:
                again.append(("rows", place, "value"))
            seen.add(value)
        if again:
            raise refused("stands in an earlier row too; keep one", *again)
        return self

    def folded(self, value: str) -> str:
        """A value as it is compared: without regard to case and, of a tag, to separators."""
        bare = value.strip().casefold()
        return SEPARATORS.sub("", bare) if self.look_up.startswith(TAG) else bare
