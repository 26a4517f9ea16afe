"""What a live series costs in memory."""

import gc
import tracemalloc

import pytest
from shapes import DAY, MONDAY, company

from detectors.calendar import UTC_WEEK
from detectors.contributors import ContributorBaseline
from detectors.dates import earlier
from detectors.engine import Detector

SERIES = 50


def _live(number: int, step: int) -> tuple[Detector, ContributorBaseline, ContributorBaseline]:
    detector, usual, measures = Detector(step), ContributorBaseline(), ContributorBaseline()
    for time, value in company(number, weeks=3 if step == 3600 else 1, step=step, noise=0.1):
        detector.score(time, value)
        detector.learn(time, value)
    for bucket in range(5):
        usual.learn({f"model={name}": name + bucket / 3 for name in range(10)})
        measures.learn({f"measure={name}": name + bucket / 3 for name in range(10)})
    return detector, usual, measures


@pytest.mark.parametrize(
    ("step", "count", "most"), [(3600, SERIES, 5632), (300, 5, 5632), (86_400, SERIES, 3072)]
)
def test_a_live_series_takes_little_more_than_five_kilobytes(
    step: int, count: int, most: int
) -> None:
    """Detector, contributors and measures of ten names each (which series share), after weeks of points."""
    for _ in range(2):  # what all series share; it is bounded, and may be given up in between
        _live(0, step)
    for day in range(MONDAY // DAY, MONDAY // DAY + 35):
        earlier(UTC_WEEK, day)
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    live = [_live(number, step) for number in range(count)]
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(live) == count
    assert (after - before) / count <= most


def test_a_young_detector_takes_a_kilobyte_and_a_half() -> None:
    """Thirty points of five minutes make few rows and hours, in memory as in the saved state."""
    points = company(0, weeks=1, step=300, noise=0.1)[:30]
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    young = [Detector(300) for _ in range(SERIES)]
    for detector in young:
        for time, value in points:
            detector.learn(time, value)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (after - before) / SERIES <= 1536
    assert len(young[0].to_bytes()) <= 1024
