"""What a message says of an anomaly that unit cost tells."""

from decimal import Decimal
from typing import Any

import pytest
from alerting_examples import anomaly

from alerting.anomaly import UnitCost
from alerting.render.anomaly import render_anomaly
from alerting.render.cause import likely_cause
from alerting.render.console import console_text

DEARER = UnitCost(unit="1k tokens", actual=Decimal("0.0024"), expected=Decimal("0.001"))


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        (
            {"requests_ratio": 1.0},
            "cost per 1k tokens 2.4x its usual, at as many requests as usual",
        ),
        (
            {"requests_ratio": 0.5},
            "cost per 1k tokens 2.4x its usual, at 0.5x the usual number of requests",
        ),
        ({"requests_ratio": None}, "cost per 1k tokens 2.4x its usual"),
        (
            {
                "requests_ratio": 2.0,
                "unit_cost": UnitCost(unit="request", actual=Decimal(3), expected=Decimal(2)),
            },
            "cost per request 1.5x its usual, at 2.0x the usual number of requests",
        ),
        (
            {
                "requests_ratio": 3.0,
                "unit_cost": UnitCost(unit="request", actual=Decimal(2), expected=Decimal(2)),
            },
            "requests 3.0x their usual number, at the usual cost each",
        ),
        (
            {
                "requests_ratio": None,
                "unit_cost": UnitCost(unit="request", actual=Decimal(2), expected=Decimal(0)),
            },
            None,
        ),
        (
            {"requests_ratio": 3.0, "channel": "spike"},
            "requests 3.0x their usual number, at the usual cost each",
        ),
    ],
)
def test_the_unit_that_rose_is_the_cause(changes: dict[str, Any], cause: str | None) -> None:
    """Which unit, by how much, and at how many requests; where it did not rise, requests explain it as ever."""
    assert cause == likely_cause(
        anomaly(**{"unit_cost": DEARER, "channel": "unit_cost", **changes})
    )


def test_the_message_shows_it() -> None:
    """The cause stands in the message, and the evidence is named."""
    one = anomaly(unit_cost=DEARER, channel="unit_cost", requests_ratio=0.5)
    said = console_text(render_anomaly(one), "#c")
    assert "cost per 1k tokens 2.4x its usual" in said
    assert "unit_cost, highest score" in said
