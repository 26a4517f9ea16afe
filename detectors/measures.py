"""What is measured of a model's use in a bucket: requests, tokens, and what they cost in parts."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import msgspec

Number: TypeAlias = int | float
Models: TypeAlias = Mapping[str, "Measures"]

OTHER: Final = "other"  # all models beyond a bound


class Measures(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the use of one model adds up to. Money is in the series' currency.

    ``output_cost`` and ``uncached`` are 0 where prices are not known; ``unparted`` is the cost of such use.
    """

    requests: Number = 0
    input_tokens: Number = 0  # cached ones too
    cache_read_tokens: Number = 0
    output_tokens: Number = 0
    cost: Number = 0
    output_cost: Number = 0
    uncached: Number = 0  # what all but the output would have cost without a cache
    unparted: Number = 0

    def plus(self, more: "Measures", weight: float = 1) -> "Measures":
        """Both added up, the others by a weight."""
        return Measures(
            self.requests + more.requests * weight,
            self.input_tokens + more.input_tokens * weight,
            self.cache_read_tokens + more.cache_read_tokens * weight,
            self.output_tokens + more.output_tokens * weight,
            self.cost + more.cost * weight,
            self.output_cost + more.output_cost * weight,
            self.uncached + more.uncached * weight,
            self.unparted + more.unparted * weight,
        )

    def times(self, factor: float) -> "Measures":
        """All of them times a number."""
        return NOTHING.plus(self, factor)


NOTHING: Final = Measures()


def total(models: Iterable[Measures]) -> Measures:
    """The sum over models."""
    both = NOTHING
    for one in models:
        both = both.plus(one)
    return both
