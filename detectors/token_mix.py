"""How a series usually uses models: which share each has, with how many tokens a request, at which cost."""

from collections.abc import Mapping
from math import fsum, isfinite
from sys import intern
from typing import Final, Self

import msgspec

from detectors.contributors import HALF_LIFE
from detectors.errors import StateError
from detectors.fading import LARGEST
from detectors.measures import NOTHING, OTHER, Measures, Models
from detectors.saved import read

MOST: Final = 12  # models, with the "other" ones; those that cost least are added up
KIND: Final = "token_mix"
VERSION: Final = 1

_GROWTH: Final = 0.5 ** (-1.0 / HALF_LIFE)  # of the weight, from one bucket to the next
_HEAVY: Final = 1e60
_encode: Final = msgspec.msgpack.Encoder().encode


class MixState(msgspec.Struct, frozen=True, array_like=True):
    """The saved state of a `TokenMix`."""

    kind: str
    version: int
    weight: float
    models: dict[str, Measures]


class TokenMix:
    """Fading sums of what each model measures, which give the make-up of any cost.

    Instead of all sums that fade, the weight of what comes grows (forward decay: Cormode, Shkapenyuk,
    Srivastava and Xu 2009): a bucket costs only what its own models take. Half is forgotten after `HALF_LIFE`
    buckets that had any use.

    >>> mix = TokenMix()
    >>> mix.learn({"gpt-4o": Measures(requests=10, input_tokens=1000, cost=4.0)})
    >>> mix.expected(2.0)["gpt-4o"].requests
    5.0
    """

    __slots__ = ("_models", "_weight")

    def __init__(self) -> None:
        self._models: dict[str, Measures] = {}
        self._weight = 1.0

    def expected(self, cost: float) -> dict[str, Measures]:
        """What each model usually measures where all of them together cost so much.

        Nothing where no use is known that cost anything, or the cost is not above 0.
        """
        usual = fsum(one.cost for one in self._models.values())
        if not usual > 0.0 or not 0.0 < cost <= LARGEST:
            return {}
        return {name: one.times(cost / usual) for name, one in self._models.items()}

    def learn(self, actual: Models) -> None:
        """Takes in what each model measured in a bucket; what is not finite is left out."""
        models, weight = self._models, self._weight
        for name, measured in actual.items():
            if -LARGEST <= measured.cost <= LARGEST:
                known = models.get(name)
                added = (NOTHING if known is None else known).plus(measured, weight)
                models[name if known is not None else intern(name)] = added
        self._weight = weight * _GROWTH
        if len(models) > MOST:
            self._models = bounded(models)
        if self._weight > _HEAVY:
            self._lighten()

    def _lighten(self) -> None:
        factor, self._weight = 1.0 / self._weight, 1.0
        self._models = {name: one.times(factor) for name, one in self._models.items()}

    def to_bytes(self) -> bytes:
        """Its whole state: up to 72 bytes and the name for each model."""
        # as a `MixState`, of which none is made for each bucket
        return _encode((KIND, VERSION, self._weight, self._models))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The mix whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        state = read(data, MixState, KIND, VERSION)
        if not 1.0 <= state.weight <= _HEAVY or len(state.models) > MOST:
            raise StateError(f"no mix has {len(state.models)} models and weight {state.weight}")
        for measured in state.models.values():
            if not all(isfinite(number) for number in msgspec.structs.astuple(measured)):
                raise StateError("a measure is not finite")
        mix = cls()
        mix._weight = state.weight
        mix._models = {intern(name): one for name, one in state.models.items()}
        return mix


def bounded(models: Models, most: int = MOST) -> dict[str, Measures]:
    """At most so many models: those that cost least are added up under "other"."""
    if len(models) <= most:
        return dict(models)
    by_cost = sorted(
        (name for name in models if name != OTHER), key=lambda name: -models[name].cost
    )
    kept = {name: models[name] for name in by_cost[: most - 1]}
    rest = models.get(OTHER, NOTHING)
    for name in by_cost[most - 1 :]:
        rest = rest.plus(models[name])
    return {**kept, OTHER: rest}


def aligned(actual: Models, usual: Mapping[str, Measures]) -> dict[str, Measures]:
    """What was measured, by the models that are told apart in what is usual.

    A model that is not among them may be one of the "other" ones, unless it costs more than all of those do.
    """
    others = usual.get(OTHER)
    if others is None:
        return dict(actual)
    found: dict[str, Measures] = {}
    for name, measured in actual.items():
        known = name in usual or measured.cost > others.cost
        to = name if known else OTHER
        found[to] = found.get(to, NOTHING).plus(measured)
    return found
