"""What decides in a stage: Kafka records in, state records and records for other topics out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol


class Output(NamedTuple):
    """A record for a topic, written in the transaction; to the partition of the same number if none is given."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None


class Changes(NamedTuple):
    """What a chunk changed: state records (None deletes) and records for other topics.

    ``more`` says that the chunk brought more than one transaction should hold: once this part is committed,
    the core is asked again with the same chunk, and goes on where it was.
    """

    states: Mapping[bytes, bytes | None]
    outputs: Sequence[Output]
    more: bool = False


class Core(Protocol):
    """The pure part of a stage for one partition. It is thrown away when a write fails."""

    @property
    def unreadable(self) -> list[str]:
        """State records and messages that could not be read, and why; the stage logs and clears them."""

    def load(self, states: Mapping[bytes, bytes]) -> None:
        """Take over the partition's state, part by part in the order of its keys."""

    def apply(self, records: Iterable[Any]) -> Changes:
        """Apply Kafka records in order; the changes are committed before the next call.

        Records that were applied before change nothing: while there is more to do, the same come again.
        """
