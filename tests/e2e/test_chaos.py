"""A known load under kills at exact points, SIGKILL, SIGSTOP and SIGTERM: counted once, told once."""

from pathlib import Path

import pytest
from fixtures_kafka import Kafka

from benchmarks.chaos import kinds
from benchmarks.chaos.brokers import Brokers
from benchmarks.chaos.load import Load
from benchmarks.chaos.reference import Reference
from benchmarks.chaos.scenario import Plan, run

pytestmark = pytest.mark.kafka


@pytest.mark.timeout(240)
def test_faults_change_nothing_that_is_counted_or_told(kafka: Kafka, tmp_path: Path) -> None:
    """Two workers are killed, stopped beyond their session and ended in order, again and again."""
    plan = Plan(
        name="chaos",
        load=Load(15_000, seed=7),
        kinds=(kinds.SIGKILL, kinds.KILL_POINT, kinds.SIGSTOP, kinds.KILL_POINT, kinds.SIGTERM),
        faults=5,
        seconds=20,
        workers=2,
        partitions=4,
        obedient=True,
        seed=7,
    )

    outcome = run(plan, Brokers(kafka.brokers), tmp_path / "chaos")

    assert (outcome.lost, outcome.doubled, outcome.wrong, outcome.repeated) == (0, 0, [], [])
    assert outcome.anomalies == Reference(plan.rules, tmp_path / "rules.yaml").after(plan.load)
    assert set(outcome.told) == outcome.anomalies
    assert not outcome.own_accord, "a worker ended itself"
    assert set(outcome.exits) == {0}, "a worker did not end in order"
    assert max(outcome.stopping) < 15
    assert outcome.faults.total() >= 2, "too few faults to prove anything"
