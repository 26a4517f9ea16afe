"""Slack's documented limits of blocks, and the texts in them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_MAX_BLOCKS: Final = 50
_MAX_TEXT: Final = 40_000
_MAX: Final = {"header": 150, "section": 3000, "context": 2000}  # characters of a text object
_MAX_VALUE: Final = 2000
_MAX_BLOCK_ID: Final = 255
_MAX_FIELDS: Final = 10
_MAX_ELEMENTS: Final = {"actions": 25, "context": 10}


def said(blocks: object) -> Iterator[str]:
    """All texts in blocks, in their order; labels of buttons too."""
    if isinstance(blocks, Mapping):
        text = blocks.get("text")
        if isinstance(text, str):
            yield text
        for key, value in blocks.items():
            if key != "text" or not isinstance(value, str):
                yield from said(value)
    elif isinstance(blocks, list):
        for each in blocks:
            yield from said(each)


def refusal(message: Mapping[str, Any]) -> str | None:
    """Slack's error for a message that is beyond a limit; None if none is."""
    if len(message["text"]) > _MAX_TEXT:
        return "msg_too_long"
    blocks = message.get("blocks") or []
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(blocks) > _MAX_BLOCKS or len(set(ids)) < len(ids):
        return "invalid_blocks"
    return "invalid_blocks" if any(_is_wrong(block) for block in blocks) else None


def _is_wrong(block: Mapping[str, Any]) -> bool:
    kind, elements = block["type"], block.get("elements", ())
    longest = _MAX.get(kind, _MAX_TEXT)
    return (
        len(block.get("block_id", "")) > _MAX_BLOCK_ID
        or len(block.get("fields", ())) > _MAX_FIELDS
        or len(elements) > _MAX_ELEMENTS.get(kind, _MAX_TEXT)
        or any(len(each.get("value", "")) > _MAX_VALUE for each in elements)
        or any(not text or len(text) > longest for text in said(dict(block)))
    )
