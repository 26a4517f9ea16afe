"""What is usual within a series: how its cost is shared, how many requests it has, and how it uses models."""

from collections.abc import Iterable, Mapping
from typing import Final, Self, TypeAlias

from detectors.contributors import ContributorBaseline
from detectors.measures import Measures
from detectors.token_mix import TokenMix
from detectors.usual_bucket import UsualBucket
from stream.detect.bucket import OpenBucket

_NEXT_TO_NOTHING: Final = 0.02  # share of a cost: a forecast below it is of a series that begins

State: TypeAlias = tuple[bytes, bytes, bytes]
"""The saved states of contributors, of cost and requests, and of the mix of models: empty where no use is measured."""


class Usual:
    """Learns the make-up of usual buckets; tells that of any cost.

    >>> usual = Usual()
    >>> bucket = OpenBucket.empty()
    >>> usual.learn(bucket, {"model=gpt-4o": 3.0, "model=o3": 1.0}, 4.0)
    >>> usual.shares(8.0)
    {'model=gpt-4o': 6.0, 'model=o3': 2.0}
    """

    __slots__ = ("_bucket", "_contributors", "_mix")

    def __init__(self) -> None:
        self._contributors = ContributorBaseline()
        self._bucket = UsualBucket()
        self._mix: TokenMix | None = None  # only of series whose use is measured

    def learn(self, bucket: OpenBucket, actual: Mapping[str, float], value: float) -> None:
        """Takes in a bucket; an anomaly must not become what it is compared with.

        Args:
            bucket: that closed.
            actual: what its contributors cost.
            value: what it cost.
        """
        self._contributors.learn(actual)
        self._bucket.learn(value, bucket.totals.requests)
        if bucket.models:
            if self._mix is None:
                self._mix = TokenMix()
            self._mix.learn(bucket.models)

    def shares(self, cost: float, names: Iterable[str] = ()) -> dict[str, float]:
        """A bucket's cost as its contributors usually share it, also those of the names."""
        usual, mean = self._contributors.expected(names), self._bucket.cost
        factor = cost / mean if mean > 0 else 1.0
        return {name: share * factor for name, share in usual.items()}

    def requests(self, cost: float) -> float | None:
        """How many requests a bucket of a cost usually has; None where that is not known."""
        return self._bucket.requests_at(cost)

    def use(
        self, bucket: OpenBucket, cost: float
    ) -> tuple[dict[str, Measures], dict[str, Measures]]:
        """What models were used for, and are at a cost usually; nothing where what is usual is not known."""
        usual = {} if self._mix is None else self._mix.expected(cost)
        if not usual and cost > _NEXT_TO_NOTHING * float(bucket.totals.cost):
            return {}, {}
        return bucket.models, usual

    def state(self) -> State:
        """What is kept of it."""
        mix = b"" if self._mix is None else self._mix.to_bytes()
        return self._contributors.to_bytes(), self._bucket.to_bytes(), mix

    @classmethod
    def of(cls, state: State) -> Self:
        """The one whose state it is.

        Raises:
            StateError: if a part of it cannot be read.
        """
        contributors, bucket, mix = state
        usual = cls()
        usual._contributors = ContributorBaseline.from_bytes(contributors)
        usual._bucket = UsualBucket.from_bytes(bucket)
        usual._mix = TokenMix.from_bytes(mix) if mix else None
        return usual
