"""The detector of usage, on series of known shape."""

import math
import random
from collections.abc import Iterable
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import DAY, MONDAY, Point, alerts, changed, company, incidents

from config.detection import Sensitivity
from detectors.engine import Detector

HOUR, FIVE = 3600, 300
HOURS, FIVES = 24, 288  # a day


def _learned(points: Iterable[Point], step: int = HOUR) -> Detector:
    detector = Detector(step)
    for time, value in points:
        detector.learn(time, value)
    return detector


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise", [0.05, 0.1])
def test_a_retry_storm_is_seen_within_two_buckets(seed: int, noise: float) -> None:
    """Spend that runs to 2x, 3.5x, 5x in fifteen minutes alerts in the second bucket at the latest."""
    points = company(seed, weeks=2, step=FIVE, noise=noise)
    start = 10 * FIVES + 97 * seed
    storm = changed(points, start, [2, 3.5, *repeat(5, 24)])
    during = [place for place in alerts(Detector(FIVE), storm) if 0 <= place - start < 24]
    assert during[0] - start <= 1


def test_ordinary_weeks_are_quiet() -> None:
    """Ten series-weeks of five-minute spend with days, weekends and noise raise one incident at most."""
    raised = 0
    for seed in range(5):
        points = company(seed, weeks=2, step=FIVE, noise=(0.05, 0.07, 0.1)[seed % 3])
        raised += incidents(alerts(Detector(FIVE), points), apart=72)
    assert raised <= 1


@pytest.mark.parametrize("seed", range(4))
def test_a_lasting_rise_is_seen_within_three_hours_and_then_accepted(seed: int) -> None:
    """60 % more that stays alerts within three hours, for a day at most, and later rises alert again."""
    points = company(seed, weeks=5, step=HOUR, noise=0.04, daily=0.3)
    start = 16 * HOURS + 5 * seed
    raised = list(changed(points, start, repeat(1.6, len(points))))
    doubled = changed(raised, 30 * HOURS, repeat(2.5, len(points)))
    places = [place for place in alerts(Detector(HOUR), doubled) if place >= start]
    assert places[0] - start <= 3
    assert not [place for place in places if start + 2 * HOURS < place < 30 * HOURS]
    assert (
        30 * HOURS <= min(place for place in places if place > start + 3 * HOURS) <= 30 * HOURS + 3
    )


def test_a_rise_below_every_spike_is_seen_as_a_shift() -> None:
    """Moderate deviations of one sign add up where no single one of them would alert."""
    points = company(3, weeks=3, step=HOUR, noise=0.08, daily=0.0, weekend=1.0)
    start = 18 * HOURS
    detector, channels = Detector(HOUR), []
    for place, (time, value) in enumerate(changed(points, start, repeat(1.4, 12))):
        verdict = detector.score(time, value)
        if verdict.score >= 1 and place >= start:
            channels.append(verdict.channel)
        detector.learn(time, value)
    assert "shift" in channels


@pytest.mark.parametrize("step", [FIVE, HOUR])
def test_a_fall_to_nothing_is_a_drop(step: int) -> None:
    """Spend that ends alerts by its second bucket, downwards, and is accepted after half a day."""
    points = company(1, weeks=3, step=step, noise=0.06)
    day = DAY // step
    start = 15 * day
    ended = list(changed(points, start, repeat(0.0, len(points))))
    detector = _learned(ended[:start], step)
    detector.learn(*ended[start])
    verdict = detector.score(*ended[start + 1])
    assert verdict.score >= 1
    assert (verdict.direction, verdict.channel) == ("down", "drop")
    assert not [place for place in alerts(detector, ended[start + 1 :]) if place > day]


def test_spend_after_weeks_of_nothing_is_new() -> None:
    """A series of zeros that begins to spend says so."""
    detector = _learned([(MONDAY + hour * HOUR, 0.0) for hour in range(24 * 14)])
    verdict = detector.score(MONDAY + 14 * DAY, 12.0)
    assert verdict.score >= 1
    assert verdict.channel == "new"


def test_nothing_alerts_while_little_is_known() -> None:
    """In the first thirty points a sixfold value does not alert, however steady the series was."""
    detector = Detector(HOUR)
    for hour in range(30):
        assert detector.score(MONDAY + hour * HOUR, 24.0).score < 1
        detector.learn(MONDAY + hour * HOUR, 4.0)


def test_zeros_at_first_are_no_baseline() -> None:
    """A few zeros before the first spend, such as a free tier, do not make an alert of it."""
    detector = _learned([(MONDAY + hour * HOUR, 0.0) for hour in range(5)])
    assert detector.score(MONDAY + 5 * HOUR, 3.0).score == 0


def test_a_constant_series_stays_quiet_and_sees_a_change() -> None:
    """Without any noise, small changes are nothing and doubling is an alert."""
    detector = _learned([(MONDAY + hour * HOUR, 2.2) for hour in range(24 * 9)])
    assert detector.score(MONDAY + 9 * DAY, 2.25).score < 1
    assert detector.score(MONDAY + 9 * DAY, 4.4).score >= 1


