"""Forecast amounts as records."""

from decimal import Decimal

import pytest

from alerting.estimate import Estimate, ForecastAccuracy, impact_at_pace
from detectors.accuracy import Quality


def test_an_estimate_holds_what_was_spent() -> None:
    """Exactly: only what is to come is a float."""
    found = Estimate.of(Decimal("0.10"), 1.0, 0.5, 2.0)
    assert (found.expected, found.lower, found.upper) == tuple(map(Decimal, ("1.1", "0.6", "2.1")))


@pytest.mark.parametrize(
    ("impact", "per_day", "seconds", "expected", "leads_to"),
    [
        ("10", "24", 3600, "50", "11"),
        ("10", "24", 0, "50", "10"),
        ("-10", "-24", 86_400, "50", "-34"),
        ("-10", "-24", 86_400, "5", "-15"),  # no more can be saved than would be spent
        ("-10", "-24", 86_400, "-5", "-10"),
    ],
)
def test_where_a_pace_leads(
    impact: str, per_day: str, seconds: int, expected: str, leads_to: str
) -> None:
    """Impact so far and the pace for the rest; a fall ends at nothing."""
    found = impact_at_pace(Decimal(impact), Decimal(per_day), seconds, Decimal(expected))
    assert found == Decimal(leads_to)


def test_accuracy_is_told_to_four_digits() -> None:
    """And what is not known is told as that."""
    assert ForecastAccuracy.of(None) is None
    told = ForecastAccuracy.of(Quality(1 / 3, None, 0.79999, 12))
    assert told == ForecastAccuracy(wape=0.3333, bias=None, coverage=0.8, judged=12)
