"""How bills are delivered."""

import pytest
from pydantic import ValidationError

from config.sources import SourceRules, Sources

TIMES = {"bucket": "1h", "lateness": "0s", "horizon": "7d", "idle_after": "1m"}


def test_events_are_appended_unless_the_rules_say_otherwise() -> None:
    """So that rules which were written before mean what they meant."""
    assert SourceRules.model_validate(TIMES).delivery == "append"


def test_only_bills_come_as_snapshots() -> None:
    """Usage has no periods that an export replaces; the finding says what to write."""
    snapshot = {**TIMES, "delivery": "snapshot"}
    sources = Sources.model_validate({"billing": snapshot, "usage": TIMES})
    assert sources.billing.delivery == "snapshot"
    with pytest.raises(ValidationError, match="only bills come as snapshots; write append"):
        Sources.model_validate({"billing": TIMES, "usage": snapshot})
