"""Rights on a real Kafka with an authorizer: what a worker may not do is told in one line, with the grant."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import kafka_jars
import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from kafka_server import ApacheKafka

from config.settings import Settings
from stream.errors import RefusedError, UserError
from stream.kafka.cluster import Cluster
from stream.kafka.required import require_topics
from stream.kafka.topic_admin import TopicAdmin
from stream.kafka.topics import Topics
from stream.stage.core import Output
from stream.stage.owned import OwnedPartition, Place
from tests.e2e.deployment import Deployment

pytestmark = pytest.mark.kafka

TOPICS = Topics("t.")
AUTHORIZED = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
}
EVERY = AclBindingFilter(
    ResourceType.ANY,
    None,
    ResourcePatternType.ANY,
    None,
    None,
    AclOperation.ANY,
    AclPermissionType.ANY,
)


class Guarded:
    """A Kafka on which single rights can be taken from everybody."""

    def __init__(self, brokers: str) -> None:
        self.brokers = brokers
        self._admin = AdminClient({"bootstrap.servers": brokers})
        self.settings = Settings.model_validate(
            {"kafka_brokers": brokers, "topic_prefix": "t.", "partitions": 1}
        )

    def deny(self, kind: ResourceType, name: str, operation: AclOperation) -> None:
        """Take one operation from everybody, and leave the others."""
        for allowed, what in ((False, operation), (True, AclOperation.ALL)):
            given = AclPermissionType.ALLOW if allowed else AclPermissionType.DENY
            literal = ResourcePatternType.LITERAL
            binding = AclBinding(kind, name, literal, "User:ANONYMOUS", "*", what, given)
            for done in self._admin.create_acls([binding]).values():
                done.result()

        self._wait_for(2)

    def allow_all(self) -> None:
        """Give everything back."""
        for done in self._admin.delete_acls([EVERY]).values():
            done.result()
        self._wait_for(0)

    def _wait_for(self, number: int) -> None:
        """The broker hears of rules from the controller a little after they were made."""
        deadline = time.monotonic() + 10
        while len(self._admin.describe_acls(EVERY).result()) != number:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def place(self) -> Place:
        """Of the first partition of detect's state."""
        cluster = Cluster.of(self.settings)
        return Place(cluster, f"{TOPICS.group}-detect", TOPICS.state("detect"), 0)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    java, jars = kafka_jars.fetch()
    folder = tmp_path_factory.mktemp("guarded")
    with ApacheKafka(jars, folder, java=java, config=AUTHORIZED) as running:
        guarded = Guarded(running.brokers)
        with TopicAdmin(guarded.settings, wait=10) as admin:
            admin.create()
        yield guarded


@pytest.fixture
def guarded(broker: Guarded) -> Iterator[Guarded]:
    yield broker
    broker.allow_all()


@pytest.mark.parametrize(
    ("kind", "name", "operation", "said"),
    [
        (
            ResourceType.TOPIC,
            TOPICS.charges,
            AclOperation.WRITE,
            r"does not allow Write on the topic 't\.charges'.*--operation Write --topic t\.charges",
        ),
        (
            ResourceType.TOPIC,
            TOPICS.billing,
            AclOperation.ALL,
            r"does not allow Read and DescribeConfigs on the topic 't\.billing'",
        ),
        (
            ResourceType.GROUP,
            TOPICS.group,
            AclOperation.ALL,
            r"consumer group.*kafka-acls\.sh.*--operation Read --group",
        ),
    ],
    ids=["topic-write", "topic-all", "group"],
)
def test_a_worker_without_a_right_does_not_start(
    guarded: Guarded, kind: ResourceType, name: str, operation: AclOperation, said: str
) -> None:
    """It names the right, what it is for, and the command; with it, all is well."""
    require_topics(guarded.settings)
    guarded.deny(kind, name, operation)
    with pytest.raises(UserError, match=said) as raised:
        require_topics(guarded.settings)
    assert raised.value.exit_code == 3


def test_a_right_that_is_taken_away_ends_a_write_for_good(guarded: Guarded) -> None:
    """It is not taken for a fence, which is tried again; nothing of the transaction is there."""

    async def story() -> dict[bytes, bytes]:
        owner = OwnedPartition(guarded.place())
        await owner.open()
        await owner.write({b"a": b"1"}, [])
        guarded.deny(ResourceType.TOPIC, TOPICS.spend, AclOperation.WRITE)
        with pytest.raises(RefusedError, match=r"--topic t\.spend"):
            await owner.write({b"a": b"2"}, [Output(TOPICS.spend, b"k", b"1")])
        await owner.close()
        guarded.allow_all()
        heir = OwnedPartition(guarded.place())
        states = await heir.open()
        await heir.close()
        return states

    assert asyncio.run(story()) == {b"a": b"1"}


def test_a_worker_without_its_transactional_id_ends_with_the_grant(
    guarded: Guarded, tmp_path: Path
) -> None:
    """At once, in one line, not after retries that look like a rebalance."""
    name = f"{TOPICS.group}-alerts-0"
    guarded.deny(ResourceType.TRANSACTIONAL_ID, name, AclOperation.ALL)
    deployment = Deployment(
        {"SPENDWATCH_KAFKA_BROKERS": guarded.brokers, "SPENDWATCH_TOPIC_PREFIX": "t."}, tmp_path
    )
    done = deployment.run("worker", expect=3)
    (line,) = [line for line in done.stderr.splitlines() if "CRITICAL" in line]
    assert f"transactional id '{name}'" in line
    assert f"--operation Write --transactional-id {name}" in line
    assert "Traceback" not in done.stderr
