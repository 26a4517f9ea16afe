"""A known load under SIGKILL, SIGSTOP and SIGTERM: each charge is counted once, each anomaly told once."""

from pathlib import Path

import pytest
from fixtures_kafka import Kafka

from benchmarks.chaos.load import RULES, Load
from benchmarks.chaos.scenario import Plan, run
from config.loader import load_rules
from stream.pipeline import Pipeline

pytestmark = pytest.mark.kafka

SEED = 7


def anomalies_of(load: Load, rules: Path) -> set[str]:
    """Those that the pipeline finds in the same events without Kafka, workers or faults."""
    rules.write_text(RULES)
    pipeline = Pipeline(load_rules(rules))
    found: set[str] = set()
    for event in load.events:
        for news in pipeline.feed(event.source, [event.value], now=1 << 31):
            found |= {anomaly.anomaly_id for anomaly in news.anomalies}
    return found | {anomaly.anomaly_id for anomaly in pipeline.finish().anomalies}


@pytest.mark.timeout(240)
def test_faults_change_nothing_that_is_counted_or_told(kafka: Kafka, tmp_path: Path) -> None:
    """Two workers are killed, stopped beyond their session and ended in order, again and again."""
    load = Load(30_000, SEED)
    plan = Plan(
        name="chaos",
        faults=("sigkill", "sigstop", "sigterm"),
        workers=2,
        partitions=4,
        load=load,
        seconds=30,
        seed=SEED,
        pause=(2.0, 3.5),
    )

    outcome = run(plan, kafka.brokers, (), tmp_path / "chaos")

    assert (outcome.lost, outcome.doubled, outcome.wrong, outcome.repeated) == (0, 0, [], [])
    assert outcome.anomalies == anomalies_of(load, tmp_path / "rules.yaml")
    assert set(outcome.told) == outcome.anomalies
    assert set(outcome.exits) == {0}, "a worker ended itself, or not in order"
    assert max(outcome.stopping) < 15
    assert all(outcome.faults[kind] > 1 for kind in plan.faults)
