"""The score of the Numenta Anomaly Benchmark, standard profile.

Lavin and Ahmad, "Evaluating Real-time Anomaly Detection Algorithms", 2015, https://arxiv.org/abs/1510.03336,
with the details of version 1.1 of its program (https://github.com/numenta/NAB, ``nab/sweeper.py``): of the
detections in a window only the best counts and is worth up to 1; each one outside costs up to 0.11, less if
it follows a window closely; a window without one costs 1. 100 is perfect, 0 is a detector that never speaks.
"""

from collections.abc import Iterable, Sequence
from math import exp, floor

Window = tuple[int, int]  # first and last point

_FALSE = 0.11  # weight of a false detection; a found and a missed window weigh 1
_PROBATION = 0.15
_PROBATION_OF = 5000  # points at most


def probation(points: int) -> float:
    """How many points at the start of a series are not scored."""
    return min(floor(_PROBATION * points), _PROBATION * _PROBATION_OF)


def sigmoid(position: float) -> float:
    """Worth of a detection: near 1 at the left edge of a window (-1), 0 at the right one (0), then negative."""
    return -1.0 if position >= 3.0 else 2.0 / (1.0 + exp(5.0 * position)) - 1.0


def raw_score(points: int, windows: Sequence[Window], detections: Iterable[int]) -> float:
    """The unscaled score of one series.

    Args:
        points: its length.
        windows: in order, apart from each other.
        detections: places of the points that were called anomalous.
    """
    start = probation(points)
    scored = [place for place in detections if place >= start]
    total = sum(_window(window, scored) for window in windows if window[1] >= start)
    outside = (
        place for place in scored if not any(first <= place <= last for first, last in windows)
    )
    return total + _FALSE * sum(sigmoid(_past(place, windows)) for place in outside)


def normalised(raw: float, scored_windows: int, windows: int) -> float:
    """A raw score, added up over all series, on the scale from a silent detector (0) to a perfect one (100).

    Args:
        raw: the sum of raw scores.
        scored_windows: windows that do not lie in probation: a silent detector loses 1 for each.
        windows: all windows, which a perfect detector finds.
    """
    return 100.0 * (raw + scored_windows) / (windows + scored_windows)


def _window(window: Window, detections: Sequence[int]) -> float:
    first, last = window
    width = last - first + 1
    worth = [
        sigmoid(-(last - place + 1) / width) / sigmoid(-1.0)
        for place in detections
        if first <= place <= last
    ]
    return max(worth, default=-1.0)


def _past(place: int, windows: Sequence[Window]) -> float:
    """How far beyond the last window a detection lies, in widths of that window."""
    before = [window for window in windows if window[1] < place]
    if not before:
        return 3.0
    first, last = before[-1]
    return (place - last) / (last - first) if last > first else 3.0
