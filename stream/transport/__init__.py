"""The Faust transport of Spendwatch: whole chunks in, nothing across a hole, faults end the process.

Faust hands an agent one event a message and commits what it believes was handled. Counting exactly
needs other rules, measured under crashes: an agent gets one event for each fetched *chunk* of a
partition, a chunk is taken only where the one before ended, and an offset is committed only behind a
gapless row of acknowledged chunks. `docs/decisions/0001-state-is-ours.md` tells the story.
"""

from typing import ClassVar

from faust.transport.drivers.aiokafka import Transport

from stream.transport.consumer import ChunkConsumer
from stream.transport.producer import SafeProducer


class ChunkTransport(Transport):
    """Assigned to ``app.transport`` and ``app.producer_transport``."""

    Consumer: ClassVar[type[ChunkConsumer]] = ChunkConsumer
    Producer: ClassVar[type[SafeProducer]] = SafeProducer
