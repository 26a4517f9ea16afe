"""In which buckets of a source a chunk has any charge, as spans: a source that stops is told from a quiet series."""

from collections.abc import Iterable

MOST = 1000
"""Spans of one chunk. The earliest stay: dates in the future must not push out what is there now."""


def spans_of(times: Iterable[int], bucket: int) -> list[tuple[int, int]]:
    """The buckets in which the times are.

    Args:
        times: starts of charges, epoch seconds, in any order.
        bucket: length of a bucket of the source, in seconds.

    Returns:
        Spans of bucket starts in order, both ends included; adjacent buckets are one span.
    """
    spans: list[tuple[int, int]] = []
    for start in sorted({time - time % bucket for time in times}):
        if spans and spans[-1][1] + bucket == start:
            spans[-1] = (spans[-1][0], start)
        elif len(spans) == MOST:
            break
        else:
            spans.append((start, start))
    return spans
