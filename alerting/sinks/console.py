"""The console: messages as they would look in Slack, for a first try without any account."""

import sys
from typing import TextIO

from rich.console import Console
from rich.text import Text

from alerting.notices.notice import Notice
from alerting.render.console import render_console
from alerting.sinks.base import Receipt
from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.why import title, why


class ConsoleSink:
    """Prints messages; what would edit one is a line of its own.

    Args:
        stream: where to; by default the process's own standard output, even where a framework has
            put a log in its place.
    """

    name = "console"
    edits = True

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        """Print the message, or the first line of it where it edits one; why it comes stands first."""
        stream = self._out()
        word = why(notice)
        shown = render_console(notice.message, address if word is None else f"{word}: {address}")
        try:
            console = Console(file=stream)  # as wide as the terminal, or as COLUMNS says
            if before is None:
                console.print(shown)
            else:
                line = Text(f"{address}: {title(notice)}")
                console.print(line, soft_wrap=not stream.isatty())
        except (OSError, ValueError) as error:  # ValueError: the stream is closed
            raise Transient(f"cannot print: {error}") from error
        return Receipt(address, notice.key)

    async def check(self) -> None:
        """Whether there is an output at all."""
        self._out()

    async def close(self) -> None:
        """The stream belongs to whoever opened it."""

    def _out(self) -> TextIO:
        stream = self._stream or sys.__stdout__
        if stream is None:
            remedy = "this process has no standard output: set SPENDWATCH_SLACK_TOKEN or start it with one"
            raise Permanent(remedy, whole_sink=True)
        return stream
