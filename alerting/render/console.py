"""The same message on a terminal: a panel that reads like the one in Slack."""

import io
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alerting.render.message import (
    Actions,
    Facts,
    Fixed,
    Heading,
    Links,
    Listing,
    Mentions,
    Message,
    Note,
    Paragraph,
    Part,
)

WIDTH: Final = 96


def render_console(message: Message, channel: str, width: int | None = WIDTH) -> Panel:
    """A renderable of the message, ``width`` characters wide, or as wide as the terminal for None."""
    shown: list[RenderableType] = []
    for part in message.parts:
        if shown and not isinstance(part, Note):
            shown.append(Text())
        shown.append(_shown(part))
    title = Text(channel, style="bold")
    return Panel(
        Group(*shown), title=title, title_align="left", width=width, padding=(1, 2), style="none"
    )


def console_text(message: Message, channel: str, width: int = WIDTH) -> str:
    """The message as lines of text, without colours."""
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None, legacy_windows=False)
    console.print(render_console(message, channel, width))
    return stream.getvalue()


def _shown(part: Part) -> RenderableType:  # noqa: C901, PLR0911 - a case for each part, nothing else
    """A part; `Text` takes nothing for markup."""
    match part:
        case Heading(text):
            return Text(text, style="bold")
        case Paragraph(text, label):
            return Text.assemble((f"{label} " if label else "", "bold"), text)
        case Facts(pairs, in_lines=True):
            return _lines(pairs, ": ")
        case Facts(pairs):
            return _facts(pairs)
        case Listing(label, items):
            return Text.assemble((label, "bold"), *(f"\n• {item}" for item in items))
        case Fixed(label, lines):
            lines_shown = Text("\n".join(lines), no_wrap=True, overflow="crop")
            return Group(*([Text(label, style="bold")] if label else []), lines_shown)
        case Note(items):
            return Text("\n".join(items), style="dim")
        case Links(pairs):
            return _lines(pairs, " ")
        case Mentions(label, ids):
            return Text.assemble((label, "bold"), " ", ", ".join(ids))
        case Actions(subject):
            return Text(f"spendwatch anomalies show {subject.anomaly_id}", style="dim")


def _lines(pairs: tuple[tuple[str, str], ...], between: str) -> Text:
    lines = [Text.assemble((label, "bold"), between, value) for label, value in pairs]
    return Text("\n").join(lines)


def _facts(pairs: tuple[tuple[str, str], ...]) -> RenderableType:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=1)
    table.add_column(ratio=1)
    cells = [Text.assemble((label, "bold"), "\n", value) for label, value in pairs]
    for at in range(0, len(cells), 2):
        table.add_row(*cells[at : at + 2])
    return table
