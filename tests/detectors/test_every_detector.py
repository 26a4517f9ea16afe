"""What holds for every detector: each class in `detectors` that forecasts, scores and learns is found and checked."""

import math
import pickle
from collections.abc import Iterator

import msgspec
import pytest
from every import EVERY, HOUR, START, Either, Make, every_detector
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.errors import StateError
from detectors.registry import restore

Gaps = list[tuple[int, float]]  # steps to the next point, amount

STEPS = (60, 300, 3600, 21_600, 86_400)
NO_NUMBERS = (math.nan, math.inf, -math.inf, 1e200)


amounts = st.one_of(
    st.just(0.0),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(min_value=1e-12, max_value=1e12),
    st.floats(min_value=-1e12, max_value=-1e-12),
)
series = st.tuples(
    st.sampled_from(STEPS),
    st.lists(
        st.tuples(st.integers(min_value=1, max_value=2000), amounts), min_size=1, max_size=120
    ),
)


def _points(step: int, gaps: Gaps) -> Iterator[tuple[int, float]]:
    time = START
    for steps, value in gaps:
        yield time, value
        time += step * (steps if steps > 1900 else 1)


def _fed(make: Make, count: int = 200, step: int = HOUR, value: float = 10.0) -> Either:
    detector = make(step)
    for index in range(count):
        detector.learn(START + index * step, value + index % 5)
    return detector


def test_detectors_are_found() -> None:
    """The suite does not pass for want of detectors."""
    assert {"Detector", "FeeDetector"} <= {make.__name__ for make in every_detector()}


@EVERY
@settings(max_examples=60, deadline=None)
@given(series)
def test_any_amount_gives_a_finite_verdict(make: Make, drawn: tuple[int, Gaps]) -> None:
    """Zeros, gaps, negative, huge, tiny and impossible amounts neither raise nor leave traces of NaN."""
    step, gaps = drawn
    detector = make(step)
    for time, value in _points(step, gaps):
        verdict = detector.score(time, value)
        detector.learn(time, value)
        numbers = (verdict.expected, verdict.lower, verdict.upper, verdict.score)
        assert all(map(math.isfinite, numbers)), verdict
        assert 0 <= verdict.score <= 100
        assert verdict.lower <= verdict.upper
        assert verdict.direction in {"up", "down"}
        assert verdict.channel in {"spike", "shift", "peak", "drop", "new", "fee"}


@EVERY
@settings(max_examples=40, deadline=None)
@given(series, st.integers(min_value=0, max_value=119))
def test_a_restart_changes_nothing(make: Make, drawn: tuple[int, Gaps], cut: int) -> None:
    """Saved and restored anywhere, a detector goes on exactly as if nothing had happened."""
    step, gaps = drawn
    lasting, restarted = make(step), make(step)
    for index, (time, value) in enumerate(_points(step, gaps)):
        if index == cut:
            restarted = restore(restarted.to_bytes())
        assert lasting.score(time, value) == restarted.score(time, value)
        lasting.learn(time, value)
        restarted.learn(time, value)
    assert lasting.to_bytes() == restarted.to_bytes()


@EVERY
def test_scoring_changes_nothing(make: Make) -> None:
    """A detector that is asked often and in any sensitivity learns nothing by it."""
    detector = _fed(make)
    before = detector.to_bytes()
    for sensitivity in ("low", "normal", "high"):
        detector.score(START + 200 * HOUR, 500.0, sensitivity)
    detector.forecast(START + 200 * HOUR)
    assert detector.to_bytes() == before


@EVERY
@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_amount_scores_nothing_and_is_not_learned(make: Make, value: float) -> None:
    """NaN, infinity and impossible sizes score 0 with the forecast, and leave the state as it was."""
    detector = _fed(make)
    before = detector.to_bytes()
    verdict = detector.score(START + 200 * HOUR, value)
    detector.learn(START + 200 * HOUR, value)
    assert verdict.score == 0
    assert verdict.expected == detector.forecast(START + 200 * HOUR)
    assert detector.to_bytes() == before


@EVERY
@pytest.mark.parametrize("value", [1e-12, 1.0, 145.0, 1e12])
def test_the_first_point_is_no_alert(make: Make, value: float) -> None:
    """Of a series that nothing is known of no amount is an anomaly."""
    assert make(HOUR).score(START, value, "high").score < 1


@EVERY
def test_sensitivity_orders_the_scores(make: Make) -> None:
    """High sensitivity scores a rise above normal, normal above low."""
    detector = _fed(make)
    time = START + 200 * HOUR
    low, normal, high = (
        detector.score(time, 30.0, sensitivity).score for sensitivity in ("low", "normal", "high")
    )
    assert 0 < low < normal < high


@EVERY
@pytest.mark.parametrize("step", STEPS)
def test_the_state_is_bounded(make: Make, step: int) -> None:
    """After any number of points the state takes at most 6 KB."""
    detector = make(step)
    for index in range(4000):
        detector.learn(START + index * step, 10.0 * 1.7 ** (index % 23) + 1e-3 * index)
    assert len(detector.to_bytes()) <= 6144


@EVERY
def test_an_unreadable_state_is_refused(make: Make) -> None:
    """Whatever is cut, foreign, of another version or impossible raises StateError, nothing else."""
    whole = _fed(make).to_bytes()
    kind, version, *rest = msgspec.msgpack.decode(whole)
    foreign = [
        b"",
        b"\xc1",
        whole[:-1],
        whole + b"\x00",
        pickle.dumps({"a": 1}),
        msgspec.msgpack.encode({"kind": kind}),
        msgspec.msgpack.encode([kind, version + 1, *rest]),
        msgspec.msgpack.encode(["other", version, *rest]),
        msgspec.msgpack.encode([kind, version, 0, *rest[1:]]),
        msgspec.msgpack.encode([kind, version]),
        bytes(70_000),
    ]
    for data in foreign:
        with pytest.raises(StateError):
            make.from_bytes(data)


@EVERY
@pytest.mark.parametrize("flipped", [0x01, 0x40, 0x80, 0xFF])
def test_a_damaged_state_is_refused_or_works(make: Make, flipped: int) -> None:
    """A state with bits of any one byte flipped raises StateError or gives a detector that works."""
    whole = _fed(make, count=60).to_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= flipped
        try:
            detector = restore(bytes(damaged))
        except StateError:
            continue
        verdict = detector.score(START, 5.0)
        assert all(map(math.isfinite, (verdict.expected, verdict.lower, verdict.upper)))
        detector.learn(START, 5.0)


@EVERY
@pytest.mark.parametrize("step", [0, -3600, 59, 86_401])
def test_a_step_beyond_a_day_or_below_a_minute_is_refused(make: Make, step: int) -> None:
    """Buckets are a minute to a day long."""
    with pytest.raises(ValueError, match="60 to 86400"):
        make(step)
