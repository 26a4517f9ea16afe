"""The digest's delivery on a real Kafka: each sink is told a day once, whatever fails between."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import msgspec
import pytest
from fixtures_kafka import Kafka

from alerting.notices.notice import Notice
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.errors import Transient
from config.settings import Settings
from stream.digest.core import DigestCore
from stream.digest.sender import DigestSender, read_digest
from stream.kafka.cluster import Cluster
from stream.kafka.topic_admin import TopicAdmin
from stream.kafka.topics import Topics
from stream.stage.core import Changes, Output
from stream.stage.stage import Stage
from stream.stage.under_way import UnderWay
from tests.alerting_examples import NOON, spend
from tests.cases_examples import T0, act, case_record
from tests.stream.detect.batches import rules
from tests.stream.stage.group import Group, opened, play

pytestmark = pytest.mark.kafka

DAY: date = NOON.date()


@dataclass
class MemorySink:
    """Keeps what it was told, once ``failures`` are used up."""

    name: str
    failures: int = 0
    edits: bool = True
    told: list[str] = field(default_factory=list)

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        assert before is None
        assert notice.anomalies == ()
        if self.failures:
            self.failures -= 1
            raise Transient("not now")
        self.told.append(notice.message.text)
        return Receipt(address, "1")

    async def check(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Nothing to give back."""


@dataclass
class Tick:
    value: bytes
    offset: int = 0


@dataclass
class Worker:
    """A worker's digest stage and its sender."""

    group: Group
    stage: Stage[DigestCore]
    sender: DigestSender
    cluster: Cluster

    async def is_due(self, spend_topic: str) -> None:
        """The day has spend, and its tick has come."""
        self.stage.assigned({0})
        await opened(self.stage)
        bought = Output(spend_topic, b"entry", msgspec.json.encode(spend("12")))
        assert await self.stage.change(0, lambda _: Changes({}, [bought]))
        tick = Tick(msgspec.json.encode({"day": DAY, "again": True}))
        assert await self.stage.change(0, lambda core: core.apply([tick]))


NewWorker = Callable[..., Worker]


@pytest.fixture
def topics(topic_prefix: str) -> Topics:
    return Topics(topic_prefix)


@pytest.fixture
def new_worker(kafka: Kafka, topics: Topics) -> NewWorker:
    settings = Settings.model_validate(
        {"kafka_brokers": kafka.brokers, "topic_prefix": topics.prefix, "partitions": 1}
    )
    with TopicAdmin(settings, wait=10) as admin:
        admin.create()
    cluster = Cluster(settings.kafka_brokers)

    def new(*sinks: Sink, generation: int = 1) -> Worker:
        group = Group(generation)
        stage = Stage(
            group,
            cluster=cluster,
            name=f"{topics.group}-digest",
            state_topic=topics.state("digest"),
            new_core=lambda _: DigestCore(),
        )
        sender = DigestSender(stage, list(sinks), rules().digest, cluster, topics, UnderWay())
        return Worker(group, stage, sender, cluster)

    return new


def test_a_sink_that_was_told_is_not_told_again_for_another_ones_failure(
    new_worker: NewWorker, topics: Topics
) -> None:
    """The second sink fails once; the day is sent again, to that one only, and is then noted."""
    sound, shaky = MemorySink("sound"), MemorySink("shaky", failures=1)
    worker = new_worker(sound, shaky)

    async def story() -> None:
        await worker.is_due(topics.spend)
        with pytest.raises(Transient):
            await worker.sender._send(DAY)
        await worker.sender._send(DAY)
        core = worker.stage.core(0)
        assert core is not None
        assert core.due == []
        assert DAY in core.sent

    play(worker.stage, story=story)
    assert (len(sound.told), len(shaky.told)) == (1, 1)


def test_a_worker_that_lost_the_digest_sends_nothing(new_worker: NewWorker, topics: Topics) -> None:
    """It finds out before it sends: the new owner tells the day."""
    sink = MemorySink("memory")
    former, owner = new_worker(sink), new_worker(sink, generation=2)

    async def story() -> None:
        await former.is_due(topics.spend)
        owner.stage.assigned({0})
        await opened(owner.stage)
        sending = asyncio.ensure_future(former.sender._send(DAY))
        while former.stage.owned():
            await asyncio.wait({sending}, timeout=0.01)
        former.group.rebalancing = True
        await sending
        assert sink.told == []
        await owner.sender._send(DAY)

    play(former.stage, owner.stage, story=story)
    assert len(sink.told) == 1


def test_the_digest_says_what_became_of_an_anomaly(new_worker: NewWorker, topics: Topics) -> None:
    """The newest record of its case counts; what cannot be read is passed over."""
    worker = new_worker()
    taken = case_record(acknowledged=act("acknowledge"), changed_at=T0 + 99)
    written = [
        Output(topics.spend, b"entry", msgspec.json.encode(spend("12"))),
        Output(topics.anomalies, b"A-EXAMPLE234", msgspec.json.encode(taken.anomaly)),
        *(
            Output(topics.cases, b"A-EXAMPLE234", value)
            for value in (msgspec.json.encode(case_record()), msgspec.json.encode(taken), b"{}")
        ),
    ]

    async def story() -> None:
        worker.stage.assigned({0})
        await opened(worker.stage)
        assert await worker.stage.change(0, lambda _: Changes({}, written))
        digest, _ = await read_digest(worker.cluster, topics, DAY, rules().digest)
        (line,) = digest.currencies[0].opened
        assert line.people is not None
        assert (line.people.did, line.people.by) == ("acknowledged", "Ann")
        assert digest.alerts is not None
        assert digest.alerts.count == 1

    play(worker.stage, story=story)
