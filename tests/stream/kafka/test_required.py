"""What a worker asks of a real Kafka before it starts, and what it refuses to go on with."""

import asyncio
import time
from pathlib import Path

import pytest
from confluent_kafka import Producer
from fixtures_kafka import Kafka
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.structs import OffsetAndMetadata

from config.settings import Settings
from stream.errors import StateRefusedError, UserError
from stream.kafka.cluster import Cluster
from stream.kafka.embedded import EmbeddedKafka
from stream.kafka.readback import read_topic
from stream.kafka.required import require_topics
from stream.kafka.topic_admin import TopicAdmin
from stream.kafka.topics import Topics
from stream.stage.owned import OwnedPartition, Place
from tests.e2e.deployment import Deployment

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka: Kafka, topic_prefix: str) -> Settings:
    settings = Settings.model_validate(
        {"kafka_brokers": kafka.brokers, "topic_prefix": topic_prefix, "partitions": 1}
    )
    with TopicAdmin(settings, wait=10) as admin:
        admin.create()
    return settings


def remade(settings: Settings, topic: str) -> None:
    """Delete a topic and create it again."""
    client = KafkaAdminClient(bootstrap_servers=list(settings.kafka_brokers))
    client.delete_topics([topic])
    deadline = time.monotonic() + 10
    while topic in client.list_topics():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    client.close()
    with TopicAdmin(settings, wait=10) as admin:
        assert admin.create() == [topic]


def write(settings: Settings, topic: str, key: bytes | None, value: bytes | None) -> None:
    """One record, to the first partition."""
    producer = Producer({"bootstrap.servers": ",".join(settings.kafka_brokers)})
    producer.produce(topic, value, key, partition=0)
    assert producer.flush(10) == 0


def copy(settings: Settings, source: str, target: str) -> None:
    """As a mirror does it."""

    async def story() -> None:
        async for record in read_topic(Cluster.of(settings), source):
            write(settings, target, record.key, record.value)

    asyncio.run(story())


def opened(settings: Settings, stage: str = "detect") -> dict[bytes, bytes]:
    """Open a stage's partition as a worker that starts now does, write to it, and give its state."""
    topics = Topics(settings.topic_prefix)
    place = Place(
        Cluster.of(settings),
        f"{topics.group}-{stage}",
        topics.state(stage),
        0,
        require_topics(settings)[stage],
    )

    async def story() -> dict[bytes, bytes]:
        owner = OwnedPartition(place)
        try:
            states = await owner.open()
            await owner.write({b"a": b"1"}, [])
            return states
        finally:
            await owner.close()

    return asyncio.run(story())


def test_a_sound_deployment_is_asked_quickly(settings: Settings) -> None:
    """It gives each stage what its positions count: its sources and its own topic."""
    began = time.process_time()
    origins = require_topics(settings)
    assert time.process_time() - began < 0.5
    topics = Topics(settings.topic_prefix)
    assert set(origins["alerts"].topics) == {topics.alerts, topics.state("alerts")}
    ids = [name_id for origin in origins.values() for name_id in origin.topics.values()]
    assert len(set(ids)) == len(ids)


def test_a_topic_that_was_altered_stops_a_start(settings: Settings) -> None:
    """The same finding as that of `topics check`; all of them at once."""
    topics = Topics(settings.topic_prefix)
    client = KafkaAdminClient(bootstrap_servers=list(settings.kafka_brokers))
    for name, changed in (
        (topics.spend, {"cleanup.policy": "delete"}),
        (topics.state("detect"), {"max.message.bytes": "1048588"}),
    ):
        client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=changed)])
    client.close()
    with pytest.raises(UserError) as raised:
        require_topics(settings)
    first, second = str(raised.value).splitlines()
    assert "has cleanup.policy=delete and must have cleanup.policy=compact,delete" in first
    assert "has max.message.bytes=1048588 and must have max.message.bytes=8388608" in second
    assert raised.value.exit_code == 3


def test_a_state_is_opened_again_where_it_was_written(settings: Settings) -> None:
    """The record of where it belongs is no part of it."""
    assert opened(settings) == {}
    assert opened(settings) == {b"a": b"1"}


