"""Neighbouring buckets together, where there are more than there is room for."""

from collections.abc import Sequence

from alerting.anomaly import RecentBucket

Column = Sequence[RecentBucket]


def merged(recent: Sequence[RecentBucket], most: int) -> tuple[list[Column], int]:
    """At most ``most`` columns of equally many buckets, the newest whole, and how many buckets each has.

    Oldest buckets that do not make a whole column are left out: a part of one would look like a fall.
    """
    size = max(1, -(-len(recent) // most))
    first = len(recent) % size
    return [recent[at : at + size] for at in range(first, len(recent), size)], size
