"""In which buckets of a source there is any charge, as spans: a source that stops is told from a quiet series."""

from collections.abc import Iterable
from typing import Final, TypeAlias

Span: TypeAlias = tuple[int, int]
"""Starts of a first and a last bucket, both included."""

MOST: Final = 1_000
"""Spans. The earliest stay: dates in the future must not push out what is there now."""


def spans_of(times: Iterable[int], bucket: int) -> list[Span]:
    """The buckets in which the times are.

    Args:
        times: starts of charges, epoch seconds, in any order.
        bucket: length of a bucket of the source, in seconds.

    Returns:
        Spans in order; adjacent buckets are one span.
    """
    starts = {time - time % bucket for time in times}
    return merged(((start, start) for start in starts), bucket)


def merged(spans: Iterable[Span], bucket: int) -> list[Span]:
    """The spans in order, with those that overlap or touch made one.

    >>> merged([(120, 120), (300, 300), (0, 60)], 60)
    [(0, 120), (300, 300)]
    """
    made: list[Span] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1] + bucket:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return made[:MOST]
