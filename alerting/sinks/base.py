"""What every sink does: deliver one notice, once. Retry, order and silence are the caller's matter."""

from typing import Protocol, runtime_checkable

import msgspec

from alerting.notices.notice import Notice
from alerting.render.message import Message


class Receipt(msgspec.Struct, frozen=True, array_like=True):
    """Where a message is, so that it can be edited or followed: what the sink wants to know again.

    Slack's channel id and ``ts``; of a mail its address and which of its thread it is; else the address and the notice's key.
    """

    channel: str
    ts: str


class Sink(Protocol):
    """A way out for notices. One that has a number ``pace`` is given a message every so many seconds at most, by address."""

    name: str
    edits: bool  # whether a later notice of the same key changes the message; if not, only news is delivered

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        """Deliver a notice.

        Args:
            notice: what to say.
            address: where to, as the rules say for this sink: a Slack channel, the name of a webhook, mail addresses.
            before: what was delivered under the same key earlier; it is edited where that is possible.

        Raises:
            Transient: if it may be tried again.
            Permanent: if a person has to mend something first.
        """

    async def check(self) -> None:
        """Find out whether the sink would be let in, without delivering anything; raises the same."""

    async def close(self) -> None:
        """Give back connections; the sink may be used again."""


@runtime_checkable
class Threads(Protocol):
    """A sink whose messages have threads, and that can be asked what it holds."""

    async def reply(
        self, message: Message, to: Receipt, *, broadcast: bool, mentions: tuple[str, ...] = ()
    ) -> Receipt:
        """Say something in the thread of a message; ``broadcast``: in its channel too. Raises as `Sink.deliver`."""

    async def attach(self, png: bytes, title: str, alt_text: str, to: Receipt) -> None:
        """Put a picture into the thread of a message. Raises as `Sink.deliver`."""

    async def find(self, key: str, address: str, since: float) -> Receipt | None:
        """The message of a notice's key that was posted since a moment (epoch seconds); None if there is none.

        Raises as `Sink.deliver`, also if the sink may not look.
        """
