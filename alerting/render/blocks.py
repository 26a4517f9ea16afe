"""A message as Slack's Block Kit: escaped in this one place, and cut under Slack's limits.

Lengths are measured after escaping, so that no way of counting goes over.
"""

from collections.abc import Iterator
from typing import Any, Final

from alerting.render.message import Facts, Fixed, Heading, Listing, Message, Note, Paragraph, Part
from alerting.render.mrkdwn import cut, fenced, inert, length

Block = dict[str, Any]

MAX_BLOCKS: Final = 50
MAX_TEXT: Final = 3_000
MAX_HEADER: Final = 150
MAX_FIELD: Final = 2_000
MAX_LINE: Final = 250  # of a chart or table; a longer line would be wrapped
MAX_FIELDS: Final = 10  # of a section; a context has as many elements
_NOTHING: Final = "…"  # Slack refuses empty texts


def slack_text(message: Message) -> str:
    """The text of notifications, where blocks are not shown."""
    return cut(inert(message.text), MAX_TEXT) or _NOTHING


def slack_blocks(message: Message) -> list[Block]:
    """The message's parts as blocks; of too many the last ones are left out, and the message says so."""
    blocks = [block for part in message.parts for block in _blocks(part)]
    if not blocks:
        return [_section(slack_text(message))]
    if len(blocks) > MAX_BLOCKS:
        left_out = len(blocks) - MAX_BLOCKS + 1
        blocks[MAX_BLOCKS - 1 :] = [_context([f"{left_out} more parts do not fit in a message"])]
    return blocks


def _blocks(part: Part) -> Iterator[Block]:
    match part:
        case Heading(text):
            title = {
                "type": "plain_text",
                "text": cut(text, MAX_HEADER) or _NOTHING,
                "emoji": False,
            }
            yield {"type": "header", "text": title}
        case Paragraph(text, label):
            yield _section(f"{_label(label)}{' ' if label else ''}{inert(text)}")
        case Listing(label, items):
            yield _section("\n".join([_label(label), *(f"• {inert(item)}" for item in items)]))
        case Fixed(label, lines):
            yield _section(_fixed(_label(label), lines))
        case Facts(pairs):
            for at in range(0, len(pairs), MAX_FIELDS):
                yield _fields(pairs[at : at + MAX_FIELDS])
        case Note(items):
            for at in range(0, len(items), MAX_FIELDS):
                yield _context([inert(item) for item in items[at : at + MAX_FIELDS]])


def _label(label: str) -> str:
    return f"*{cut(inert(label), MAX_HEADER)}*" if label else ""


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text.strip(), MAX_TEXT)}


def _fields(pairs: tuple[tuple[str, str], ...]) -> Block:
    fields = [_mrkdwn(f"{_label(label)}\n{inert(value)}", MAX_FIELD) for label, value in pairs]
    return {"type": "section", "fields": fields}


def _context(texts: list[str]) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text, MAX_TEXT) for text in texts]}


def _mrkdwn(text: str, most: int) -> Block:
    """A text object; ``verbatim`` keeps Slack from making links of what looks like one."""
    return {"type": "mrkdwn", "text": cut(text, most) or _NOTHING, "verbatim": True}


def _fixed(label: str, lines: tuple[str, ...]) -> str:
    """A code block of whole lines, as many as fit."""
    room = MAX_TEXT - length(label) - len("\n```\n\n…\n```")
    kept: list[str] = []
    for line in lines:
        shown = cut(fenced(line), MAX_LINE)
        room -= length(shown) + 1
        if room < 0:
            kept.append(_NOTHING)
            break
        kept.append(shown)
    return "\n".join([*([label] if label else []), "```", *kept, "```"])
