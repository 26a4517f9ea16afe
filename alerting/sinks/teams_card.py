"""A message as an Adaptive Card for Microsoft Teams, under Teams' limit of size.

All text stands in `RichTextBlock`s, in which Adaptive Cards read no Markdown: a name cannot format, link or
mention. What they do read in any text are ``{{DATE(...)}}`` and ``{{TIME(...)}}``: braces that stand together are parted.

Format: https://adaptivecards.io/explorer/RichTextBlock.html
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from alerting.render.message import (
    Facts,
    Fixed,
    Heading,
    Links,
    Listing,
    Message,
    Note,
    Paragraph,
    Part,
)
from alerting.render.plain import cut
from config.named_urls import is_http

Json = dict[str, Any]

MAX_BYTES: Final = 26_000  # of the whole request; Teams refuses more than 28 KB
_MAX_TEXT: Final = 1_500  # of one run of text
_VERSION: Final = "1.4"
_BRACE_BEFORE_BRACE: Final = re.compile(r"\{(?=\{)")


def teams_message(title: str, message: Message) -> bytes:
    """The request: a message that holds a card whose first line is ``title``; what does not fit is counted."""
    blocks = [_block([_run(title, weight="Bolder", size="Large")])]
    blocks += [
        block
        for at, part in enumerate(message.parts)
        if at > 0 or not isinstance(part, Heading)  # which the title says
        for block in _blocks(part)
    ]
    room = MAX_BYTES - len(_encoded(_request(title, [_left_out(len(blocks))])))
    fitting = _fitting(blocks, room)
    if fitting < len(blocks):
        blocks[fitting:] = [_left_out(len(blocks) - fitting)]
    return _encoded(_request(title, blocks))


def _request(title: str, blocks: list[Json]) -> Json:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": _VERSION,
        "fallbackText": _inert(title),
        "msteams": {"width": "Full"},
        "body": blocks,
    }
    content_type = "application/vnd.microsoft.card.adaptive"
    return {
        "type": "message",
        "attachments": [{"contentType": content_type, "contentUrl": None, "content": card}],
    }


def _encoded(request: Json) -> bytes:
    """As ASCII, the longest way to write it, so that no way of counting goes over."""
    return json.dumps(request, separators=(",", ":")).encode()


def _fitting(blocks: list[Json], room: int) -> int:
    """How many of the blocks fit, from the first on."""
    for at, block in enumerate(blocks):
        room -= len(_encoded(block)) + 1
        if room < 0:
            return at
    return len(blocks)


def _left_out(count: int) -> Json:
    return _block([_run(f"{count} more lines do not fit in a card", isSubtle=True)])


def _blocks(part: Part) -> Iterator[Json]:
    """The lines of a part. Slack's buttons and mentions have no place here."""
    match part:
        case Heading(text):
            yield _block([_run(text, weight="Bolder", size="Medium")], "Medium")
        case Paragraph(text, label):
            yield _block([*_label(label), _run(text)], "Medium")
        case Note(items):
            yield from (_block([_run(one, isSubtle=True, size="Small")], "Small") for one in items)
        case Facts() | Links() | Listing() | Fixed():
            yield from _rows(part)


def _rows(part: Facts | Links | Listing | Fixed) -> Iterator[Json]:
    """The lines of what has many: all but the first close to each other."""
    match part:
        case Facts():
            rows = [[*_label(label), _run(value)] for label, value in part.pairs]
        case Links(pairs):
            rows = [[_link(label, url)] for label, url in pairs if is_http(url)]
        case Listing(label, items):
            rows = [_label(label), *([_run(f"• {item}")] for item in items)]
        case Fixed(label, lines):
            fixed = ([_run(_unbroken(line), fontType="Monospace")] for line in lines)
            rows = [_label(label), *fixed]
    for at, runs in enumerate(runs for runs in rows if runs):
        yield _block(runs, "None" if at else "Medium")


def _link(label: str, url: str) -> Json:
    return _run(label, selectAction={"type": "Action.OpenUrl", "url": url})


def _label(label: str) -> list[Json]:
    return [_run(f"{label}  ", weight="Bolder")] if label else []


def _block(runs: list[Json], spacing: str = "Default") -> Json:
    return {"type": "RichTextBlock", "spacing": spacing, "inlines": runs}


def _run(text: str, **look: object) -> Json:
    return {"type": "TextRun", "text": _inert(text) or " ", **look}


def _inert(text: str) -> str:
    return cut(_BRACE_BEFORE_BRACE.sub("{ ", text), _MAX_TEXT)


def _unbroken(line: str) -> str:
    """A line of a chart or table: spaces that a reader of HTML would fold stay."""
    return line.replace(" ", "\u00a0")
