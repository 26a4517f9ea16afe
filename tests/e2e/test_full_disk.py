"""A broker whose disk is full shuts down; with room again, all that it accepted is counted, once."""

import asyncio
import csv
import io
import json
import resource
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka import Producer
from kafka_server import ApacheKafka

from stream.kafka.cluster import Cluster
from stream.kafka.readback import read_topic
from tests.e2e.deployment import Deployment

pytestmark = pytest.mark.kafka

RULES = """
version: 1
sources:
  billing: {bucket: 1h, lateness: 1h, horizon: 7d, idle_after: 1s}
  usage: {bucket: 5m, lateness: 1m, horizon: 6h, idle_after: 1s}
pricing:
  overrides:
    - {model: house-model, input_per_million: 1.25, output_per_million: 10}
routing: {default_channel: "#cloud-spend"}
digest: {channel: "#finops", at: "23:59"}
"""


def events() -> Iterator[bytes]:
    """One call a minute, without end."""
    time_of = datetime(2026, 3, 2, tzinfo=UTC)
    while True:
        time_of += timedelta(minutes=1)
        yield json.dumps(
            {
                "specversion": "1.0",
                "id": time_of.isoformat(),
                "source": "gateway",
                "type": "spendwatch.usage.v1",
                "time": time_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "data": {"provider": "house", "model": "house-model", "input_tokens": 2000},
            }
        ).encode()


class Sender:
    """Sends events and counts what the broker has accepted."""

    def __init__(self, brokers: str, topic: str) -> None:
        self.accepted = self.failed = 0
        self._events = events()
        self._topic = topic
        self._producer = Producer(
            {"bootstrap.servers": brokers, "acks": "all", "retries": 0, "log_level": 0}
            | {"message.timeout.ms": 2000, "linger.ms": 5}
        )

    def send(self, number: int) -> None:
        """So many more, and wait for what becomes of them."""
        for _ in range(number):
            self._producer.produce(self._topic, next(self._events), callback=self._settled)
        self._producer.flush(30)

    def _settled(self, error: object, _message: object) -> None:
        if error is None:
            self.accepted += 1
        else:
            self.failed += 1


@pytest.fixture
def deployment(own_kafka: ApacheKafka, tmp_path: Path) -> Iterator[Deployment]:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES)
    running = Deployment(
        {
            "SPENDWATCH_KAFKA_BROKERS": own_kafka.brokers,
            "SPENDWATCH_PARTITIONS": "2",
            "SPENDWATCH_RULES": str(rules),
        },
        tmp_path,
    )
    yield running
    running.stop()


def charges_counted(deployment: Deployment) -> int:
    done = deployment.run("spend", "--by", "source", "--format", "csv")
    return sum(int(row["charges"]) for row in csv.DictReader(io.StringIO(done.stdout)))


def fill_disk(kafka: ApacheKafka) -> None:
    """No file of the broker can grow any more: it fails as on a full disk, and shuts down."""
    resource.prlimit(kafka.pid, resource.RLIMIT_FSIZE, (1, 1))


async def kept_in_topic(brokers: str) -> int:
    """Events that are in the topic: what was accepted, and what the broker could not say of any more."""
    return len({record.value async for record in read_topic(Cluster((brokers,)), "usage")})


def test_what_was_accepted_before_a_full_disk_is_counted_after_it(
    own_kafka: ApacheKafka, deployment: Deployment
) -> None:
    """The worker says that no broker answers, loses nothing, and counts nothing twice."""
    deployment.run("topics", "create")
    deployment.start_worker("w")
    sender = Sender(own_kafka.brokers, "usage")
    sender.send(500)
    deployment.wait_for(lambda: charges_counted(deployment) > 0, "some of it is counted")
    sender.send(500)  # being counted while the disk fills
    fill_disk(own_kafka)
    sender.send(200)
    deployment.wait_for(
        lambda: "no Kafka broker answers at" in deployment.log("w"), "the worker says so"
    )
    own_kafka.kill()
    own_kafka.start()
    sender.send(300)

    kept = asyncio.run(kept_in_topic(own_kafka.brokers))
    assert sender.failed > 0
    assert sender.accepted <= kept <= sender.accepted + sender.failed
    deployment.wait_for(lambda: charges_counted(deployment) >= kept, "all that is kept is counted")
    assert charges_counted(deployment) == kept
