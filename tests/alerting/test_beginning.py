"""The first day of a new series: what counts, when it is enough, and what is said of it."""

from decimal import Decimal

import pytest

from alerting.beginning import DAY, Beginning, spent, track_of, verdict_of
from config.detection import Thresholds
from detectors.verdict import Verdict

HOUR = 3600
START = 1_764_547_200
PLAIN = Thresholds()
USUAL = Verdict(5.0, 1.0, 9.0, 0.2, "down", "drop")


def day(*costs: str, is_usage: bool = True, thresholds: Thresholds = PLAIN) -> Beginning:
    """A beginning of hours that cost this much."""
    beginning = Beginning(START, HOUR, is_usage)
    for hour, cost in enumerate(costs):
        beginning = spent(
            beginning, START + hour * HOUR, Decimal(cost), {"model=o3": float(cost)}, thresholds
        )
    return beginning


@pytest.mark.parametrize(
    ("beginning", "reached"),
    [
        (day("9.99"), None),
        (day("4", "0", "6"), 3),
        (day("4", "0", "6", "50"), 3),
        (day("11", "-5"), None),  # taken back
        (day("11", "-5", "9"), 3),
        (day(*["0.1"] * 30), None),
        (day(*["0.4"] * 24, "400"), None),  # the day is over
        (day("290", is_usage=False), None),
        (day("300", is_usage=False), 1),
        (day("-300", is_usage=False), None),
        (day("3", thresholds=Thresholds(min_impact_per_day=Decimal(2))), 1),
        (
            day("3", thresholds=Thresholds(min_impact=Decimal(4), min_impact_per_day=Decimal(0))),
            None,
        ),
        (day("300", thresholds=Thresholds(enabled=False)), None),
    ],
)
def test_when_a_day_is_worth_telling(beginning: Beginning, reached: int | None) -> None:
    """With the bucket that brings it to both thresholds; a fee to thirty times the one of a day."""
    expected = None if reached is None else START + reached * HOUR
    assert beginning.reached == expected


def test_the_anomaly_is_all_that_came_against_nothing() -> None:
    """Its pace is the mean since it began, over an hour at least."""
    track = track_of(day("2", "0", "0", "10"), PLAIN, "defaults")
    assert (track.impact, track.counted.expected, track.channel) == (Decimal(12), 0, "new")
    assert (track.started, track.ended, track.pace) == (START, START + 4 * HOUR, Decimal(72))
    assert track.counted.contributions == {"model=o3": (12.0, 0.0)}
    quick = Beginning(START, 300, is_usage=True)
    quick = spent(quick, START, Decimal(10), {}, PLAIN)
    assert track_of(quick, PLAIN, "defaults").pace == Decimal(240)
    assert track_of(day("300", is_usage=False), PLAIN, "defaults").pace == Decimal(300)


def test_the_score_is_the_threshold_where_it_becomes_worth_telling() -> None:
    """Twice the money, twice the score; a series with its own threshold is told from there."""
    assert track_of(day("10"), PLAIN, "").score_max == 1.0
    assert track_of(day("20"), PLAIN, "").score_max == 2.0
    assert track_of(day("20"), Thresholds(score=1.5), "").score_max == 3.0


def test_nothing_of_the_first_day_alerts_before_it_is_told() -> None:
    """And nothing but that it is new, afterwards; what comes later is the detector's."""
    waiting = day("20")
    track = track_of(waiting, PLAIN, "")
    told = Beginning(START, HOUR, is_usage=True, seen=waiting.seen, reached=1, told=True)
    assert verdict_of(waiting, START, USUAL, track, PLAIN).score == 0.0
    assert verdict_of(told, START, USUAL, None, PLAIN).score == 0.0
    said = verdict_of(told, START, USUAL, track, PLAIN)
    assert (said.expected, said.score, said.channel) == (0.0, 2.0, "new")
    assert verdict_of(told, START + DAY, USUAL, track, PLAIN) is USUAL
