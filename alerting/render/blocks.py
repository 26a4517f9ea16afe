"""A message as Slack's Block Kit: escaped in this one place, and cut under Slack's limits.

Lengths are measured after escaping, so that no way of counting goes over.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from alerting.render.buttons import actions_block
from alerting.render.mentions import mentions
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
from alerting.render.mrkdwn import cut, escape, fenced, inert, length
from alerting.render.urls import is_link

Block = dict[str, Any]

MAX_BLOCKS: Final = 50
MAX_TEXT: Final = 3_000
MAX_HEADER: Final = 150
MAX_FIELD: Final = 2_000
MAX_BLOCK_ID: Final = 255
MAX_LINE: Final = 250  # of a chart or table; a longer line would be wrapped
MAX_FIELDS: Final = 10  # of a section; a context has as many elements
_BETWEEN_LINKS: Final = " · "
_NOTHING: Final = "…"  # Slack refuses empty texts


def slack_text(message: Message) -> str:
    """The text of notifications, where blocks are not shown."""
    return cut(inert(message.text), MAX_TEXT) or _NOTHING


def slack_blocks(message: Message, key: str = "") -> list[Block]:
    """The message's parts as blocks; of too many the last ones are left out, and the message says so.

    Args:
        message: what to say.
        key: of the notice. The first block carries it, so that a message can be found again by it.
    """
    blocks = [block for part in message.parts for block in _blocks(part)]
    if not blocks:
        blocks = [_section(slack_text(message))]
    if len(blocks) > MAX_BLOCKS:
        left_out = len(blocks) - MAX_BLOCKS + 1
        blocks[MAX_BLOCKS - 1 :] = [_context([f"{left_out} more parts do not fit in a message"])]
    if key:
        blocks[0] = {**blocks[0], "block_id": block_id(key)}
    return blocks


def block_id(key: str) -> str:
    """The ``block_id`` of the first block of a notice's message."""
    return cut(f"spendwatch:{key}", MAX_BLOCK_ID)


def _blocks(part: Part) -> Iterator[Block]:  # noqa: C901, PLR0912 - a case for each part, nothing else
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
        case Facts(pairs, in_lines=True):
            yield from _lines(pairs)
        case Facts(pairs):
            for at in range(0, len(pairs), MAX_FIELDS):
                yield _fields(pairs[at : at + MAX_FIELDS])
        case Note(items):
            for at in range(0, len(items), MAX_FIELDS):
                yield _context([inert(item) for item in items[at : at + MAX_FIELDS]])
        case Links(pairs):
            yield from _links(pairs)
        case Mentions(label, ids):
            if called := mentions(ids):
                yield _section(f"{_label(label)} {called}")
        case Actions():
            if (row := actions_block(part)) is not None:
                yield row


def _lines(pairs: tuple[tuple[str, str], ...]) -> Iterator[Block]:
    """A line a fact, as many in a section as fit."""
    lines = (cut(f"{_label(f'{label}:')} {inert(value)}", MAX_TEXT) for label, value in pairs)
    yield from (_section(text) for text in _joined(lines, "\n"))


def _links(pairs: tuple[tuple[str, str], ...]) -> Iterator[Block]:
    """Links beside one another. A bar would end a link's address, so labels have none."""
    links = (
        f"<{escape(url)}|{cut(inert(label.replace('|', '¦')), MAX_HEADER) or _NOTHING}>"
        for label, url in pairs
        if is_link(url)
    )
    fitting = (link for link in links if length(link) <= MAX_TEXT)
    yield from (_section(text) for text in _joined(fitting, _BETWEEN_LINKS))


def _joined(texts: Iterable[str], between: str) -> Iterator[str]:
    """Texts joined whole, up to a section's limit each."""
    joined = ""
    for text in texts:
        longer = f"{joined}{between}{text}" if joined else text
        if length(longer) > MAX_TEXT:
            yield joined
            longer = text
        joined = longer
    if joined:
        yield joined


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
