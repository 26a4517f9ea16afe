"""Events on Kafka."""

import asyncio

import pytest
from alerting_examples import anomaly, notice
from fixtures_kafka import Kafka
from kafka_events import created_topic, read_events
from kafka_server import ApacheKafka

from alerting.sinks import make_sinks
from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.events import EventsSink
from config.settings import Settings


@pytest.mark.kafka
def test_events_of_a_life(kafka: Kafka, topic_prefix: str) -> None:
    """An anomaly that opens and is over is two events of one key, in order, with ids of their own."""
    topic = f"{topic_prefix}out"
    settings = Settings.model_validate(
        {"kafka_brokers": kafka.brokers, "topic_prefix": topic_prefix, "events_topic": topic}
    )
    over = anomaly(state="resolved", revision=2)

    async def run() -> list[tuple[bytes | None, dict[str, bytes]]]:
        await created_topic(kafka.brokers, topic)
        (sink,) = make_sinks(settings)
        await sink.check()
        first = await sink.deliver(notice(anomaly()), "", None)
        await sink.deliver(notice(over, reason="resolved"), "default", first)
        await sink.close()
        records = await read_events(kafka.brokers, topic)
        return [(record.key, dict(record.headers)) for record in records]

    told = asyncio.run(run())

    assert {b"A-EXAMPLE234"} == {key for key, _ in told}
    assert [headers["ce_id"] for _, headers in told] == [b"A-EXAMPLE234.1", b"A-EXAMPLE234.2"]
    assert {f"/spendwatch/{topic_prefix}".rstrip(".").encode()} == {
        headers["ce_source"] for _, headers in told
    }


@pytest.mark.kafka
def test_a_topic_that_is_missing(kafka: Kafka, topic_prefix: str) -> None:
    """A topic that does not exist is not made: the line says to create it, and once it is there events go out."""
    topic = f"{topic_prefix}missing"

    async def run() -> int:
        sink = EventsSink((kafka.brokers,), topic, timeout=3)
        with pytest.raises(Permanent, match=f"no topic '{topic}': create it") as caught:
            await sink.check()
        assert caught.value.whole_sink
        with pytest.raises(Permanent, match="create it"):
            await sink.deliver(notice(anomaly()), "", None)
        await created_topic(kafka.brokers, topic)
        await sink.deliver(notice(anomaly()), "", None)
        await sink.close()
        return len(await read_events(kafka.brokers, topic))

    assert asyncio.run(run()) == 1


@pytest.mark.kafka
def test_many_at_once(kafka: Kafka, topic_prefix: str) -> None:
    """Deliveries side by side share one producer, and none is lost."""
    topic = f"{topic_prefix}many"

    async def run() -> int:
        await created_topic(kafka.brokers, topic)
        sink = EventsSink((kafka.brokers,), topic)
        told = [notice(anomaly(anomaly_id=f"A-{number}")) for number in range(20)]
        await asyncio.gather(*(sink.deliver(one, "", None) for one in told))
        await sink.close()
        return len(await read_events(kafka.brokers, topic))

    assert asyncio.run(run()) == 20


@pytest.mark.kafka
def test_a_broker_that_was_away(own_kafka: ApacheKafka) -> None:
    """While Kafka is down events may be tried again, and the same sink goes on once it is back."""
    topic = "out"

    async def run() -> int:
        await created_topic(own_kafka.brokers, topic)
        sink = EventsSink((own_kafka.brokers,), topic, timeout=2)
        await sink.deliver(notice(anomaly()), "", None)
        own_kafka.kill()
        for _ in range(2):
            with pytest.raises(Transient):
                await sink.deliver(notice(anomaly(revision=2)), "", None)
        await asyncio.to_thread(own_kafka.start)
        await _until_taken(sink)
        await sink.close()
        return len(await read_events(own_kafka.brokers, topic))

    assert asyncio.run(run()) >= 2


async def _until_taken(sink: EventsSink) -> None:
    """Deliver as the caller of a sink does: again after a while, as long as that may help."""
    while True:
        try:
            await sink.deliver(notice(anomaly(revision=2)), "", None)
        except Transient:
            await asyncio.sleep(0.2)
        else:
            return
