"""A deployment on a real Kafka, in which a test plays the worker and types the commands."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
from confluent_kafka import Consumer, Producer, TopicPartition
from typer.testing import CliRunner

from alerting import inbox
from alerting.cases.case import Happening
from alerting.cases.record import CaseRecord
from alerting.cases.silence import PlannedEvent, Silence
from alerting.inbox import ActHeard, Heard, PlannedHeard, SilenceHeard
from config.settings import Settings
from stream.cli import app
from stream.errors import UserError
from stream.kafka.topic_admin import TopicAdmin
from stream.kafka.topics import Topics


@dataclass
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


def typed(*arguments: str, **environment: str) -> Ran:
    """Run a command in this process, as ``spendwatch`` would, 80 columns wide."""
    machine = dict.fromkeys(name for name in os.environ if name.startswith("SPENDWATCH_"))
    env = {**machine, "COLUMNS": "80", "NO_COLOR": "1", "TZ": "UTC", **environment}
    result = CliRunner().invoke(app, list(arguments), env=env)
    if isinstance(result.exception, UserError):
        return Ran(result.exception.exit_code, result.stdout, f"{result.exception}\n")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


@dataclass
class Shell:
    """A deployment's topics, and a terminal."""

    brokers: str
    prefix: str
    cases: dict[str, CaseRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = Settings(
            kafka_brokers=tuple(self.brokers.split(",")), topic_prefix=self.prefix, partitions=2
        )
        with TopicAdmin(settings, wait=0) as admin:
            admin.create()
            admin.check(patience=10.0)
        self.topics = Topics(self.prefix)
        self._producer = Producer({"bootstrap.servers": self.brokers, "log_level": 0})

    def run(self, *arguments: str) -> Ran:
        """Type a command."""
        return typed(
            *arguments,
            SPENDWATCH_KAFKA_BROKERS=self.brokers,
            SPENDWATCH_TOPIC_PREFIX=self.prefix,
        )

    def has(self, *records: CaseRecord | Silence | PlannedEvent) -> None:
        """A worker has written that."""
        for record in records:
            if isinstance(record, CaseRecord):
                self.cases[record.anomaly.anomaly_id] = record
                self._write(self.topics.cases, record.anomaly.anomaly_id, record)
            elif isinstance(record, Silence):
                self._write(self.topics.silences, record.silence_id, SilenceHeard(record))
            else:
                self._write(self.topics.silences, record.planned_id, PlannedHeard(record))
        assert self._producer.flush(20) == 0

    def _write(self, topic: str, key: str, record: object) -> None:
        self._producer.produce(topic, msgspec.json.encode(record), key, partition=0)

    def heard(self) -> list[Heard]:
        """All that was said on `alerts`."""
        with self._alerts() as consumer:
            _, end = consumer.get_watermark_offsets(TopicPartition(self.topics.alerts, 0), 20)
            return [inbox.decode(value) for value in self._values(consumer, end)]

    @staticmethod
    def _values(consumer: Consumer, count: int) -> Iterator[bytes]:
        for _ in range(count):
            message = consumer.poll(20)
            assert message is not None
            assert message.error() is None
            yield message.value()

    @contextmanager
    def _alerts(self) -> Iterator[Consumer]:
        consumer = Consumer({"bootstrap.servers": self.brokers, "group.id": f"{self.prefix}test"})
        consumer.assign([TopicPartition(self.topics.alerts, 0, 0)])
        try:
            yield consumer
        finally:
            consumer.close()

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Meanwhile a worker takes up what is said: in thrift, as the real one does in full."""
        over = threading.Event()
        thread = threading.Thread(target=self._work, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _work(self, over: threading.Event) -> None:
        with self._alerts() as consumer:
            while not over.is_set():
                message = consumer.poll(0.05)
                if message is not None and message.error() is None:
                    self._take_up(inbox.decode(message.value()))

    def _take_up(self, heard: Heard) -> None:
        if isinstance(heard, SilenceHeard):
            self.has(heard.silence)
        elif isinstance(heard, PlannedHeard):
            self.has(heard.planned)
        elif isinstance(heard, ActHeard):
            act = heard.act
            before = self.cases[act.anomaly_id]
            history = (*before.history, Happening(act.kind, act.at, act.by, act.note, act.until))
            if act.kind == "reopen":
                self.has(
                    msgspec.structs.replace(before, state="opened", judged=None, history=history)
                )
            elif act.kind == "acknowledge":
                self.has(
                    msgspec.structs.replace(
                        before, state="acknowledged", acknowledged=act, history=history
                    )
                )
            else:
                self.has(msgspec.structs.replace(before, judged=act, history=history))
