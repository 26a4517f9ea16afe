"""How good the forecasts of all series together are, their bands added up as the digest does it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import hypot
from typing import NamedTuple


class Span(NamedTuple):
    """A forecast of one series, and what came."""

    expected: float
    below: float  # from the forecast to the lower end of its band
    above: float
    actual: float


def together(series: Sequence[Mapping[int, Span]]) -> tuple[float, float] | None:
    """WAPE and coverage of sums; None where nothing came.

    Args:
        series: forecasts by the time they were made, a mapping for each series.
    """
    by_time: defaultdict[int, list[Span]] = defaultdict(list)
    for spans in series:
        for time, span in spans.items():
            by_time[time].append(span)
    sums = [_sum(spans) for spans in by_time.values()]
    size = sum(abs(one.actual) for one in sums)
    if not size:
        return None
    errors = sum(abs(one.expected - one.actual) for one in sums)
    covered = sum(-one.below <= one.actual - one.expected <= one.above for one in sums)
    return errors / size, covered / len(sums)


def _sum(spans: Iterable[Span]) -> Span:
    expected, below, above, actual = zip(*spans, strict=True)
    return Span(sum(expected), hypot(*below), hypot(*above), sum(actual))
