"""The text by which a batch names what a charge is for, within its series: ``model=gpt-4o;region=eu``."""

from functools import lru_cache
from operator import attrgetter
from typing import Final

from stream.charge import Dimensions
from stream.ingest.home import Marks

_DIMENSIONS: Final = ("model", "sku", "api_key", "region", "account", "resource")
_NAMES: Final = (*_DIMENSIONS, "cost_center", "product", "shared_from")
_MAX_VALUE: Final = 120  # characters
_values = attrgetter(*_DIMENSIONS)


def contributor_values(dimensions: Dimensions, marks: Marks) -> tuple[str, ...]:
    """All that the text is made of."""
    return (*_values(dimensions), *marks)


@lru_cache(maxsize=4096)
def contributor_text(values: tuple[str, ...]) -> str:
    """The text of such values; what is empty is left out."""
    named = zip(_NAMES, values, strict=True)
    return ";".join(f"{name}={_clean(value)}" for name, value in named if value)


def _clean(value: str) -> str:
    return value[:_MAX_VALUE].replace(";", ",")
