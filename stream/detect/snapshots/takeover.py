"""What a complete snapshot changes: the differences between its buckets and the ones counted before it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from alerting.series import SeriesKey
from stream.detect.bucket import NOTHING, OTHER, OpenBucket, Totals
from stream.detect.snapshots.records import Rank


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
    """A step of the takeover of a snapshot."""

    snapshot: Rank
    differences: list[Difference]
    is_last: bool


def differences(
    key: SeriesKey, old: Iterable[Mapping[int, Totals]], new: Iterable[Mapping[int, OpenBucket]]
) -> list[Difference]:
    """Changed buckets of a series, in order of time, summed over the scopes that it is in."""
    before: dict[int, Totals] = {}
    for totals in old:
        for start, each in totals.items():
            known = before.get(start)
            before[start] = each if known is None else known.plus(each)
    after: dict[int, OpenBucket] = {}
    for buckets in new:
        for start, bucket in buckets.items():
            after[start] = _sum(after.get(start), bucket)
    changed = (
        Difference(key, start, difference(before.get(start, NOTHING), after.get(start)))
        for start in sorted({*before, *after})
    )
    return [each for each in changed if each.delta.totals != NOTHING]


def difference(old: Totals, new: OpenBucket | None) -> OpenBucket:
    """New less old. The cost is spread over the new contributors as theirs is, since the old are not kept."""
    totals = NOTHING if new is None else new.totals
    delta = totals.minus(old)
    if new is None:
        return OpenBucket(delta, {OTHER: float(delta.cost)})
    if old == NOTHING:
        return OpenBucket(delta, new.contributors)
    return OpenBucket(delta, _spread(float(delta.cost), new.contributors))


def _spread(cost: float, over: Mapping[str, float]) -> dict[str, float]:
    weight = sum(map(abs, over.values()))
    if not weight:
        return {OTHER: cost}
    return {name: cost * abs(share) / weight for name, share in over.items()}


def _sum(left: OpenBucket | None, right: OpenBucket) -> OpenBucket:
    """Both, in a bucket of its own: those that are staged stay as they are."""
    if left is None:
        return right
    both = OpenBucket.empty()
    both.merge(left)
    both.merge(right)
    return both