@pytest.mark.parametrize(
    ("stage", "source"), [("detect", "billing"), ("detect", "charges"), ("alerts", "alerts")]
)
def test_a_state_whose_source_was_made_anew_is_refused(
    settings: Settings, stage: str, source: str
) -> None:
    """Its positions would skip the new topic's records as counted."""
    opened(settings, stage)
    name = f"{settings.topic_prefix}{source}"
    remade(settings, name)
    with pytest.raises(StateRefusedError, match=f"topic '{name}' with the id") as raised:
        opened(settings, stage)
    assert "set a new SPENDWATCH_TOPIC_PREFIX" in str(raised.value)


def test_a_state_that_was_copied_from_another_deployment_is_refused(settings: Settings) -> None:
    """Record by record, with the keys as they were."""
    topics = Topics(settings.topic_prefix)
    opened(settings)
    other = settings.model_copy(update={"topic_prefix": f"{settings.topic_prefix}copy."})
    with TopicAdmin(other, wait=10) as admin:
        admin.create()
    copy(settings, topics.state("detect"), Topics(other.topic_prefix).state("detect"))
    with pytest.raises(StateRefusedError, match="which is not a source here"):
        opened(other)


def test_a_state_of_before_there_was_a_record_is_taken(settings: Settings) -> None:
    """An upgrade goes on with what is there, and records where it belongs."""
    topics = Topics(settings.topic_prefix)
    write(settings, topics.state("detect"), b"a", b"0")
    assert opened(settings) == {b"a": b"0"}
    remade(settings, topics.usage)
    with pytest.raises(StateRefusedError):
        opened(settings)


@pytest.mark.parametrize(
    ("read_up_to", "said"),
    [
        (1, r"detect-state' holds nothing in partition 0"),
        (5, "ends at offset 1 and was read up to"),
    ],
)
def test_a_position_without_its_state_or_its_records_stops_a_start(
    settings: Settings, read_up_to: int, said: str
) -> None:
    """Open buckets went with the state; records beyond the end would be skipped when they come."""
    topics = Topics(settings.topic_prefix)
    write(settings, topics.charges, None, b"x")
    client = KafkaAdminClient(bootstrap_servers=list(settings.kafka_brokers))
    at = {TopicPartition(topics.charges, 0): OffsetAndMetadata(read_up_to, "", -1)}
    client.alter_group_offsets(topics.group, at)
    client.close()
    with pytest.raises(UserError, match=said):
        require_topics(settings)


def test_the_embedded_kafka_needs_no_check() -> None:
    """It has no ids, no configuration, and no state that outlives it."""
    with EmbeddedKafka(("charges",)) as embedded:
        settings = Settings(kafka_brokers=embedded.brokers, kafka_check_crcs=False)
        assert require_topics(settings) == {}


def test_unchecked_checksums_alone_skip_nothing(settings: Settings) -> None:
    """A real Kafka is checked, whatever is set."""
    unchecked = settings.model_copy(update={"kafka_check_crcs": False})
    assert require_topics(unchecked) == require_topics(settings)


def test_a_worker_ends_at_once_when_its_source_was_made_anew(
    settings: Settings, tmp_path: Path
) -> None:
    """One line that names the topic, and no chunk of it counted; not a restart that skips them."""
    deployment = Deployment(
        {
            "SPENDWATCH_KAFKA_BROKERS": ",".join(settings.kafka_brokers),
            "SPENDWATCH_TOPIC_PREFIX": settings.topic_prefix,
        },
        tmp_path,
    )
    topics = Topics(settings.topic_prefix)
    try:
        deployment.start_worker("w")
        deployment.wait_for(lambda: "started:" in deployment.log("w"), "the worker starts")
        deployment.wait_for(lambda: has_record(settings), "the state says where it belongs")
    finally:
        deployment.stop()
    remade(settings, topics.billing)
    done = deployment.run("worker", expect=3)
    (line,) = {line for line in done.stderr.splitlines() if "CRITICAL" in line}
    assert f"it belongs to a topic '{topics.billing}' with the id" in line
    assert "Traceback" not in done.stderr


def has_record(settings: Settings) -> bool:
    """Whether something was written to the state of detect."""
    partition = TopicPartition(Topics(settings.topic_prefix).state("detect"), 0)
    with KafkaConsumer(bootstrap_servers=list(settings.kafka_brokers)) as consumer:
        return bool(consumer.end_offsets([partition])[partition])
