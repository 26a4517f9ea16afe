"""The Kafka cluster: where it is, and the one way in which its topics are read outside of the agents."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError

from config.settings import Settings
from stream.errors import UserError


@dataclass(frozen=True, slots=True)
class Cluster:
    """Bootstrap servers, and whether the records' checksums are compared (only the embedded Kafka's are wrong)."""

    brokers: tuple[str, ...]
    check_crcs: bool = True

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The cluster that the settings name."""
        return cls(settings.kafka_brokers, settings.kafka_check_crcs)

    @asynccontextmanager
    async def reading(self, *topics: str, **options: Any) -> AsyncIterator[AIOKafkaConsumer]:
        """A consumer of committed records, from the earliest on, that commits no offsets itself.

        Raises:
            UserError: if no broker answers.
        """
        consumer = AIOKafkaConsumer(
            *topics,
            bootstrap_servers=list(self.brokers),
            check_crcs=self.check_crcs,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
            **options,
        )
        try:
            await consumer.start()
            yield consumer
        except KafkaConnectionError as error:
            raise unreachable(self.brokers) from error
        finally:
            await consumer.stop()


def unreachable(brokers: tuple[str, ...]) -> UserError:
    """The error for brokers that do not answer."""
    return UserError(
        f"no Kafka broker answers at {', '.join(brokers)}: start it, or set SPENDWATCH_KAFKA_BROKERS "
        "to host:port of one that runs",
        exit_code=3,
    )
