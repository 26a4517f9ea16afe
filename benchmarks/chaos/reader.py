"""An independent reader of `spend` and `anomalies`: another client library, its own sums."""

import json
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from confluent_kafka import Consumer, TopicPartition


class Reader:
    """Follows both topics, committed records only, and keeps the newest revision of each entry."""

    def __init__(self, brokers: str, prefix: str) -> None:
        self._spend = f"{prefix}spend"
        self._consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": f"chaos-reader-{uuid4()}",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "log_level": 0,
            }
        )
        self._assign([self._spend, f"{prefix}anomalies"])
        self.entries: dict[str, tuple[int, str, Decimal, int]] = {}
        self.repeated: list[str] = []  # entry and revision that came twice
        self.anomalies: dict[str, dict[str, Any]] = {}
        self.stall = 0.0  # longest time without a new record, once there was one
        self._last: float | None = None

    def _assign(self, topics: list[str]) -> None:
        known = self._consumer.list_topics(timeout=10).topics
        self._consumer.assign(
            [
                TopicPartition(topic, number, 0)
                for topic in topics
                for number in known[topic].partitions
            ]
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._consumer.close()

    def read(self, seconds: float) -> int:
        """Read what is there, waiting for more up to ``seconds``; how many records came."""
        count = 0
        while records := self._consumer.consume(5000, timeout=seconds):
            for record in records:
                value = record.value()
                if record.error() is not None or value is None:
                    continue
                self._take(record.topic() == self._spend, json.loads(value))
                count += 1
            seconds = min(seconds, 0.05)
        if count:
            self._progressed()
        return count

    def _progressed(self) -> None:
        now = time.monotonic()
        if self._last is not None:
            self.stall = max(self.stall, now - self._last)
        self._last = now

    def rest(self) -> None:
        """Nothing is to be expected from now on, until a record comes again."""
        if self._last is not None:
            self._progressed()
        self._last = None

    def _take(self, is_spend: bool, record: dict[str, Any]) -> None:  # noqa: FBT001 - one of two topics
        if not is_spend:
            known = self.anomalies.get(record["anomaly_id"])
            if known is None or record["revision"] > known["revision"]:
                self.anomalies[record["anomaly_id"]] = record
            return
        entry, revision = record["entry"], record["revision"]
        held = self.entries.get(entry)
        if held is not None and held[0] >= revision:
            self.repeated.append(f"{entry} revision {revision}")
        else:
            cost = Decimal(record["cost"])
            self.entries[entry] = (revision, record["service"], cost, record["charges"])

    def costs(self) -> dict[str, Decimal]:
        """Total by service."""
        totals: dict[str, Decimal] = {}
        for _, service, cost, _ in self.entries.values():
            totals[service] = totals.get(service, Decimal(0)) + cost
        return totals

    def charges(self) -> Counter[str]:
        """Number of charges by service."""
        counts: Counter[str] = Counter()
        for _, service, _, charges in self.entries.values():
            counts[service] += charges
        return counts

    def write(self, path: Path) -> None:
        """What was read, one entry of `spend` a line, for whoever looks for a difference."""
        lines = (
            f"{entry}\trevision {revision}\t{service}\t{cost}\t{charges} charges\n"
            for entry, (revision, service, cost, charges) in sorted(self.entries.items())
        )
        path.write_text("".join(lines))
