"""The Kafka that the tests are given does what they build on: topics, records, and data that stays."""

from contextlib import closing

from fixtures_kafka import Kafka
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka_server import ApacheKafka


def test_records_of_a_new_topic_are_read_back_in_order(kafka: Kafka, topic_prefix: str) -> None:
    """What is sent to a partition comes back in the order in which it was sent."""
    topic = f"{topic_prefix}orders"
    create(kafka.brokers, topic)

    send(kafka.brokers, topic, [b"first", b"second", b"third"])

    assert read(kafka.brokers, topic, 3) == [b"first", b"second", b"third"]


def test_a_killed_broker_comes_back_with_its_data(own_kafka: ApacheKafka) -> None:
    """After a kill the broker starts again at the same address and still has every record."""
    address = own_kafka.brokers
    create(address, "orders")
    send(address, "orders", [b"before"])

    own_kafka.kill()
    own_kafka.start()
    send(address, "orders", [b"after"])

    assert own_kafka.brokers == address
    assert read(address, "orders", 2) == [b"before", b"after"]


def test_a_stopped_broker_comes_back_with_its_data(own_kafka: ApacheKafka) -> None:
    """A restart in good order keeps the records too."""
    create(own_kafka.brokers, "orders")
    send(own_kafka.brokers, "orders", [b"before"])

    own_kafka.restart()

    assert read(own_kafka.brokers, "orders", 1) == [b"before"]


def create(brokers: str, topic: str) -> None:
    with closing(KafkaAdminClient(bootstrap_servers=brokers)) as admin:
        admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
        admin.wait_for_topics([topic])


def send(brokers: str, topic: str, values: list[bytes]) -> None:
    with closing(KafkaProducer(bootstrap_servers=brokers)) as producer:
        for sent in [producer.send(topic, value) for value in values]:
            sent.get(timeout=20)


def read(brokers: str, topic: str, number: int) -> list[bytes]:
    """The first ``number`` values of the topic's one partition."""
    values: list[bytes] = []
    partition = TopicPartition(topic, 0)
    with closing(
        KafkaConsumer(bootstrap_servers=brokers, auto_offset_reset="earliest")
    ) as consumer:
        consumer.assign([partition])
        while len(values) < number:
            batch = consumer.poll(timeout_ms=20_000).get(partition, [])
            assert batch, f"only {values} came"
            values += [record.value for record in batch]
    return values
