"""Anomalies as CloudEvents on a Kafka topic, for other programs to act on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from alerting.notices.notice import Notice
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.cloudevents import events_of
from alerting.sinks.errors import Permanent, Transient
from config.named_urls import DEFAULT
from config.settings import Settings

_TIMEOUT: Final = 15.0  # seconds for a whole delivery
_STOP: Final = 2.0  # seconds; when it stops there is nothing left to send, or nobody to take it
_MAX_REQUEST: Final = 8 << 20  # as large as records of this service get
_REFUSED: Final = (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    SaslAuthenticationFailed,
)
_OWN: Final = {"", DEFAULT}  # addresses that stand for the topic of the settings


def from_settings(settings: Settings) -> Sink | None:
    """Events, if there is a topic for them."""
    topic = settings.events_topic
    if topic is None:
        return None
    return EventsSink(settings.kafka_brokers, topic, _source(settings.topic_prefix))


class EventsSink:
    """Writes an event for each anomaly of a notice; a digest is not for it.

    Args:
        brokers: Kafka's, as ``host:port``.
        topic: where to. It must exist.
        source: the events' CloudEvents ``source``.
        timeout: seconds for a delivery.
    """

    name = "events"
    edits = True

    def __init__(
        self,
        brokers: tuple[str, ...],
        topic: str,
        source: str = "/spendwatch",
        timeout: float = _TIMEOUT,
    ) -> None:
        self._brokers = brokers
        self._topic = topic
        self._source = source
        self._timeout = timeout
        self._starting = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        """Write the events, and wait until all replicas in sync have them."""
        del before
        if address not in _OWN:
            text = f"there is no events topic {address!r}: leave the address of events out in the rules, it is SPENDWATCH_EVENTS_TOPIC"
            raise Permanent(text, of_channel=True)
        if notice.anomalies:
            await self._write(notice)
        return Receipt(self._topic, notice.key)

    async def check(self) -> None:
        """Find the topic."""
        async with self._ready():
            pass

    async def close(self) -> None:
        """Close the connections."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stop(producer)

    async def _write(self, notice: Notice) -> None:
        async with self._ready() as producer:
            sent = [
                await producer.send(self._topic, event.value, event.key, headers=event.headers)
                for event in events_of(notice, self._source)
            ]
            answers = await asyncio.gather(*sent, return_exceptions=True)
            for answer in answers:
                if isinstance(answer, BaseException):
                    raise answer

    @asynccontextmanager
    async def _ready(self) -> AsyncIterator[AIOKafkaProducer]:
        """A producer that knows the topic; what goes wrong meanwhile becomes one of the two errors."""
        try:
            async with asyncio.timeout(self._timeout):
                producer = await self._started()
                await producer.partitions_for(self._topic)
                yield producer
        except (KafkaError, OSError, TimeoutError) as error:
            await self.close()  # the next delivery begins with connections of its own
            raise self._classified(error) from error

    async def _started(self) -> AIOKafkaProducer:
        """The producer, made on first use. Idempotent: what it sends again by itself is there once."""
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=list(self._brokers),
                    enable_idempotence=True,
                    compression_type="lz4",
                    max_request_size=_MAX_REQUEST,
                    # half: a topic that is missing is then told before time is up
                    request_timeout_ms=int(self._timeout * 500),
                )
                try:
                    await producer.start()
                except BaseException:
                    await _stop(producer)
                    raise
                self._producer = producer
        return self._producer

    def _classified(self, error: Exception) -> Transient | Permanent:
        """The error as one that may be tried again, or one that a person has to mend."""
        topic = f"topic {self._topic!r}"
        kind = type(error).__name__
        if isinstance(error, (UnknownTopicOrPartitionError, InvalidTopicError)):
            text = f"Kafka has no {topic}: create it, or correct SPENDWATCH_EVENTS_TOPIC"
            return Permanent(text, whole_sink=True)
        if isinstance(error, TopicAuthorizationFailedError):
            text = f"Kafka does not allow writing to {topic}: grant --operation Write --operation Describe on it"
            return Permanent(text, whole_sink=True)
        if isinstance(error, _REFUSED):
            text = f"Kafka does not let events be written ({kind}): grant --operation IdempotentWrite --cluster"
            return Permanent(text, whole_sink=True)
        if isinstance(error, MessageSizeTooLargeError):
            text = f"Kafka refused an event as too large for {topic}: raise its max.message.bytes"
            return Permanent(text)
        return Transient(f"Kafka takes no events now ({kind})")


def _source(prefix: str) -> str:
    """A URI reference that tells deployments apart."""
    return f"/spendwatch/{prefix.rstrip('.')}" if prefix.rstrip(".") else "/spendwatch"


async def _stop(producer: AIOKafkaProducer) -> None:
    """Give back connections and tasks, also where no broker answers; `stop` alone would wait for one."""
    with suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer.stop(), _STOP)
        return
    await producer.client.close()
    with suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer._sender.close(), _STOP)  # noqa: SLF001 - stop() did not come so far
