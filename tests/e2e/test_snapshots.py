"""A bill on Apache Kafka that is published day by day as it grows: the newest export counts, half of one does not."""

import csv
import gzip
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fixtures_kafka import Kafka

from tests.bills import RULES, row
from tests.e2e.deployment import Deployment

pytestmark = pytest.mark.kafka


@pytest.fixture
def deployment(kafka: Kafka, topic_prefix: str, tmp_path: Path) -> Iterator[Deployment]:
    (tmp_path / "rules.yaml").write_text(RULES)
    running = Deployment(
        {
            "SPENDWATCH_KAFKA_BROKERS": kafka.brokers,
            "SPENDWATCH_TOPIC_PREFIX": topic_prefix,
            "SPENDWATCH_PARTITIONS": "4",
            "SPENDWATCH_RULES": str(tmp_path / "rules.yaml"),
        },
        tmp_path,
    )
    yield running
    running.stop()


def export(hours: int, cost: str) -> bytes:
    """A month's bill so far: four services an hour, without ids."""
    services = ("Compute", "Logs", "Storage", "Queue")
    return b"".join(row(hour, cost, service) for hour in range(hours) for service in services)


def total(deployment: Deployment) -> tuple[Decimal, int]:
    printed = deployment.run("spend", "--by", "source", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(printed)))
    return sum((Decimal(row["cost"]) for row in rows), Decimal(0)), sum(
        int(row["charges"]) for row in rows
    )


@pytest.mark.timeout(280)
def test_the_newest_whole_export_counts(deployment: Deployment, tmp_path: Path) -> None:
    """Also when it comes again, when a publisher stops half-way, and when a worker is killed meanwhile."""
    deployment.run("topics", "create")
    deployment.start_worker("one")
    for name, content in (("first", export(48, "1.5")), ("second", export(72, "1.25"))):
        (tmp_path / f"{name}.jsonl").write_bytes(content)
    (tmp_path / "half.jsonl.gz").write_bytes(gzip.compress(export(96, "9"))[:-40])

    deployment.run("publish", str(tmp_path / "first.jsonl"))
    first = (Decimal("1.5") * 192, 192)
    deployment.wait_for(lambda: total(deployment) == first, "the first export counts")
    deployment.run("publish", str(tmp_path / "half.jsonl.gz"), expect=1)
    deployment.run("publish", str(tmp_path / "first.jsonl"))
    deployment.kill_worker("one")
    deployment.start_worker("one")
    deployment.run("publish", str(tmp_path / "second.jsonl"))
    second = (Decimal("1.25") * 288, 288)
    deployment.wait_for(lambda: total(deployment) == second, "the second export counts")
    deployment.kill_worker("one")
    assert total(deployment) == second
