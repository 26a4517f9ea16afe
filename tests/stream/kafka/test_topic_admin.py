"""Topics on a real Kafka: created as they must be, and checked with a remedy."""

import pytest
from fixtures_kafka import Kafka
from kafka.admin import KafkaAdminClient, NewTopic

from config.settings import Settings
from stream.errors import UserError
from stream.kafka.topic_admin import TopicAdmin
from stream.kafka.topics import Topics, specs


def settings_for(brokers: str, prefix: str, partitions: int = 3) -> Settings:
    return Settings.model_validate(
        {"kafka_brokers": brokers, "topic_prefix": prefix, "partitions": partitions}
    )


@pytest.mark.kafka
def test_created_topics_pass_the_check(kafka: Kafka, topic_prefix: str) -> None:
    """All of them; a second creation changes nothing."""
    with TopicAdmin(settings_for(kafka.brokers, topic_prefix), wait=10) as admin:
        assert len(admin.create()) == len(specs(Topics(), 1))
        assert admin.create() == []
        assert admin.check() == []


@pytest.mark.kafka
def test_the_check_names_what_is_missing_and_what_differs(kafka: Kafka, topic_prefix: str) -> None:
    """Each finding names topic, what it is, what it must be, and what to do."""
    topics = Topics(topic_prefix)
    client = KafkaAdminClient(bootstrap_servers=kafka.brokers)
    client.create_topics(
        [
            NewTopic(topics.charges, 3, 1, topic_configs={"message.timestamp.type": "CreateTime"}),
            NewTopic(topics.spend, 2, 1),
        ]
    )
    client.close()
    with TopicAdmin(settings_for(kafka.brokers, topic_prefix), wait=10) as admin:
        findings = "\n".join(admin.check())
    assert f"there is no topic '{topics.billing}': run `spendwatch topics create`" in findings
    assert (
        f"topic '{topics.spend}' has 2 partitions and must have 3, as many as '{topics.charges}'"
        in findings
    )
    assert "message.timestamp.type=CreateTime and must have" in findings
    assert "cleanup.policy=delete and must have cleanup.policy=compact,delete" in findings


def test_no_broker_is_one_line_that_says_what_to_do() -> None:
    """It names the address and the variable."""
    with (
        pytest.raises(UserError, match=r"no Kafka broker answers at 127\.0\.0\.1:9") as raised,
        TopicAdmin(settings_for("127.0.0.1:9", ""), wait=0),
    ):
        pass
    assert "SPENDWATCH_KAFKA_BROKERS" in str(raised.value)
    assert raised.value.exit_code == 3
