"""The bar that a series has earned."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import DAY, Point, changed, company

from config.detection import Sensitivity
from detectors.asked import Asked
from detectors.engine import Detector
from detectors.fee import FeeDetector
from detectors.feedback import Feedback, Mark
from detectors.judge import MOST, Judge
from detectors.rarity import Rarity
from detectors.registry import restore

HOUR = 3600


def _judged(points: Iterable[Point], judge: Judge) -> list[float]:
    scores = []
    for time, value in points:
        verdict = judge.verdict(time, value)
        scores.append(verdict.score)
        judge.learn(time, value, verdict)
    return scores


def _wrong(count: int, at: int) -> Feedback:
    said = Feedback()
    for number in range(count):
        said = said.plus(Mark(at - number * DAY, "up", right=False, at=at))
    return said


@settings(max_examples=60, deadline=None)
@given(
    st.integers(min_value=0, max_value=7),
    st.integers(min_value=40, max_value=500),
    st.floats(min_value=0, max_value=200),
    st.sampled_from(["low", "normal", "high"]),
    st.floats(min_value=0.7, max_value=MOST),
    st.floats(min_value=0.7, max_value=MOST),
)
def test_the_band_is_where_the_score_stays_below_one(
    seed: int, count: int, value: float, sensitivity: Sensitivity, rise: float, fall: float
) -> None:
    """Whatever is asked for, a value outside the band alerts, and one within does not."""
    points = company(seed, weeks=3, step=HOUR, noise=0.1)
    detector = Detector(HOUR)
    for time, amount in points[:count]:
        detector.learn(time, amount)
    verdict = detector.score(points[count][0], value, sensitivity, Asked(rise, fall))
    if verdict.lower * 1.0001 < value < verdict.upper * 0.9999:
        assert verdict.score < 1
    elif value < verdict.lower * 0.9999 or value > verdict.upper * 1.0001:
        assert verdict.score >= 1


@pytest.mark.parametrize("asked", [0.7, 1.35, 2.5])
def test_a_score_is_divided_by_what_is_asked_for(asked: float) -> None:
    """For rises and falls apart, of usage and of fees."""
    detector, fee = Detector(HOUR), FeeDetector(HOUR)
    for time, value in company(1, weeks=3, step=HOUR, noise=0.1)[:400]:
        detector.learn(time, value)
    now = time + HOUR
    for value, usual in ((45.0, Asked(asked, 1.0)), (0.0, Asked(1.0, asked))):
        plain, other = detector.score(now, value), detector.score(now, value, "normal", usual)
        assert other.score == pytest.approx(plain.score / asked)
    fee.learn(0, 100.0)
    plain, other = fee.score(DAY * 31, 300.0), fee.score(DAY * 31, 300.0, "normal", Asked(asked, 1))
    assert other.score == pytest.approx(plain.score / asked)
    assert (other.score >= 1.0) == (other.upper <= 300.0)


def test_wrong_alerts_silence_what_is_like_them() -> None:
    """A rise that alerted does not after some were called wrong, and does again once that is taken back."""
    points = company(2, weeks=4, step=HOUR, noise=0.1)
    judge = Judge(Detector(HOUR))
    _judged(points[:500], judge)
    now = points[500][0]
    value = 1.2 * judge.verdict(now, 0.0).upper
    before = judge.verdict(now, value)
    judge.hear(_wrong(3, now))
    after = judge.verdict(now, value)
    judge.hear(Feedback())
    assert before.score >= 1.0 > after.score
    assert after.upper > before.upper
    assert after.lower == before.lower
    assert judge.verdict(now, value) == before


def test_the_enormous_alerts_whatever_was_said() -> None:
    """The bar has a limit: two and a half times the evidence."""
    points = company(2, weeks=4, step=HOUR, noise=0.1)
    judge = Judge(Detector(HOUR))
    _judged(points[:500], judge)
    judge.hear(_wrong(16, points[500][0]))
    assert judge.verdict(points[500][0], 500.0).score > 1.0


def test_a_restless_series_earns_a_higher_bar() -> None:
    """Rises that come every other day alert less and less; the same rise on a quiet series alerts."""
    quiet = company(3, weeks=10, step=HOUR, noise=0.1)
    restless = list(quiet)
    for day in range(8, 68, 2):  # at changing hours: it is no nightly job
        start = day * 24 + (day * 7) % 24
        restless = list(changed(restless, start, [2.2, 2.2]))
    one, other = Judge(Detector(HOUR)), Judge(Detector(HOUR))
    now = 68 * 24 + 13
    _judged(quiet[:now], one)
    _judged(restless[:now], other)
    time, value = quiet[now][0], 4.0 * quiet[now][1]
    strict = other.verdict(time, value)
    bare = other.detector.score(time, value)
    assert one.verdict(time, value).score >= 1.0
    assert strict.score < bare.score
    assert other.rareness(time, strict).once_in_days is not None


def test_a_restart_changes_nothing() -> None:
    """Detector, rarity and feedback restored, the verdicts are the same to the last bit."""
    points = company(4, weeks=6, step=HOUR, noise=0.3)
    lasting = Judge(Detector(HOUR), feedback=_wrong(1, points[0][0]))
    _judged(points[:700], lasting)
    for time, value in points[700:]:
        restarted = Judge(
            restore(lasting.detector.to_bytes()),
            Rarity.from_bytes(lasting.rarity.to_bytes()),
            Feedback.from_bytes(lasting.feedback.to_bytes()),
        )
        verdict = restarted.verdict(time, value)
        assert verdict == lasting.verdict(time, value)
        assert restarted.rareness(time, verdict) == lasting.rareness(time, verdict)
        lasting.learn(time, value, verdict)


def test_rarity_does_not_depend_on_what_is_asked_for() -> None:
    """Strength is told in units of the usual bar, so a change of rules or a word of feedback keeps the past."""
    points = company(5, weeks=6, step=HOUR, noise=0.3)
    one, other = Judge(Detector(HOUR)), Judge(Detector(HOUR), feedback=_wrong(2, points[0][0]))
    _judged(points, one)
    _judged(points, other)
    now = points[-1][0] + HOUR
    days = [each.rareness(now, each.verdict(now, 90.0)) for each in (one, other)]
    assert days[0].once_in_days == pytest.approx(days[1].once_in_days)
