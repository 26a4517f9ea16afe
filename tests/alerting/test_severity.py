"""The table of severities."""

from decimal import Decimal

import pytest

from alerting.severity import severity_of, worse
from detectors.verdict import Direction


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
    assert severity == severity_of(Decimal(impact), Decimal(pace), direction, Decimal(10))


def test_without_a_minimum_the_default_is_the_measure() -> None:
    """A minimum of zero does not make everything critical."""
    assert severity_of(Decimal(1), Decimal(24), "up", Decimal(0)) == "low"


def test_worse() -> None:
    """The graver of two, in either order."""
    assert (worse("low", "critical"), worse("high", "medium")) == ("critical", "high")
