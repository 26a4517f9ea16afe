"""What each contributor of a series (a model, a region, an API key) usually costs a bucket."""

from collections.abc import Iterable, Mapping
from sys import intern
from typing import Self

import msgspec

from detectors.errors import StateError
from detectors.fading import finite, rate_of
from detectors.root import LARGEST, is_amount
from detectors.saved import read

HALF_LIFE = 288  # buckets: a day of five-minute buckets, twelve days of hourly ones
MOST = 48  # names; those that cost least are forgotten
KIND = "contributors"
VERSION = 1

RATE = rate_of(HALF_LIFE)
KEPT = 1.0 - RATE
_encode = msgspec.msgpack.Encoder().encode


class ContributorState(msgspec.Struct, frozen=True, array_like=True):
    """The saved state of a `ContributorBaseline`."""

    kind: str
    version: int
    weight: float
    means: dict[str, float]


class ContributorBaseline:
    """Exponentially weighted mean cost of each contributor, where absence counts as 0.

    All means share one weight ``1 - (1 - rate)^n``, by which they are divided, so that the first
    buckets count alike and a contributor that is new is not taken for usual.

    >>> baseline = ContributorBaseline()
    >>> baseline.learn({"model=gpt-4o": 4.0})
    >>> baseline.learn({"model=gpt-4o": 4.0, "model=o3": 2.0})
    >>> {name: round(cost, 2) for name, cost in baseline.expected().items()}
    {'model=gpt-4o': 4.0, 'model=o3': 1.0}
    """

    __slots__ = ("_means", "_weight")

    def __init__(self) -> None:
        self._means: dict[str, float] = {}
        self._weight = 0.0

    def expected(self, names: Iterable[str] = ()) -> dict[str, float]:
        """What each known contributor usually costs a bucket; who is not named is expected at 0.

        Of the ``names`` that are not known, too, where some were forgotten: such a one cost no more than those
        that are kept, so the least of these is what is expected.
        """
        if not self._weight:
            return {}
        usual = {name: mean / self._weight for name, mean in self._means.items()}
        if len(usual) >= MOST:
            least = min(map(abs, usual.values()))
            return dict.fromkeys(names, least) | usual
        return usual

    def learn(self, actual: Mapping[str, float]) -> None:
        """Takes in what each contributor cost in a bucket; an amount that is not finite is left out."""
        means, known = self._means, 0
        for name, mean in means.items():
            cost = actual.get(name)
            if cost is None:
                means[name] = KEPT * mean
                continue
            known += 1
            if -LARGEST <= cost <= LARGEST:  # `is_amount` and `faded`, without calls
                means[name] = RATE * cost + KEPT * mean
        if known < len(actual):
            self._begin(actual)
        self._weight += RATE * (1.0 - self._weight)

    def _begin(self, actual: Mapping[str, float]) -> None:
        """Names that are new cost nothing until now."""
        means = self._means
        for name, cost in actual.items():
            if name not in means and is_amount(cost):
                means[intern(name)] = RATE * cost
        if len(means) > MOST:
            self._forget_small()

    def _forget_small(self) -> None:
        by_cost = sorted(self._means, key=lambda name: -abs(self._means[name]))
        self._means = {name: self._means[name] for name in by_cost[:MOST]}

    def to_bytes(self) -> bytes:
        """Its whole state: 9 bytes and the name for each contributor."""
        # as a `ContributorState`, of which none is made for each bucket
        return _encode((KIND, VERSION, self._weight, self._means))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The baseline whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        state = state_of(data)
        baseline = cls()
        baseline._weight = state.weight
        baseline._means = {intern(name): mean for name, mean in state.means.items()}
        return baseline


def state_of(data: bytes) -> ContributorState:
    """A saved state that buckets can have given.

    Raises:
        StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
    """
    state = read(data, ContributorState, KIND, VERSION)
    finite([state.weight, *state.means.values()], 1 + len(state.means))
    if not 0.0 <= state.weight <= 1.0 or len(state.means) > MOST:
        raise StateError(f"no baseline has {len(state.means)} names and weight {state.weight}")
    return state
