"""What every sink does: deliver one message, once. Retry, order and silence are the caller's matter."""

from typing import Protocol

import msgspec

from alerting.anomaly import Anomaly
from alerting.render.message import Message


class Receipt(msgspec.Struct, frozen=True, array_like=True):
    """Where a message is, so that it can be edited. Slack's channel id and ``ts``; else as far as known."""

    channel: str
    ts: str


class Sink(Protocol):
    """A way out for messages."""

    name: str

    async def deliver(
        self, message: Message, channel: str, before: Receipt | None, anomaly: Anomaly | None
    ) -> Receipt:
        """Deliver a message.

        Args:
            message: what to say.
            channel: where to, as written in the rules: ``#name`` or a channel id.
            before: what was delivered for the same anomaly earlier; it is edited where that is possible.
            anomaly: the record that the message tells of; None for a digest.

        Raises:
            Transient: if it may be tried again.
            Permanent: if a person has to mend something first.
        """

    async def check(self) -> None:
        """Find out whether the sink would be let in, without delivering anything; raises the same."""

    async def close(self) -> None:
        """Give back connections; the sink may be used again."""
