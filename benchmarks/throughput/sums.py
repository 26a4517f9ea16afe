"""The sums that a run made, read from the topic they are written to by another client library."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, TopicPartition

from benchmarks.throughput.processes import FailedError, Measured
from benchmarks.throughput.traffic import Key, Sums


class SumsReader:
    """Follows a topic of sums, committed records only; the newest revision of each counts.

    Args:
        brokers: bootstrap servers.
        topic: that is followed from its start.
        read_one: makes key, revision and sums of a record.
    """

    def __init__(
        self,
        brokers: str,
        topic: str,
        read_one: Callable[[dict[str, Any]], tuple[Key, int, Sums]],
    ) -> None:
        self._read_one = read_one
        self._revisions: dict[Key, int] = {}
        self.sums: dict[Key, Sums] = {}
        self._consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": f"reader-{uuid4()}",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "log_level": 0,
            }
        )
        known = self._consumer.list_topics(topic, timeout=10).topics[topic].partitions
        self._consumer.assign([TopicPartition(topic, number, 0) for number in known])

    def wait(self, expected: Mapping[Key, Sums], program: Measured | None, patience: float) -> None:
        """Read until there are sums of every expected key.

        Raises:
            FailedError: if that takes longer than ``patience`` seconds, or a given program ends before.
        """
        deadline = time.monotonic() + patience
        missing = set(expected)
        while missing:
            for record in self._consumer.consume(5000, timeout=0.1):
                value = record.value()
                if record.error() is None and value is not None:
                    self._take(json.loads(value))
            missing = {key for key in missing if key not in self.sums}
            if program is not None:
                program.require_alive()
            if time.monotonic() > deadline:
                raise FailedError(f"{len(missing)} of {len(expected)} sums did not come")

    def _take(self, record: dict[str, Any]) -> None:
        key, revision, sums = self._read_one(record)
        if revision > self._revisions.get(key, -1):
            self._revisions[key] = revision
            self.sums[key] = sums

    def close(self) -> None:
        """Leave the topic."""
        self._consumer.close()


def of_spend(record: dict[str, Any]) -> tuple[Key, int, Sums]:
    """Key, revision and sums of a record of `spend`."""
    start = int(datetime.fromisoformat(record["bucket_start"]).timestamp())
    tokens = record.get("input_tokens", 0) + record.get("output_tokens", 0)
    sums = Sums(record["charges"], tokens, Decimal(record["cost"]))
    return (record["team"], record["service"], start), record["revision"], sums
