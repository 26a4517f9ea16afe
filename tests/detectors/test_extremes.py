"""What holds for every detector at the extremes: whatever shape a series has, verdicts are finite and states go on."""

import math
import pickle
from collections.abc import Iterator
from itertools import chain, cycle, islice, repeat

import pytest
from every import EVERY, HOUR, START, Make

from detectors.registry import restore

POINTS = 400
LONG = 100_000  # points: a year of five minutes
FIVE = 300

SHAPES: dict[str, list[float]] = {
    "one point": [7.0],
    "zeros": [0.0] * POINTS,
    "minus zero": [-0.0] * POINTS,
    "a constant": [3.3] * POINTS,
    "the smallest": [5e-324] * POINTS,
    "tiny": [1e-12] * POINTS,
    "huge": [1e12] * POINTS,
    "negative": [-4.0 - place % 3 for place in range(POINTS)],
    "both signs": [(-1.0) ** place * (1 + place % 5) for place in range(POINTS)],
    "zeros, then spend": [0.0] * 300 + [12.0] * 100,
    "spend, then zeros": [12.0] * 300 + [0.0] * 100,
    "up by an order": [10.0 + place % 3 for place in range(300)] + [100.0] * 100,
    "down by an order": [10.0 + place % 3 for place in range(300)] + [1.0] * 100,
    "up by 24 orders": [1e-12] * 300 + [1e12] * 100,
    "down by 24 orders": [1e12] * 300 + [1e-12] * 100,
    "the largest once": [5.0] * 200 + [1e100] + [5.0] * 199,
    "no numbers among numbers": list(
        islice(cycle([6.0, math.nan, 7.0, math.inf, 8.0, -math.inf, 1e200]), POINTS)
    ),
    "no number at all": [math.nan] * POINTS,
}
GAPS = {
    "without gaps": [1],
    "with gaps": [1, 1, 1, 7, 1, 400],
    "a decade later": [*repeat(1, 350), 87_660],
}

EVERY_SHAPE = pytest.mark.parametrize("values", SHAPES.values(), ids=SHAPES)
EVERY_GAP = pytest.mark.parametrize("gaps", GAPS.values(), ids=GAPS)


def _points(values: list[float], gaps: list[int], step: int = HOUR) -> Iterator[tuple[int, float]]:
    time = START
    for value, steps in zip(values, cycle(gaps), strict=False):
        yield time, value
        time += steps * step


@EVERY
@EVERY_SHAPE
@EVERY_GAP
def test_verdicts_are_finite_and_their_band_is_in_order(
    make: Make, values: list[float], gaps: list[int]
) -> None:
    """Whatever the shape, the forecast and the band are numbers, and the score lies between 0 and 100."""
    detector = make(HOUR)
    for time, value in _points(values, gaps):
        verdict = detector.score(time, value)
        detector.learn(time, value)
        assert all(map(math.isfinite, (verdict.expected, verdict.lower, verdict.upper)))
        assert verdict.lower <= verdict.upper
        assert 0 <= verdict.score <= 100
    assert len(detector.to_bytes()) <= 6144


@EVERY
@EVERY_SHAPE
def test_a_restart_anywhere_changes_nothing(make: Make, values: list[float]) -> None:
    """A detector that is saved and restored before every point says what one says that never was."""
    lasting, restarted = make(HOUR), make(HOUR)
    for time, value in _points(values[::3], [1]):
        state = restarted.to_bytes()
        restarted = restore(state)
        assert restarted.to_bytes() == state
        assert lasting.score(time, value) == restarted.score(time, value)
        lasting.learn(time, value)
        restarted.learn(time, value)
    assert lasting.to_bytes() == restarted.to_bytes()


@EVERY
@EVERY_SHAPE
def test_scoring_anything_changes_nothing(make: Make, values: list[float]) -> None:
    """A detector that is asked of every amount before each point says what one says that is asked once."""
    asked, quiet = make(HOUR), make(HOUR)
    for time, value in _points(values[::3], [1]):
        for other in (0.0, -1.0, 1e-12, 1e12, math.nan, math.inf):
            asked.score(time, other)
            asked.forecast(time + 5 * HOUR)
        assert asked.score(time, value) == quiet.score(time, value)
        asked.learn(time, value)
        quiet.learn(time, value)
    assert asked.to_bytes() == quiet.to_bytes()


@EVERY
def test_a_point_is_scored_by_those_before_it(make: Make) -> None:
    """Eight times the usual amount alerts although it is learned next; once it came often it does not."""
    detector = make(HOUR)
    for time, value in _points([10.0] * 300, [1]):
        detector.learn(time, value)
    later = START + 300 * HOUR
    assert detector.score(later, 80.0).score >= 1
    for time in range(later, later + 72 * HOUR, HOUR):
        detector.learn(time, 80.0)
    assert detector.score(later + 72 * HOUR, 80.0).score < 1


@EVERY
@pytest.mark.parametrize("factor", [10.0, 0.1], ids=["up", "down"])
def test_a_level_that_lasts_becomes_usual(make: Make, factor: float) -> None:
    """Three days after a jump of an order of magnitude, either way, nothing alerts any more."""
    detector = make(HOUR)
    levels = chain(repeat(10.0, 300), repeat(10.0 * factor, 100))
    for place, (time, value) in enumerate(_points(list(levels), [1])):
        if place >= 372:
            assert detector.score(time, value).score < 1
        detector.learn(time, value)


@EVERY
def test_what_is_held_is_bounded_after_a_hundred_thousand_points(make: Make) -> None:
    """A detector holds as much after a year of five minutes as after a tenth of it, and its state is 6 KB at most."""
    detector, held = make(FIVE), []
    for place in range(LONG):
        detector.learn(START + place * FIVE, 10.0 * 1.7 ** (place % 23) + 1e-3 * place)
        if place + 1 in {LONG // 10, LONG}:
            held.append(len(pickle.dumps(detector)))
    assert held[1] <= held[0] + 512
    assert len(detector.to_bytes()) <= 6144
