"""One Apache Kafka for the runs, from the jars that the tests use."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import kafka_jars
from kafka_server import ApacheKafka


@contextmanager
def broker(folder: Path) -> Iterator[str]:
    """A running broker's address; it ends with the block."""
    java, jars = kafka_jars.fetch()
    with ApacheKafka(jars, folder / "broker", java=java) as kafka:
        yield kafka.brokers
