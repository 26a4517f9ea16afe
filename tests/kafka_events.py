"""Topics that a test makes for itself, and the records in them."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError
from aiokafka.structs import ConsumerRecord

Record = ConsumerRecord[bytes | None, bytes | None]


async def created_topic(brokers: str, topic: str) -> None:
    """A topic of one partition, if there is none of the name."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1)])
    except TopicAlreadyExistsError:
        pass
    finally:
        await admin.close()


async def read_events(brokers: str, topic: str) -> list[Record]:
    """All records of a topic of one partition."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=brokers, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        found: list[Record] = []
        while len(found) < end:
            for records in (await consumer.getmany(partition, timeout_ms=500)).values():
                found += records
    finally:
        await consumer.stop()
    return found
