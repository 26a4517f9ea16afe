"""The outbox on a real Kafka: an anomaly is told once, whoever owned it before and whatever failed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from fixtures_kafka import Kafka

from alerting import inbox
from alerting.anomaly import Anomaly
from alerting.notices.notice import Notice
from alerting.sinks.base import Receipt
from config.rules import Rules
from config.settings import Settings
from stream.kafka.cluster import Cluster
from stream.kafka.topic_admin import TopicAdmin
from stream.kafka.topics import Topics
from stream.notify.core import NotifyCore
from stream.notify.deliver import Deliverer
from stream.stage.stage import Stage
from stream.stage.under_way import UnderWay
from tests.alerting_examples import anomaly
from tests.stream.notify.board import START, routed
from tests.stream.stage.group import Group, opened, play

pytestmark = pytest.mark.kafka


@dataclass
class MemorySink:
    """Keeps what it was told; ``during`` runs while it answers."""

    name: str = "slack"
    edits: bool = True
    told: list[tuple[str, int, bool]] = field(
        default_factory=list
    )  # id, revision, edits one before
    during: Callable[[], None] = lambda: None

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        (anomaly,) = notice.anomalies
        assert notice.message.text
        self.during()
        self.told.append((anomaly.anomaly_id, anomaly.revision, before is not None))
        return Receipt(address, f"{len(self.told)}")

    async def check(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Nothing to give back."""


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass
class Worker:
    """A worker's notify stage and its deliverer."""

    group: Group
    stage: Stage[NotifyCore]
    deliverer: Deliverer
    sink: MemorySink
    under_way: UnderWay
    clock: Clock

    async def open(self) -> None:
        self.stage.assigned({0})
        await opened(self.stage)

    async def hear(self, *anomalies: Anomaly, offset: int = 0) -> None:
        records = [
            Record(offset + at, inbox.encode(inbox.AnomalyHeard(one)))
            for at, one in enumerate(anomalies)
        ]
        assert await self.stage.change(0, lambda core: core.apply(records))

    async def decide(self) -> None:
        """Decide what is to be told, and tell what is due."""
        await self.deliverer.round()
        await self.deliverer.settle()

    async def deliver(self) -> None:
        """Tell all, a step after the other."""
        for _ in range(3):
            self.clock.now += 2
            await self.decide()


@dataclass
class Record:
    offset: int
    value: bytes
    timestamp: int = START * 1000


NewWorker = Callable[..., Worker]


@pytest.fixture
def new_worker(kafka: Kafka, topic_prefix: str) -> NewWorker:
    settings = Settings.model_validate(
        {"kafka_brokers": kafka.brokers, "topic_prefix": topic_prefix, "partitions": 1}
    )
    with TopicAdmin(settings, wait=10) as admin:
        admin.create()
    topics = Topics(topic_prefix)
    company: Rules = routed()

    def new(sink: MemorySink, generation: int = 1) -> Worker:
        group, under_way = Group(generation), UnderWay()
        stage: Stage[Any] = Stage(
            group,
            cluster=Cluster(settings.kafka_brokers),
            name=f"{topics.group}-alerts",
            state_topic=topics.state("alerts"),
            new_core=lambda _: NotifyCore(company, topics),
        )
        clock = Clock()
        deliverer = Deliverer(stage, [sink], company, under_way, clock)
        return Worker(group, stage, deliverer, sink, under_way, clock)

    return new


def test_a_worker_that_wakes_up_with_old_news_tells_nobody(new_worker: NewWorker) -> None:
    """Stopped beyond its session, it finds that its partition was taken before it sends anything."""
    sink = MemorySink()
    zombie, owner = new_worker(sink), new_worker(sink, generation=2)

    async def story() -> None:
        await zombie.open()
        await zombie.hear(anomaly(anomaly_id="A-1"), anomaly(anomaly_id="A-2"))
        await zombie.decide()
        assert sink.told == []  # it waits for what may come together with them
        await owner.open()
        await owner.deliver()
        waking = asyncio.ensure_future(zombie.deliver())
        await asyncio.sleep(0)
        zombie.group.rebalancing = True
        await waking

    play(zombie.stage, owner.stage, story=story)
    assert sorted(sink.told) == [("A-1", 1, False), ("A-2", 1, False)]


def test_a_note_that_failed_is_made_up_for_without_sending_again(new_worker: NewWorker) -> None:
    """A rebalance between the sink's answer and the note leaves the partition here: nothing is told twice."""
    sink = MemorySink()
    worker = new_worker(sink)

    def rebalance() -> None:
        worker.group.consumer_generation_id = 5  # one was missed: the partition must be opened anew
        worker.stage.assigned({0})
        worker.group.rebalancing = True

    async def story() -> None:
        await worker.open()
        await worker.hear(anomaly(anomaly_id="A-1"))
        sink.during = rebalance
        await worker.deliver()
        worker.group.rebalancing = False
        sink.during = lambda: None
        await worker.open()
        await worker.deliver()
        await worker.hear(anomaly(anomaly_id="A-1", revision=2), offset=1)
        await worker.deliver()

    play(worker.stage, story=story)
    assert sink.told == [("A-1", 1, False), ("A-1", 2, True)]


def test_nothing_is_begun_while_the_group_is_shared_out_anew(new_worker: NewWorker) -> None:
    """The partition may be another worker's in a moment, and that one would tell it too."""
    sink = MemorySink()
    worker = new_worker(sink)

    async def story() -> None:
        await worker.open()
        await worker.hear(anomaly(anomaly_id="A-1"))
        worker.group.rebalancing = True
        await worker.deliver()
        assert sink.told == []
        assert await worker.under_way.settle(0.1)
        worker.group.rebalancing = False
        await worker.deliver()

    play(worker.stage, story=story)
    assert sink.told == [("A-1", 1, False)]
