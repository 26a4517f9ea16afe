"""Slack down for an hour, over HTTP and on a clock set by hand: what comes out when it is back."""

import pytest

from benchmarks.alerts.outage import run

_POSTED_WITHIN = (
    120  # seconds: a rest that Slack asked for at the end of the outage, then a message a second
)


@pytest.mark.parametrize("floods", [True, False])
def test_an_hour_without_slack_loses_and_doubles_nothing(*, floods: bool) -> None:
    """Each anomaly is told once, in order, as it is then; threads tell only what came after their message."""
    outcome = run(floods=floods)

    assert (outcome.changes, outcome.anomalies) == (1000, 200)
    assert (outcome.messages < 200) is floods
    assert outcome.lost == []
    assert outcome.doubled == []
    assert outcome.stale == []
    assert outcome.out_of_order == []
    assert outcome.wrong_threads == []
    assert outcome.too_soon == 0
    assert (
        outcome.asked_in_outage < 400
    )  # of these 300 are one a minute and channel, as 429 asks for
    assert outcome.posted_in < _POSTED_WITHIN
