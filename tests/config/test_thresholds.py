"""Effective thresholds of a series."""

from decimal import Decimal

from config.detection import Detection, Matcher, Override, ThresholdChanges, Thresholds
from config.thresholds import matching_overrides, threshold_origins, thresholds_for

DETECTION = Detection(
    defaults=Thresholds(score=1.5, min_impact=Decimal(3)),
    overrides=(
        Override(
            name="usage",
            match=Matcher(source="usage"),
            set=ThresholdChanges(sensitivity="low", min_impact=Decimal(7)),
        ),
        Override(
            name="search",
            match=Matcher(team="search"),
            set=ThresholdChanges(min_impact=Decimal(0), enabled=False),
        ),
        Override(name="tax", match=Matcher(charge_kind="tax"), set=ThresholdChanges(score=9)),
    ),
)


def test_without_a_matching_override_the_defaults_hold() -> None:
    """The defaults are named as the rule that set them."""
    series = ("billing", "checkout", "EC2", "", "usage")
    assert thresholds_for(DETECTION, *series) == (DETECTION.defaults, "defaults")
    assert set(threshold_origins(DETECTION, *series).values()) == {"defaults"}


def test_all_matching_overrides_are_applied_and_later_ones_win() -> None:
    """Zero and false are values; what an override leaves out stays; the last match is named."""
    series = ("usage", "Search", "gpt-5", "production", "usage")
    thresholds, rule = thresholds_for(DETECTION, *series)
    assert rule == "search"
    assert thresholds == Thresholds(
        score=1.5, min_impact=Decimal(0), sensitivity="low", enabled=False
    )
    assert [one.name for one in matching_overrides(DETECTION, *series)] == ["usage", "search"]
    assert threshold_origins(DETECTION, *series) == {
        "enabled": "search",
        "sensitivity": "usage",
        "score": "defaults",
        "min_impact": "search",
        "min_impact_per_day": "defaults",
        "min_change_percent": "defaults",
        "resolve_after": "defaults",
    }


def test_changes_can_set_whatever_thresholds_have() -> None:
    """An override can change every threshold, and nothing else."""
    assert list(ThresholdChanges.model_fields) == list(Thresholds.model_fields)
