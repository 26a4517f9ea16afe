"""What ingest takes: a chunk of one partition of a source topic, and the messages in it."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Span(NamedTuple):
    """Which offsets of which source partition a chunk covers; ``following`` is exclusive."""

    source: str
    partition: int
    partitions: int
    start: int
    following: int


class SourceRecord(Protocol):
    """What is used of a Kafka record."""

    @property
    def offset(self) -> int:
        """Offset in its partition."""

    @property
    def timestamp(self) -> int:
        """The broker's append time, epoch milliseconds."""

    @property
    def value(self) -> bytes | None:
        """The event's bytes; nothing that counts in the mark of a snapshot."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]:
        """The message's headers."""
