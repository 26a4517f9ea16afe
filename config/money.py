"""Amounts of money in rules: exact decimals, never negative, written as plain numbers."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema


def no_truth(value: object) -> object:
    """Refuses true and false, which would count as 1 and 0."""
    if isinstance(value, bool):
        msg = f"{str(value).lower()} is no number; write an amount such as 10 or 0.5"
        raise ValueError(msg)  # noqa: TRY004 (pydantic turns only ValueError into a finding)
    return value


Money = Annotated[
    Decimal,
    Field(ge=0, allow_inf_nan=False),
    BeforeValidator(no_truth),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": 0}),
]
