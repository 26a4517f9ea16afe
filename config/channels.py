"""Slack channels as people write them: by name (``#search-alerts``) or by id (``C0123ABCD``)."""

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

_NAME = re.compile(r"#[^\W_](?:[\w-]{0,79})|#[_-][\w-]{1,79}")
_ID = re.compile(r"[CGD][A-Z0-9]{6,}")


def check_channel(text: object) -> str:
    """The channel, as Slack takes it.

    Raises:
        ValueError: if it is neither ``#`` and a name of up to 80 lower-case letters, digits, ``-`` and
            ``_``, nor the id of a channel.
    """
    if text is None:
        msg = 'is empty; write the channel in quotes, such as "#cloud-spend": an unquoted # is a comment'
        raise ValueError(msg)
    if isinstance(text, str):
        channel = text.strip()
        if _ID.fullmatch(channel) or (_NAME.fullmatch(channel) and channel == channel.lower()):
            return channel
    msg = f'{text!r} is no Slack channel; write "#name" in lower case, or an id such as C0123ABCD'
    raise ValueError(msg)


Channel = Annotated[
    str,
    BeforeValidator(check_channel),
    WithJsonSchema({"type": "string", "pattern": "^(#[^A-Z#\\s]{1,80}|[CGD][A-Z0-9]{6,})$"}),
]

GivenChannel = Annotated[Channel | None, BeforeValidator(check_channel)]
"""A channel that may be left out, but not be empty: without quotes it would be."""
