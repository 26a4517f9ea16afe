"""Round times for the axis of a chart."""

from typing import Final

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_STEPS: Final = (
    *(_MINUTE * count for count in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * count for count in (1, 2, 3, 6, 12)),
    *(_DAY * count for count in (1, 2, 5, 10, 30, 100, 365, 3650)),
)
_MOST: Final = 4


def round_times(start: float, end: float) -> list[int]:
    """Two to four moments in epoch seconds, evenly apart, at full minutes, hours or days of UTC.

    Of a span that is longer than anything, as many as there are.

    >>> round_times(1_000, 12_000)
    [3600, 7200, 10800]
    """
    size = next((each for each in _STEPS if (end - start) / each <= _MOST), _STEPS[-1])
    first = int(-(-start // size) * size)
    return list(range(first, int(end) + 1, size))[: _MOST + 1]
