"""What a complete snapshot changes: the differences between its buckets and the ones counted before it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from alerting.series import SeriesKey
from stream.detect.bucket import MAX_CONTRIBUTORS, OTHER, OpenBucket, Totals
from stream.money import add, subtract

_COUNTS = tuple(name for name in Totals.__struct_fields__ if name != "cost")
_NOTHING = Totals()


class Difference(NamedTuple):
    """What a bucket has more than before; less where it is negative. Its contributors add up to its cost."""

    key: SeriesKey
    start: int
    delta: OpenBucket


class Ahead(NamedTuple):
    """Where a takeover is: all its changes before ``until`` are told.

    ``until`` is in epoch seconds; None when all of the snapshot is told. ``max_time`` is the newest event time of
    the snapshot, in any partition; None if it has no charges. ``families`` are the providers' accounts that it
    has scopes of.
    """

    families: frozenset[str]
    until: int | None
    max_time: int | None


class Slice(NamedTuple):
    """A step of the takeover of a snapshot, which is named by its time and id."""

    snapshot: tuple[int, str]
    differences: list[Difference]
    is_last: bool


def differences(
    key: SeriesKey, old: Iterable[Mapping[int, Totals]], new: Iterable[Mapping[int, OpenBucket]]
) -> list[Difference]:
    """Changed buckets of a series, in order of time, summed over the scopes that it is in."""
    before: dict[int, Totals] = {}
    for totals in old:
        for start, each in totals.items():
            before[start] = plus(before.get(start, _NOTHING), each)
    after: dict[int, OpenBucket] = {}
    for buckets in new:
        for start, bucket in buckets.items():
            after[start] = _merged(after.get(start), bucket)
    changed = (
        Difference(key, start, difference(before.get(start, _NOTHING), after.get(start)))
        for start in sorted({*before, *after})
    )
    return [each for each in changed if each.delta.totals != _NOTHING]


def difference(old: Totals, new: OpenBucket | None) -> OpenBucket:
    """New less old. The cost is spread over the new contributors as theirs is, since the old are not kept."""
    totals = _NOTHING if new is None else new.totals
    delta = Totals(
        subtract(totals.cost, old.cost),
        *(getattr(totals, name) - getattr(old, name) for name in _COUNTS),
    )
    if new is None:
        return OpenBucket(delta, {OTHER: float(delta.cost)})
    if old == _NOTHING:
        return OpenBucket(delta, new.contributors)
    return OpenBucket(delta, _spread(float(delta.cost), new.contributors))


def plus(left: Totals, right: Totals) -> Totals:
    """The sum of two totals."""
    return Totals(
        add(left.cost, right.cost),
        *(getattr(left, name) + getattr(right, name) for name in _COUNTS),
    )


def _spread(cost: float, over: Mapping[str, float]) -> dict[str, float]:
    weight = sum(map(abs, over.values()))
    if not weight:
        return {OTHER: cost}
    return {name: cost * abs(share) / weight for name, share in over.items()}


def _merged(left: OpenBucket | None, right: OpenBucket) -> OpenBucket:
    if left is None:
        return right
    costs = dict(left.contributors)
    for name, cost in right.contributors.items():
        to = name if name in costs or len(costs) < MAX_CONTRIBUTORS else OTHER
        costs[to] = costs.get(to, 0.0) + cost
    return OpenBucket(plus(left.totals, right.totals), costs)
