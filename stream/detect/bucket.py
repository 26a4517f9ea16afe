"""Buckets: what charges add up to in an interval of event time."""

from decimal import Decimal
from functools import lru_cache
from struct import Struct
from sys import intern
from typing import Final, TypeAlias

import msgspec

from detectors.measures import Measures
from stream.ingest.batch import ChargeLine
from stream.money import ZERO, add, subtract

MAX_CONTRIBUTORS = 256  # of an open bucket; what comes on top is added up as "other"
OTHER = "other"
MAX_MODELS = 24  # of an open bucket, likewise
_MODEL = "model="


Parts: TypeAlias = tuple[float, float]
"""Of a cost: what the output cost, and what the rest would have cost without a cache."""


class Totals(msgspec.Struct, array_like=True, gc=False):
    """Exact cost, and counts. The order of the counts is that of a charge line's usage."""

    cost: Decimal = ZERO
    charges: int = 0
    requests: int = 0
    input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    unpriced_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Input, cached ones included, and output."""
        return self.input_tokens + self.output_tokens

    def add(self, line: ChargeLine) -> None:
        """Add one charge."""
        self.cost = add(self.cost, line.cost)
        self.charges += 1
        if line.usage is not None:
            requests, tokens, cache_read, cache_write, output, unpriced = line.usage
            self.requests += requests
            self.input_tokens += tokens
            self.cache_read_tokens += cache_read
            self.cache_write_tokens += cache_write
            self.output_tokens += output
            self.unpriced_tokens += unpriced

    def include(self, more: "Totals") -> None:
        """Add what is in others."""
        self.cost = add(self.cost, more.cost)
        self.charges += more.charges
        self.requests += more.requests
        self.input_tokens += more.input_tokens
        self.cache_read_tokens += more.cache_read_tokens
        self.cache_write_tokens += more.cache_write_tokens
        self.output_tokens += more.output_tokens
        self.unpriced_tokens += more.unpriced_tokens

    def plus(self, more: "Totals") -> "Totals":
        """The sum of both."""
        return Totals(
            add(self.cost, more.cost),
            *(getattr(self, name) + getattr(more, name) for name in COUNTS),
        )

    def minus(self, less: "Totals") -> "Totals":
        """What is left of these without the others; less than nothing where those are more."""
        return Totals(
            subtract(self.cost, less.cost),
            *(getattr(self, name) - getattr(less, name) for name in COUNTS),
        )


NOTHING: Final = Totals()
COUNTS: Final = tuple(name for name in Totals.__struct_fields__ if name != "cost")


class OpenBucket(msgspec.Struct, array_like=True, gc=False):
    """A bucket that charges still come to. ``contributors`` maps a combination of dimensions to cost.

    It may be told before it closes, as what it holds so far.
    """

    totals: Totals
    contributors: dict[str, float]
    revision: int = 0  # under which it was told last; 0: it was not
    told: Totals | None = None  # what it held then
    models: dict[str, Measures] = {}  # what each model was used for, where the source measures use

    @classmethod
    def empty(cls) -> "OpenBucket":
        """A bucket without charges."""
        return cls(Totals(), {})

    def add(self, line: ChargeLine, contributor: str) -> None:
        """Add one charge, and its cost to its contributor."""
        self.totals.add(line)
        self._contribute(contributor, float(line.cost))

    def include(self, totals: Totals, contributor: str, parts: Parts | None = None) -> None:
        """Add what charges of one contributor add up to; their cost has parts where they were priced."""
        self.totals.include(totals)
        cost = float(totals.cost)
        if self.contributors:
            self._contribute(contributor, cost)
        else:
            self.contributors[contributor] = 0.0 + cost  # never a negative zero
        if totals.requests or totals.input_tokens or totals.output_tokens:
            self._measure(contributor, totals, cost, parts)

    def merge(self, more: "OpenBucket") -> None:
        """Add what is in another bucket."""
        self.totals = self.totals.plus(more.totals)
        for contributor, cost in more.contributors.items():
            self._contribute(contributor, cost)
        for model, measured in more.models.items():
            self._use(model, measured)

    @property
    def change(self) -> Decimal:
        """The change of its cost since it was told."""
        return self.totals.cost if self.told is None else subtract(self.totals.cost, self.told.cost)

    def tell(self) -> Decimal | None:
        """Take note that it is told now; the change of its cost, None if it holds what was told."""
        if self.totals == (NOTHING if self.told is None else self.told):
            return None
        change = self.change
        self.revision += 1
        self.told = msgspec.structs.replace(
            self.totals
        )  # what is added later is added to the other
        return change

    def _contribute(self, contributor: str, cost: float) -> None:
        costs = self.contributors
        if contributor not in costs and len(costs) >= MAX_CONTRIBUTORS:
            contributor = OTHER
        costs[contributor] = costs.get(contributor, 0.0) + cost

    def _measure(self, contributor: str, totals: Totals, cost: float, parts: Parts | None) -> None:
        if totals.unpriced_tokens:
            return  # what costs nothing known explains no cost
        output, uncached = (0, 0) if parts is None else parts
        measured = Measures(
            totals.requests,
            totals.input_tokens,
            totals.cache_read_tokens,
            totals.output_tokens,
            cost,
            output,
            uncached,
            cost if parts is None else 0,
        )
        self._use(_model_of(contributor), measured)

    def _use(self, model: str, measured: Measures) -> None:
        models = self.models
        known = models.get(model)
        if known is None and len(models) >= MAX_MODELS:
            model, known = OTHER, models.get(OTHER)
        models[model] = measured if known is None else known.plus(measured)

    def by_dimension(self) -> dict[str, float]:
        """Cost of each value of each dimension, such as ``{"model=gpt-4o": 1.5}``."""
        costs: dict[str, float] = {}
        for combination, cost in self.contributors.items():
            for name in _values_of(combination):
                costs[name] = costs.get(name, 0.0) + cost
        return costs


@lru_cache(maxsize=4096)
def _values_of(combination: str) -> tuple[str, ...]:
    """The values of dimensions that a combination names, such as ``model=gpt-4o``."""
    return tuple(intern(name) for name in combination.split(";") if "=" in name)


@lru_cache(maxsize=4096)
def _model_of(contributor: str) -> str:
    """The model of a combination of dimensions, which it begins with; "" where it names none."""
    return contributor[len(_MODEL) :].partition(";")[0] if contributor.startswith(_MODEL) else ""


class Band(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The forecast under which a bucket was scored, and the score."""

    expected: float
    lower: float
    upper: float
    score: float

    def packed(self) -> bytes:
        """Half the size, to 7 digits: a series remembers hundreds of them."""
        numbers = self.expected, self.lower, self.upper, self.score
        if self.lower < -_MOST or self.upper > _MOST or not -_MOST <= self.expected <= _MOST:
            return _PACKED.pack(*(max(-_MOST, min(_MOST, number)) for number in numbers))
        return _PACKED.pack(*numbers)


_PACKED: Final = Struct("<4f")
_MOST: Final = 3e38  # of single precision


class ClosedBucket(msgspec.Struct, array_like=True, gc=False):
    """A bucket that was handed on; kept for the horizon, so that a late charge can restate it."""

    totals: Totals
    revision: int
    packed_band: bytes | Band | None  # a `Band` where an older version wrote it

    @property
    def band(self) -> Band | None:
        """The forecast under which it was scored; None where it never was.

        Raises:
            struct.error: if the bytes are no band.
        """
        if isinstance(self.packed_band, bytes):
            return Band(*_PACKED.unpack(self.packed_band))
        return self.packed_band
