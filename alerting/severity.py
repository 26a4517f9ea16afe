"""Severity: how much is at stake, measured in multiples of what the rules call worth telling.

| severity | pace a day, at least | impact so far, at least |
|---|---|---|
| critical | 100 x ``min_impact_per_day`` | 20 x |
| high | 25 x | 5 x |
| medium | 5 x | 1 x |
| low | anything else | |

Both columns must hold: one dear bucket is no catastrophe yet, and a slow leak is no emergency. With
the default of 10 a day, ``critical`` is 1,000 a day and 200 so far. A drop costs nothing by itself
(it may be an outage): it is ``medium`` at most.
"""

from decimal import Decimal
from typing import Final

from alerting.anomaly import Severity
from alerting.money import multiply
from config.detection import Thresholds
from detectors.verdict import Direction

_TABLE: Final[tuple[tuple[Severity, int, int], ...]] = (
    ("critical", 100, 20),
    ("high", 25, 5),
    ("medium", 5, 1),
)
_ORDER: Final[tuple[Severity, ...]] = ("low", "medium", "high", "critical")
_DEFAULT_UNIT = Thresholds().min_impact_per_day


def severity_of(
    impact: Decimal, pace: Decimal, direction: Direction, min_impact_per_day: Decimal
) -> Severity:
    """The severity of an anomaly.

    Args:
        impact: money beyond forecast so far; its sign makes no difference.
        pace: money beyond forecast per 24 hours.
        direction: whether spend rose or fell.
        min_impact_per_day: the threshold of the series; where it is 0, the default's is the measure.
    """
    unit = min_impact_per_day or _DEFAULT_UNIT
    for severity, a_day, so_far in _TABLE:
        if abs(pace) >= multiply(unit, Decimal(a_day)) and abs(impact) >= multiply(
            unit, Decimal(so_far)
        ):
            return severity if direction == "up" else "medium"
    return "low"


def worse(left: Severity, right: Severity) -> Severity:
    """The graver of two severities."""
    return max(left, right, key=_ORDER.index)