def test_the_day_is_learned() -> None:
    """After two weeks the forecast of an hour is what that hour usually costs."""
    points = company(0, weeks=2, step=HOUR, noise=0.03, weekend=1.0)
    detector = _learned(points)
    for hour in range(24):
        usual = 20 * (1 + 0.6 * math.cos(2 * math.pi * (hour / 24 - 0.6)))
        assert detector.forecast(MONDAY + 14 * DAY + hour * HOUR) == pytest.approx(usual, rel=0.15)


def test_the_weekend_is_learned() -> None:
    """After three weeks a quiet weekend is expected before its first hour came."""
    detector = _learned(company(0, weeks=3, step=HOUR, noise=0.03)[: -2 * HOURS])
    friday, saturday = (
        detector.forecast(MONDAY + (18 + days) * DAY + 14 * HOUR) for days in (0, 1)
    )
    assert saturday == pytest.approx(0.45 * friday, rel=0.3)


def test_an_anomaly_does_not_become_the_forecast() -> None:
    """Six hours at ten times the spend leave the forecast within a third of what it was."""
    points = company(2, weeks=2, step=FIVE, noise=0.05)
    start = 11 * FIVES
    detector = _learned(points[:start], FIVE)
    undisturbed = _learned(points[: start + 72], FIVE)
    for time, value in points[start : start + 72]:
        detector.learn(time, 10 * value)
    time = points[start + 72][0]
    assert detector.forecast(time) == pytest.approx(undisturbed.forecast(time), rel=0.34)


@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1e9, 1e12])
def test_the_unit_does_not_matter(scale: float) -> None:
    """Spend in micro-dollars or in tokens is judged alike."""
    points = company(5, weeks=2, step=HOUR, noise=0.05)
    plain, scaled = _learned(points), _learned([(time, value * scale) for time, value in points])
    time = MONDAY + 14 * DAY
    assert scaled.score(time, 60 * scale).score == pytest.approx(
        plain.score(time, 60).score, rel=1e-3
    )


def test_a_long_gap_is_survived() -> None:
    """After a month without points the next ordinary one is no alert."""
    detector = _learned(company(6, weeks=3, step=HOUR, noise=0.04))
    time, value = company(6, weeks=8, step=HOUR, noise=0.04)[7 * 7 * HOURS + 30]
    assert detector.score(time, value).score < 1


@settings(max_examples=60, deadline=None)
@given(
    st.integers(min_value=0, max_value=7),
    st.integers(min_value=40, max_value=500),
    st.floats(min_value=0, max_value=200),
    st.sampled_from(["low", "normal", "high"]),
)
def test_the_band_is_where_the_score_stays_below_one(
    seed: int, count: int, value: float, sensitivity: Sensitivity
) -> None:
    """A value outside the band alerts, one within does not."""
    points = company(seed, weeks=3, step=HOUR, noise=0.1)
    detector = _learned(points[:count])
    verdict = detector.score(points[count][0], value, sensitivity)
    if verdict.lower * 1.0001 < value < verdict.upper * 0.9999:
        assert verdict.score < 1
    elif value < verdict.lower * 0.9999 or value > verdict.upper * 1.0001:
        assert verdict.score >= 1


def test_credits_within_usage_are_taken_as_they_are() -> None:
    """A series around a negative amount has a negative forecast and alerts when it leaves it."""
    detector = _learned([(MONDAY + hour * HOUR, -5.0 - hour % 3) for hour in range(24 * 9)])
    assert detector.forecast(MONDAY + 9 * DAY) == pytest.approx(-6, abs=1.1)
    assert detector.score(MONDAY + 9 * DAY, 30.0).score >= 1


def test_the_hour_before_a_gap_is_among_those_compared() -> None:
    """After a day without points the last hour stands beside the hour of its day, as after a restart."""
    points = [(MONDAY + at * FIVE, 10.0 if at < 72 * 12 else 1.0) for at in range(72 * 12 + 6)]
    detector, time = _learned(points, FIVE), MONDAY + 4 * DAY
    detector.score(time, 3.0)
    detector.learn(time, 3.0)
    restarted = Detector.from_bytes(detector.to_bytes())
    assert detector.score(time + FIVE, 0.0) == restarted.score(time + FIVE, 0.0)
    assert detector._same == restarted._same == (time // HOUR, 1.0, 10.0, 10)


@pytest.mark.parametrize("seed", range(3))
def test_work_that_moves_to_the_night_is_seen(seed: int) -> None:
    """A day's profile that shifts by nine hours alerts in its first hours, though the day costs as much as before."""
    chance, detector, early = random.Random(seed), Detector(3600), []
    for hour in range(24 * 29):
        moved = 0 if hour < 24 * 28 else 9
        day = 1 + 0.8 * math.sin(((hour - moved) % 24 - 6) / 24 * math.tau)
        time, value = MONDAY + hour * 3600, 20 * day * math.exp(chance.gauss(0, 0.1))
        if detector.score(time, value).score >= 1:
            early.append(hour)
        detector.learn(time, value)
    assert early
    assert 24 * 28 <= early[0] < 24 * 28 + 3
