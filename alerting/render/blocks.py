"""A message as Slack's Block Kit: escaped in this one place, and cut under Slack's limits.

Lengths are measured after escaping, so that no way of counting goes over.
"""

from collections.abc import Iterator
from typing import Final

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
from alerting.render.mrkdwn import cut, inert
from alerting.render.sections import (
    MAX_FIELDS,
    MAX_HEADER,
    MAX_TEXT,
    NOTHING,
    Block,
    context,
    fields,
    fixed_of,
    label_of,
    lines_of,
    links_of,
    section,
)

__all__ = ["Block", "block_id", "slack_blocks", "slack_text"]

MAX_BLOCKS: Final = 50
MAX_BLOCK_ID: Final = 255


def slack_text(message: Message) -> str:
    """The text of notifications, where blocks are not shown."""
    return cut(inert(message.text), MAX_TEXT) or NOTHING


def slack_blocks(message: Message, key: str = "") -> list[Block]:
    """The message's parts as blocks; of too many the last ones are left out, and the message says so.

    Args:
        message: what to say.
        key: of the notice. The first block carries it, so that a message can be found again by it.
    """
    blocks = _once([block for part in message.parts for block in _blocks(part)])
    if not blocks or "block_id" in blocks[0]:
        blocks = [section(slack_text(message)), *blocks]
    if len(blocks) > MAX_BLOCKS:
        left_out = len(blocks) - MAX_BLOCKS + 1
        blocks[MAX_BLOCKS - 1 :] = [context([f"{left_out} more parts do not fit in a message"])]
    if key:
        blocks[0] = {**blocks[0], "block_id": block_id(key)}
    return blocks


def block_id(key: str) -> str:
    """The ``block_id`` of the first block of a notice's message."""
    return cut(f"spendwatch:{key}", MAX_BLOCK_ID)


def _once(blocks: list[Block]) -> list[Block]:
    """Without the second row of the same buttons: Slack refuses a ``block_id`` that comes twice."""
    named = {
        block["block_id"]: at for at, block in reversed([*enumerate(blocks)]) if "block_id" in block
    }
    return [
        block
        for at, block in enumerate(blocks)
        if "block_id" not in block or named[block["block_id"]] == at
    ]


def _blocks(part: Part) -> Iterator[Block]:  # noqa: C901, PLR0912 - a case for each part, nothing else
    match part:
        case Heading(text):
            title = {
                "type": "plain_text",
                "text": cut(text, MAX_HEADER) or NOTHING,
                "emoji": False,
            }
            yield {"type": "header", "text": title}
        case Paragraph(text, label):
            yield section(f"{label_of(label)}{' ' if label else ''}{inert(text)}")
        case Listing(label, items):
            yield section("\n".join([label_of(label), *(f"• {inert(item)}" for item in items)]))
        case Fixed(label, lines):
            yield section(fixed_of(label_of(label), lines))
        case Facts(pairs, in_lines=True):
            yield from lines_of(pairs)
        case Facts(pairs):
            for at in range(0, len(pairs), MAX_FIELDS):
                yield fields(pairs[at : at + MAX_FIELDS])
        case Note(items):
            for at in range(0, len(items), MAX_FIELDS):
                yield context([inert(item) for item in items[at : at + MAX_FIELDS]])
        case Links(pairs):
            yield from links_of(pairs)
        case Mentions(label, ids):
            if called := mentions(ids):
                yield section(f"{label_of(label)} {called}")
        case Actions():
            if (row := actions_block(part)) is not None:
                yield row
