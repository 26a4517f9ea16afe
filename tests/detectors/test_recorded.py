"""Verdicts stay what they were: a change of form or of speed is no change of mind."""

import json

import pytest
from recorded import FILE, STEPS, verdicts


@pytest.mark.parametrize("step", STEPS)
def test_verdicts_are_those_recorded(step: int) -> None:
    """Expected, band and score agree with the recorded ones to nine digits, and the channel is the same."""
    recorded = json.loads(FILE.read_text(encoding="utf-8"))[str(step)]
    given = list(verdicts(step))
    assert [each.channel for each in given] == [channel for *_, channel in recorded]
    for each, (*numbers, _) in zip(given, recorded, strict=True):
        assert [each.expected, each.lower, each.upper, each.score] == pytest.approx(
            numbers, rel=1e-9
        )
