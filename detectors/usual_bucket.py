"""What a usual bucket of a series costs, and how many requests it has: the measure for what its parts cost."""

from struct import Struct
from typing import Final, Self

import msgspec

from detectors.contributors import KEPT, KIND, RATE, VERSION, ContributorState, state_of
from detectors.root import LARGEST

_COST, _REQUESTS = "cost", "requests"
_encode = msgspec.msgpack.Encoder().encode

_MARKS: Final = _encode(ContributorState(KIND, VERSION, 0.0, {_COST: 0.0, _REQUESTS: 0.0})).split(
    bytes(8)
)
"""What stands before each of the numbers of a saved state: a number follows each, as 8 bytes."""
_FORM: Final = Struct(">" + "".join(f"{len(mark)}sd" for mark in _MARKS[:-1]))
_WEIGHT_MARK, _COST_MARK, _REQUESTS_MARK = _MARKS[:-1]


class UsualBucket:
    """Exponentially weighted means of cost and requests, which fade as those of contributors do.

    Its saved state is that of a `ContributorBaseline` with two names; every point learns it, so it is three numbers here.

    >>> usual = UsualBucket()
    >>> usual.learn(4.0, 10)
    >>> usual.learn(2.0, 30)
    >>> round(usual.cost, 2), round(usual.requests_at(6.0))
    (3.0, 40)
    """

    __slots__ = ("_cost", "_requests", "_weight")

    def __init__(self) -> None:
        self._cost = self._requests = self._weight = 0.0

    @property
    def cost(self) -> float:
        """What a bucket usually costs; 0.0 before the first one."""
        return self._cost / self._weight if self._weight else 0.0

    def requests_at(self, cost: float) -> float | None:
        """How many requests a bucket of a cost usually has; None where either is not known."""
        if not self._weight:
            return None
        requests, usual = self._requests / self._weight, self._cost / self._weight
        return requests * cost / usual if requests > 0 and usual > 0 else None

    def learn(self, cost: float, requests: float) -> None:
        """Takes in a bucket; a number that is not finite is left out."""
        if -LARGEST <= cost <= LARGEST:  # `is_amount`, without calls
            self._cost = RATE * cost + KEPT * self._cost
        if -LARGEST <= requests <= LARGEST:
            self._requests = RATE * requests + KEPT * self._requests
        self._weight += RATE * (1.0 - self._weight)

    def to_bytes(self) -> bytes:
        """Its whole state, 60 bytes."""
        weight = self._weight
        if not weight:
            return _encode(ContributorState(KIND, VERSION, weight, {}))
        # as a `ContributorState`, of which none is made for each bucket
        return _FORM.pack(
            _WEIGHT_MARK, weight, _COST_MARK, self._cost, _REQUESTS_MARK, self._requests
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The one whose state it is.

        Raises:
            StateError: if it is unreadable, of another kind or version, or holds impossible numbers.
        """
        state, usual = state_of(data), cls()
        usual._weight = state.weight
        usual._cost = state.means.get(_COST, 0.0)
        usual._requests = state.means.get(_REQUESTS, 0.0)
        return usual
