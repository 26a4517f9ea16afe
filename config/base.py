"""The base of every rules model, and the types that all of them share."""

from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    Strict,
    model_serializer,
)
from pydantic_core import PydanticCustomError


class Frozen(BaseModel):
    """A model that refuses unknown keys and cannot be changed after it was checked.

    Unknown keys are errors, so that a typing mistake is seen; so are infinite numbers and NaN.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )


class Sparse(Frozen):
    """A model whose fields may be left out, but not be empty: what was left out is left out of its dumps, too."""

    @model_serializer(mode="wrap")
    def _as_written(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in dump(self).items() if value is not None}


Text = Annotated[str, Field(min_length=1)]
Whole = Annotated[int, Strict()]  # strict: true would count as 1
Number = Annotated[float, Strict()]


def refused(remedy: str, *items: tuple[str | int, ...]) -> PydanticCustomError:
    """The error of a check that looks at several values together.

    Args:
        remedy: what is wrong and what would be right.
        items: paths of the values that are meant, from the value that is checked; one finding each.
    """
    return PydanticCustomError("refused", "{remedy}", {"remedy": remedy, "items": items or ((),)})
