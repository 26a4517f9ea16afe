"""What is said to Slack: a message as text and blocks, with whom it calls and how it is found again."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from alerting.render.blocks import MAX_BLOCKS, Block, slack_blocks, slack_text
from alerting.render.message import Message

EVENT_TYPE: Final = "spendwatch_notice"
_MARK: Final = "spendwatch:"
_MAX_BLOCK_ID: Final = 255
_GROUP: Final = re.compile(r"S[A-Z0-9]{2,20}")
_PERSON: Final = re.compile(r"[UW][A-Z0-9]{2,20}")


def whole(message: Message, key: str = "", mentions: Iterable[str] = ()) -> dict[str, Any]:
    """A message with its blocks.

    Args:
        message: what to say.
        key: of the notice, by which `is_of` knows the message; ``""``: it need not be found.
        mentions: ids of user groups and people to call; what is no id, or is called by the message already, is left out.
    """
    blocks = slack_blocks(message)
    calls = called(uncalled(mentions, blocks))
    if calls:
        blocks[1:1] = [{"type": "section", "text": {"type": "mrkdwn", "text": calls}}]
        del blocks[MAX_BLOCKS - 1 : -1]  # who is called is worth more than the last part
    if key and len(_MARK + key) <= _MAX_BLOCK_ID:
        blocks[0] = {**blocks[0], "block_id": _MARK + key}
    return {**text_alone(message, key, mentions), "blocks": blocks}


def text_alone(message: Message, key: str = "", mentions: Iterable[str] = ()) -> dict[str, Any]:
    """A message without blocks, of the same arguments."""
    calls, text = called(mentions), slack_text(message)
    said: dict[str, Any] = {"text": f"{calls} {text}" if calls else text}
    if key:
        said["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
    return said


def called(mentions: Iterable[str]) -> str:
    """User groups and people as Slack's mentions; what is not the id of one is left out."""
    return " ".join(mention for each in mentions if (mention := _mention(each)))


def uncalled(mentions: Iterable[str], blocks: list[Block]) -> list[str]:
    """Those whom the blocks do not call themselves."""
    shown = str(blocks)
    return [each for each in mentions if _mention(each) not in shown]


def is_of(message: Mapping[str, Any], key: str) -> bool:
    """Whether a message of a channel's history tells a notice of this key."""
    payload = _mapping(_mapping(message.get("metadata")).get("event_payload"))
    blocks = message.get("blocks")
    first = _mapping(blocks[0]) if isinstance(blocks, list) and blocks else {}
    return payload.get("key") == key or first.get("block_id") == _MARK + key


def _mention(each: str) -> str:
    if _GROUP.fullmatch(each):
        return f"<!subteam^{each}>"
    return f"<@{each}>" if _PERSON.fullmatch(each) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
