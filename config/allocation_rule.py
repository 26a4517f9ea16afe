"""What all allocation rules have: a name, and the days on which they hold."""

from datetime import date
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from config.base import Frozen, Text, refused
from config.dates import Day


class DatedRule(Frozen):
    """A rule for charges of certain days, by the time of the charge: the same charge is always claimed alike."""

    model_config = ConfigDict(serialize_by_alias=True)

    name: Text = Field(description="name of the rule, once in the list", examples=["owner-tags"])
    from_: Day | None = Field(
        default=None,
        alias="from",
        description="first day (UTC) whose charges it claims; left out: it held from the beginning",
        examples=["2026-07-01"],
    )
    until: Day | None = Field(
        default=None,
        description="first day (UTC) whose charges it claims no more; left out: it goes on",
        examples=["2027-01-01"],
    )

    @model_validator(mode="after")
    def _some_day(self) -> Self:
        if self.from_ is not None and self.until is not None and self.until <= self.from_:
            raise refused("is not after `from`, so that no day is left", ("until",))
        return self

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first day, and the first one after the last; None where there is no bound."""
        return self.from_, self.until
