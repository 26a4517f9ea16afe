"""Follows what the worker writes, so that the demo knows how far it is and what came out."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from alerting.anomaly import Anomaly
from alerting.cases.record import CaseRecord
from alerting.notices.bundle import Bundle
from alerting.spend import SpendRecord
from stream.digest.core import DigestCore, Sent
from stream.ingest import batch as wire
from stream.kafka.cluster import Cluster
from stream.kafka.topics import Topics
from stream.ledger import Ledger
from stream.notify.memory import is_bundle, read_bundle
from stream.notify.steps import Way, steps_of

_STOP_PATIENCE: Final = 10.0


class Watcher:
    """Tails the worker's topics in a thread of its own."""

    def __init__(self, cluster: Cluster, topics: Topics) -> None:
        self._cluster = cluster
        self.ledger = Ledger()
        self.counted = 0  # charges in closed buckets
        self.ingested: dict[tuple[str, int], int] = {}  # source partition: offsets folded
        self.anomalies: dict[str, Anomaly] = {}  # newest revisions
        self.cases: dict[str, CaseRecord] = {}
        self._bundles: dict[bytes, Bundle] = {}
        self.dead_letters = 0
        self.digests: dict[str, Sent] = {}  # told, by UTC day
        self._decode = msgspec.json.Decoder(SpendRecord).decode
        self._read_anomaly = msgspec.json.Decoder(Anomaly).decode
        self._read_case = msgspec.json.Decoder(CaseRecord).decode
        self._charges: dict[str, int] = {}
        self._readers: Mapping[str, Callable[[Any], None]] = {
            topics.charges: self._see_charges,
            topics.spend: self._see_spend,
            topics.dead_letters: self._see_dead_letter,
            topics.anomalies: self._see_anomaly,
            topics.cases: self._see_case,
            topics.state("alerts"): self._see_bundle,
            topics.state("digest"): self._see_digest,
        }
        self._thread = threading.Thread(target=lambda: asyncio.run(self._follow()), daemon=True)
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join(_STOP_PATIENCE)

    def events_ingested(self) -> int:
        """Source messages that were folded."""
        return sum(self.ingested.values())

    def undelivered(self, sink: str) -> int:
        """Anomalies of which nothing was decided yet, and messages of which a sink has not been told the newest."""
        undecided = sum(
            name not in self.cases or self.cases[name].anomaly.revision < one.revision
            for name, one in self.anomalies.items()
        )
        way = Way(edits=True, threads=sink == "slack")
        return undecided + sum(
            any(steps_of(bundle, sink, way, bundle.tell_at)) for bundle in self._bundles.values()
        )

    async def _follow(self) -> None:
        async with self._cluster.reading(*self._readers) as consumer:
            while not self._stopping.is_set():
                batches = await consumer.getmany(timeout_ms=200)
                for tp, records in batches.items():
                    read = self._readers[tp.topic]
                    for record in records:
                        read(record)

    def _see_charges(self, record: Any) -> None:
        if record.partition == 0:  # every chunk writes to every partition
            batch = wire.decode(record.value)
            key = (batch.source, batch.partition)
            self.ingested[key] = max(self.ingested.get(key, 0), batch.following)

    def _see_spend(self, record: Any) -> None:
        entry = self._decode(record.value)
        self.ledger.add(entry)
        self.counted += entry.charges - self._charges.get(entry.entry, 0)
        self._charges[entry.entry] = entry.charges

    def _see_dead_letter(self, _record: Any) -> None:
        self.dead_letters += 1

    def _see_anomaly(self, record: Any) -> None:
        one = self._read_anomaly(record.value)
        self.anomalies[one.anomaly_id] = one

    def _see_case(self, record: Any) -> None:
        one = self._read_case(record.value)
        self.cases[one.anomaly.anomaly_id] = one

    def _see_bundle(self, record: Any) -> None:
        if record.value is None:
            self._bundles.pop(record.key, None)
        elif is_bundle(record.key):
            self._bundles[record.key] = read_bundle(record.value)

    def _see_digest(self, record: Any) -> None:
        if record.value:
            core = DigestCore()
            core.load({record.key: record.value})
            self.digests |= {day.isoformat(): sent for day, sent in core.sent.items()}
