"""Where a source had charges, and where it was silent: spans of bucket starts, in order."""

from collections.abc import Sequence
from itertools import pairwise

from stream.ingest.present import Span, merged


def joined(left: list[Span], right: Sequence[Span], bucket: int) -> list[Span]:
    """The spans of both, neighbours made one.

    >>> joined([(0, 60)], [(120, 120), (300, 300)], 60)
    [(0, 120), (300, 300)]
    """
    if not right:
        return left
    if left and len(right) == 1:  # what nearly always comes: more of the newest bucket
        (first, last), (start, end) = left[-1], right[0]
        if first <= start <= last + bucket:
            return [*left[:-1], (first, max(last, end))]
    return merged((*left, *right), bucket)


def gaps(present: Sequence[Span], bucket: int, least: int, newest: int | None) -> list[Span]:
    """What lies between the spans for ``least`` seconds or longer; spans that begin after ``newest`` are left out.

    >>> gaps([(0, 60), (360, 360), (9000, 9000)], 60, 240, 400)
    [(120, 300)]
    """
    if newest is None or len(present) < 2:
        return []
    return [
        (before[1] + bucket, after[0] - bucket)
        for before, after in pairwise(present)
        if after[0] <= newest and after[0] - before[1] - bucket >= least
    ]


def trimmed(present: Sequence[Span], before: int) -> list[Span]:
    """The spans that are needed to know the gaps after a moment: the newest one up to it, and what follows."""
    kept = [span for span in present if span[1] > before]
    done = [span for span in present if span[1] <= before]
    return [*done[-1:], *kept]


def end_of(silences: Sequence[Span], start: int, step: int) -> int | None:
    """The end of the silence that a bucket of ``step`` seconds lies in; None if it lies in none.

    >>> end_of([(120, 300)], 180, 60), end_of([(120, 300)], 360, 60)
    (360, None)
    """
    return next((last + step for first, last in silences if first <= start <= last), None)
