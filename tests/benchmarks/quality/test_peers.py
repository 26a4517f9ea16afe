"""The peers alert where their rules say so."""

from copy import deepcopy

import pytest

from benchmarks.quality.peers import (
    Gaussian,
    PercentOfWeek,
    Predictive,
    StaticBudget,
    ThreeSigma,
    Trees,
)
from benchmarks.quality.watching import Make, Spendwatch

HOUR = 3600


def _learned(make: Make, hours: int = 24 * 9) -> float:
    """The score of a rise to ten times after hours of 9, 10 and 11; the hours themselves do not alert."""
    watcher = make(HOUR, 24)
    for hour in range(hours):
        value = 9.0 + hour % 3
        assert watcher.score(hour * HOUR, value).score < 1
        watcher.learn(hour * HOUR, value)
    return watcher.score(hours * HOUR, 100.0).score


@pytest.mark.parametrize("make", [Spendwatch, ThreeSigma, StaticBudget, Gaussian])
def test_a_rise_to_ten_times_alerts_at_once(make: Make) -> None:
    """All that look at a single point see it."""
    assert _learned(make) >= 1


def test_a_single_hour_is_little_of_a_day() -> None:
    """The rule of the last day alerts when its sum is half above the mean day of the week."""
    assert _learned(PercentOfWeek) == pytest.approx((90 / 24) / 5, rel=0.03)


def test_trees_rank_a_rise_above_all_before() -> None:
    """Whatever their threshold, a new high scores more than the hours before it."""
    trees = Trees(HOUR, 24)
    for hour in range(24 * 12):
        before = trees.score(hour * HOUR, 9.0 + hour % 3).score
        trees.learn(hour * HOUR, 9.0 + hour % 3)
    assert trees.score(24 * 12 * HOUR, 100.0).score > before


def test_a_prediction_that_fails_by_far_alerts() -> None:
    """Once two days are known, and not before."""
    watcher = Predictive(HOUR, 24)
    for hour in range(24 * 9):
        assert hour > 48 or watcher.score(hour * HOUR, 100.0).score < 1
        watcher.learn(hour * HOUR, 9.0 + hour % 3)
    assert watcher.score(24 * 9 * HOUR, 100.0).score >= 1


def test_a_copy_of_trees_goes_its_own_way() -> None:
    """Copied and fed alike it scores alike; what only the copy learns the other does not know."""
    trees = Trees(HOUR, 24)
    for hour in range(24 * 12):
        trees.learn(hour * HOUR, 9.0 + hour % 3)
    later, copy = 24 * 12 * HOUR, deepcopy(trees)
    before = trees.score(later, 30.0)
    assert copy.score(later, 30.0) == before
    copy.learn(later, 1000.0)
    assert copy.score(later, 30.0) != before
    assert trees.score(later, 30.0) == before
