"""Spendwatch as it is deployed, for one run: topics of its own, rules and workers."""

import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from confluent_kafka.admin import AdminClient

from benchmarks.throughput.kafka import delete_topics
from benchmarks.throughput.processes import MEASURED, Measured
from stream.kafka.topics import Topics


class Deployment:
    """Settings, rules and topics under a prefix of their own.

    Args:
        brokers: bootstrap servers.
        folder: takes rules and logs.
        rules: text of the rules file.
        partitions: of each topic.
        settings: environment beside what follows from the rest.
    """

    def __init__(
        self,
        brokers: str,
        folder: Path,
        rules: str,
        partitions: int,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.brokers = brokers
        self.folder = folder
        self.partitions = partitions
        self.topics = Topics(f"r{uuid4().hex[:8]}.")
        path = folder / f"{self.topics.prefix}rules.yaml"
        path.write_text(rules, encoding="utf-8")
        self.environment = {
            "SPENDWATCH_KAFKA_BROKERS": brokers,
            "SPENDWATCH_TOPIC_PREFIX": self.topics.prefix,
            "SPENDWATCH_PARTITIONS": str(partitions),
            "SPENDWATCH_RULES": str(path),
            "SPENDWATCH_LOG_LEVEL": "warning",
            **(settings or {}),
        }

    def create(self) -> None:
        """Create the topics."""
        with self.program("-m", "stream", "topics", "create") as command:
            command.wait(60)

    def worker(self, cores: set[int] = MEASURED) -> Measured:
        """A worker, to be started as a block."""
        return self.program("-m", "stream", "worker", cores=cores)

    def program(self, *arguments: str, cores: set[int] = MEASURED) -> Measured:
        """A Python program with this deployment's settings."""
        log = self.folder / f"{self.topics.prefix}log"
        return Measured([sys.executable, *arguments], log, self.environment, cores)

    def delete(self) -> None:
        """Delete the topics."""
        admin = AdminClient({"bootstrap.servers": self.brokers, "log_level": 0})
        names = list(admin.list_topics(timeout=10).topics)
        delete_topics(self.brokers, [name for name in names if name.startswith(self.topics.prefix)])
