"""The state of one partition, owned through the epoch of its transactional id."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from stream.errors import StateRefusedError
from stream.kafka import origin
from stream.kafka.cluster import Cluster
from stream.kafka.denied import denied
from stream.kafka.origin import Origin
from stream.kafka.readback import read_to_end
from stream.stage.core import Output

logger = logging.getLogger(__name__)

_TRANSACTION_TIMEOUT_MS = 30_000
_REQUEST_TIMEOUT_MS = 30_000
_MAX_REQUEST_SIZE = 8 << 20
_MAX_BATCH_SIZE = 1 << 18
_STOP_PATIENCE = 5.0
_REASON_PATIENCE = 1.0


class Fenced(Exception):  # noqa: N818 - Kafka's word
    """The transaction failed or its outcome is unknown: state and producer must not be used again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stage keeps the state of a partition."""

    cluster: Cluster
    stage: str  # names the transactional id, with the prefix of the deployment
    state_topic: str
    partition: int
    origin: Origin | None = None  # what its positions count; None: not known and not compared

    @property
    def transactional_id(self) -> str:
        """One id a stage and partition: whoever starts a producer under it fences the one before."""
        return f"{self.stage}-{self.partition}"


class OwnedPartition:
    """Writer and reader of one partition of a state topic.

    Opening first starts the transactional producer, which fences the former owner and aborts what it left
    open, and only then reads the state: nothing can be written behind the reader's back any more.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._producer: AIOKafkaProducer | None = None
        self._closed = asyncio.Event()

    async def open(self) -> dict[bytes, bytes]:
        """Take the partition and return its state, newest value of each key.

        Raises:
            aiokafka.errors.KafkaError: if the brokers do not let it.
            RefusedError: if rights are missing, or the state belongs to other topics.
        """
        try:
            states = await self._take()
        except KafkaError as error:
            mend = denied(error)
            if mend is None:
                raise
            raise mend from error
        await self._agree_on_origin(states.pop(origin.KEY, None), is_new=not states)
        return states

    async def _take(self) -> dict[bytes, bytes]:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=list(self.place.cluster.brokers),
            transactional_id=self.place.transactional_id,
            transaction_timeout_ms=_TRANSACTION_TIMEOUT_MS,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
            max_request_size=_MAX_REQUEST_SIZE,
            max_batch_size=_MAX_BATCH_SIZE,
            compression_type="lz4",
            acks="all",
        )
        await self._producer.start()
        return await read_partition(
            self.place.cluster, TopicPartition(self.place.state_topic, self.place.partition)
        )

    async def _agree_on_origin(self, recorded: bytes | None, *, is_new: bool) -> None:
        """Compare what the state's positions count with what is there, or record it at the first opening."""
        place = self.place
        if place.origin is None:
            return
        difference = None if recorded is None else place.origin.difference(recorded)
        if difference is not None:
            raise StateRefusedError(
                f"the state in topic {place.state_topic!r}, partition {place.partition}, is not of here: "
                f"{difference}; charges would be skipped or counted twice: set a new SPENDWATCH_TOPIC_PREFIX, "
                "run `spendwatch topics create` and publish again"
            )
        if recorded is None and not is_new:
            logger.info("%s: state of an older version, taken as of here", place.transactional_id)
        if recorded != place.origin.encoded():
            await self.write({origin.KEY: place.origin.encoded()}, ())

    async def write(self, states: Mapping[bytes, bytes | None], outputs: Iterable[Output]) -> None:
        """Write states (None deletes) and outputs in one transaction, and wait for its commit.

        Raises:
            Fenced: whatever goes wrong; it is then unknown whether the transaction took place.
            RefusedError: if a right is missing; the transaction did not take place.
        """
        if self._producer is None or self._closed.is_set():
            raise Fenced
        states_of = (Output(self.place.state_topic, *state) for state in states.items())
        records = (*states_of, *outputs)
        writing = asyncio.ensure_future(self._transaction(self._producer, records))
        closed = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait({writing, closed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            writing.cancel()
            closed.cancel()
        if not writing.done() or writing.cancelled():
            raise Fenced  # closed: a stopped producer leaves the futures of its transaction open for ever
        error = writing.exception()
        if error is not None:
            raise denied(error) or Fenced from error

    async def _transaction(self, producer: AIOKafkaProducer, records: Iterable[Output]) -> None:
        await producer.begin_transaction()
        sent: list[asyncio.Future[object]] = []
        for topic, key, value, partition in records:
            to = self.place.partition if partition is None else partition
            sending = producer.send(topic, value, key=key, partition=to)
            sent.append(await sending)
            sent[-1].add_done_callback(_ask_for_error)
        await _settle(sent)
        await producer.commit_transaction()

    async def close(self) -> None:
        """Stop the producer; a failure only means that it was fenced or cut off already.

        A write that is under way fails.
        """
        self._closed.set()
        if self._producer is None:
            return
        try:
            await asyncio.wait_for(self._producer.stop(), _STOP_PATIENCE)
        except Exception as error:  # noqa: BLE001 - the next owner's fence ends what is left
            logger.info("%s: producer did not stop: %r", self.place.transactional_id, error)
            await _cut_off(self._producer)


async def _cut_off(producer: AIOKafkaProducer) -> None:
    """Give back the connections and the task of a producer that waits for brokers that are down."""
    try:
        await producer.client.close()
        await asyncio.wait_for(producer._sender.close(), _STOP_PATIENCE)  # noqa: SLF001 - stop() flushes before
    except Exception as error:  # noqa: BLE001 - it is of no use any more
        logger.info("producer was cut off: %r", error)


async def _settle(sent: Sequence["asyncio.Future[object]"]) -> None:
    """Wait for all sends, or for the first that fails, and raise the reason.

    If one topic may not be written, the sends to the others fail too, some of them earlier
    (aiokafka's `error_transaction`): a little later it is known which one it was.
    """
    if not sent:
        return
    await asyncio.wait(sent, return_when=asyncio.FIRST_EXCEPTION)
    if any(one.done() and one.exception() is not None for one in sent):
        await asyncio.wait(sent, timeout=_REASON_PATIENCE)
    errors = [error for one in sent if one.done() and (error := one.exception()) is not None]
    for error in sorted(errors, key=lambda error: denied(error) is None):
        raise error


def _ask_for_error(sent: "asyncio.Future[object]") -> None:
    """One failed send is told; those of the others need not be."""
    if not sent.cancelled():
        sent.exception()


async def read_partition(cluster: Cluster, partition: TopicPartition) -> dict[bytes, bytes]:
    """The newest committed value of each key of one partition of a compacted topic."""
    newest: dict[bytes, bytes] = {}
    async with cluster.reading() as consumer:
        async for record in read_to_end(consumer, partition):
            if record.value is None:
                newest.pop(record.key, None)
            else:
                newest[record.key] = record.value
    return newest
