"""Severity: how much is at stake, measured in multiples of what the rules call worth telling.

| severity | pace a day, at least | impact so far, at least |
|---|---|---|
| critical | 100 x ``min_impact_per_day`` | 20 x |
| high | 25 x | 5 x |
| medium | 5 x | 1 x |
| low | anything else | |

Both columns must hold: one dear bucket is no catastrophe yet, and a slow leak is no emergency. With
the default of 10 a day, ``critical`` is 1,000 a day and 200 so far. Two things move it by a step:

- *Duration.* What has lasted more than a day is one step graver, ``high`` at most: a leak that nobody stops.
- *Score.* What barely alerts (below 1.2) and has lasted less than half an hour or a single bucket is one step less
  grave, until another bucket confirms it.

A drop costs nothing by itself (it may be an outage): it is ``medium`` at most.
"""

from decimal import Decimal
from typing import Final, NamedTuple

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
_LONG: Final = 86_400  # seconds
_SHORT: Final = 1800
_BARELY: Final = 1.2
_DEFAULT_UNIT = Thresholds().min_impact_per_day


class Stake(NamedTuple):
    """What is known of an anomaly when its severity is asked for."""

    impact: Decimal  # money beyond forecast so far; its sign makes no difference
    pace: Decimal  # money beyond forecast per 24 hours
    direction: Direction
    score: float  # the highest
    lasted: int  # seconds from the first to the end of the last anomalous bucket
    step: int  # seconds a bucket


def severity_of(stake: Stake, min_impact_per_day: Decimal) -> Severity:
    """The severity of an anomaly.

    Args:
        stake: what is known of it.
        min_impact_per_day: the threshold of the series; where it is 0, the default's is the measure.
    """
    by_money = _by_money(stake, min_impact_per_day or _DEFAULT_UNIT)
    if stake.direction == "down":
        return by_money if by_money == "low" else "medium"
    place = _ORDER.index(by_money)
    if stake.lasted > _LONG and by_money in {"low", "medium"}:
        return _ORDER[place + 1]
    if stake.score < _BARELY and stake.lasted <= max(stake.step, _SHORT):
        return _ORDER[max(place - 1, 0)]
    return by_money


def _by_money(stake: Stake, unit: Decimal) -> Severity:
    for severity, a_day, so_far in _TABLE:
        is_fast = abs(stake.pace) >= multiply(unit, Decimal(a_day))
        if is_fast and abs(stake.impact) >= multiply(unit, Decimal(so_far)):
            return severity
    return "low"


def worse(left: Severity, right: Severity) -> Severity:
    """The graver of two severities."""
    return max(left, right, key=_ORDER.index)
