"""The table of severities."""

from decimal import Decimal

import pytest

from alerting.severity import Stake, severity_of, worse
from detectors.verdict import Direction


def _stake(impact: int, pace: int, direction: Direction = "up") -> Stake:
    return Stake(Decimal(impact), Decimal(pace), direction, score=3.0, lasted=7200, step=300)


@pytest.mark.parametrize(
    ("impact", "pace", "direction", "severity"),
    [
        (200, 1000, "up", "critical"),
        (199, 1000, "up", "high"),
        (200, 999, "up", "high"),
        (50, 250, "up", "high"),
        (49, 250, "up", "medium"),
        (50, 249, "up", "medium"),
        (10, 50, "up", "medium"),
        (9, 5000, "up", "low"),
        (5000, 49, "up", "low"),
        (-5000, -5000, "down", "medium"),
        (-9, -5000, "down", "low"),
    ],
)
def test_table(impact: int, pace: int, direction: Direction, severity: str) -> None:
    """Severity needs pace and impact, in multiples of the minimum a day; drops are medium at most."""
    assert severity == severity_of(_stake(impact, pace, direction), Decimal(10))


@pytest.mark.parametrize(
    ("impact", "pace", "hours", "severity"),
    [
        (60, 60, 25, "high"),
        (60, 60, 24, "medium"),
        (20, 20, 25, "medium"),
        (50, 250, 48, "high"),
        (200, 1000, 48, "critical"),
    ],
)
def test_what_lasts_a_day_is_graver(impact: int, pace: int, hours: int, severity: str) -> None:
    """By one step, ``high`` at most."""
    stake = _stake(impact, pace)._replace(lasted=hours * 3600)
    assert severity_of(stake, Decimal(10)) == severity


def test_a_drop_that_lasts_is_not_graver() -> None:
    """It costs nothing by itself."""
    stake = _stake(-60, -60, "down")._replace(lasted=48 * 3600)
    assert severity_of(stake, Decimal(10)) == "medium"


@pytest.mark.parametrize(
    ("score", "lasted", "step", "severity"),
    [
        (1.19, 300, 300, "high"),
        (1.19, 1800, 300, "high"),
        (1.19, 2100, 300, "critical"),
        (1.19, 3600, 3600, "high"),
        (1.19, 7200, 3600, "critical"),
        (1.2, 300, 300, "critical"),
    ],
)
def test_what_barely_alerts_is_less_grave(
    score: float, lasted: int, step: int, severity: str
) -> None:
    """Until half an hour and a second bucket confirm it."""
    stake = _stake(200, 1000)._replace(score=score, lasted=lasted, step=step)
    assert severity_of(stake, Decimal(10)) == severity


def test_without_a_minimum_the_default_is_the_measure() -> None:
    """A minimum of zero does not make everything critical."""
    assert severity_of(_stake(1, 24), Decimal(0)) == "low"


def test_worse() -> None:
    """The graver of two, in either order."""
    assert (worse("low", "critical"), worse("high", "medium")) == ("critical", "high")
