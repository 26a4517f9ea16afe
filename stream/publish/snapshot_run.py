"""One run of a publisher as one snapshot: a begin mark, the rows, and an end mark once all of them are there."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from stream.errors import UserError
from stream.formats.snapshot_header import VERSION, SnapshotHeader

HALF = "of this bill nothing counts, since half a snapshot changes nothing: publish all of it again"


class Producer(Protocol):
    """What is used of `stream.publish.publisher.Publisher`."""

    def send(self, topic: str, value: bytes, headers: Sequence[tuple[str, bytes]] = ()) -> None:
        """Queue one event."""

    def mark(self, topic: str, headers: Sequence[tuple[str, bytes]]) -> None:
        """Queue a message without an event to each partition of the topic."""

    def flush(self) -> None:
        """Wait until all that was sent is acknowledged, or raise UserError."""


class SnapshotRun:
    """Sends rows of a bill as one snapshot.

    Args:
        publisher: who sends.
        topic: of the bill.
        now: when the snapshot is taken; of two of a billing period the later one counts.
    """

    def __init__(self, publisher: Producer, topic: str, now: datetime) -> None:
        self._publisher = publisher
        self._topic = topic
        self.id = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        self._header = SnapshotHeader(
            version=VERSION, id=self.id, taken_at=int(now.timestamp() * 1000)
        )
        self._row = self._header.pair()
        self.began = False

    def send(self, value: bytes, headers: Sequence[tuple[str, bytes]] = ()) -> None:
        """Queue one row, behind the begin mark."""
        if not self.began:
            self.began = True
            self._publisher.mark(self._topic, [self._header.marked("begin").pair()])
        self._publisher.send(self._topic, value, (*headers, self._row))

    def end(self) -> None:
        """Let the snapshot count: its rows are acknowledged before the end mark is sent.

        Raises:
            UserError: if something is not acknowledged.
        """
        if not self.began:
            return
        try:
            self._publisher.flush()
        except UserError as error:
            raise half(error) from None
        self._publisher.mark(self._topic, [self._header.marked("end").pair()])
        self._publisher.flush()


def half(error: UserError) -> UserError:
    """The error of a run that ends within a snapshot, with what that means."""
    return UserError(f"{error}; {HALF}", exit_code=error.exit_code)
