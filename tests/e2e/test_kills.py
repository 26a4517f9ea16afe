"""Workers that are killed while they tell Slack: nothing is lost, nothing is told twice, the newest word counts."""

from pathlib import Path

import pytest
from fixtures_kafka import Kafka

from benchmarks.alerts.kills import run

pytestmark = pytest.mark.kafka


@pytest.mark.timeout(300)
def test_kills_within_requests_lose_and_double_no_message(kafka: Kafka, tmp_path: Path) -> None:
    """Three times the worker whose request is in flight is killed; the other one finds what was posted."""
    found = run(
        kafka.brokers, tmp_path / "kills", kills=3, anomalies=20, may_read=True, every=0.5, seed=3
    )

    assert found.kills.total() == 3
    assert found.anomalies >= 20
    assert found.lost == []
    assert found.doubled == []
    assert found.stale == []
    assert found.doubled_replies <= 3  # one a kill: a reply cannot be looked for
