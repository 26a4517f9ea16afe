"""Hours that stay strangely empty."""

import math

import pytest

from detectors.engine import Detector

START, FIVE = 1_717_372_800, 300


@pytest.mark.parametrize("absurd", [1e20, 1e37, 1e60, 1e99])
def test_an_absurd_amount_within_the_hour_is_survived(absurd: float) -> None:
    """Beside it the usual hour and an empty one are the same number; what follows is scored all the same."""
    detector = Detector(FIVE)
    for place in range(8 * 288):
        detector.learn(START + place * FIVE, 5.0 + place % 3)
    time = START + 8 * 288 * FIVE
    detector.learn(time, absurd)
    for more in range(1, 12):
        verdict = detector.score(time + more * FIVE, -absurd)
        assert all(map(math.isfinite, (verdict.score, verdict.lower, verdict.upper)))
        detector.learn(time + more * FIVE, 0.0)
