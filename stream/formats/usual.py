"""The usual message of the source `usage`, read in one step: CloudEvents whose data are usage documents.

It takes what the formats of such an event would take, and gives the same charges, faster: a message is decoded
as a whole. What is otherwise, or bad, is left to the formats, which read event by event and say what is wrong.
"""

from typing import Annotated, Literal

import msgspec

from stream.charge import Charge
from stream.formats.event import JSON_SPACE
from stream.formats.refused import DECODER_ERRORS, RefusedError
from stream.formats.text import LONGEST
from stream.formats.times import parse_time
from stream.formats.usage_document import Document
from stream.formats.usage_v1 import charge_of as charge_of_document

_ARRAY = ord("[")
_Part = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST // 2 - 1)]  # of the identity


class UsualEvent(msgspec.Struct, gc=False):
    """A CloudEvent in structured mode with its data: what the decoder lets through is usual."""

    data: Document
    id: _Part
    source: _Part
    type: Literal["spendwatch.usage.v1"]
    specversion: Literal["1.0"]
    time: str | None = None
    datacontenttype: Literal["application/json"] | None = None
    data_base64: None = None


UNUSUAL = (*DECODER_ERRORS, RefusedError)
decode_one = msgspec.json.Decoder(UsualEvent).decode
_many = msgspec.json.Decoder(list[UsualEvent])


def read(message: bytes) -> list[Charge] | None:
    """The charges of a message with an event, an array or lines of them; None where it is not usual."""
    try:
        return [charge_of(event) for event in events(message)] or None
    except UNUSUAL:
        return None


def events(message: bytes) -> list[UsualEvent]:
    """The events of a message; each of the ``UNUSUAL`` errors says that one of them is not usual."""
    message = message.strip(JSON_SPACE)
    if message[0] == _ARRAY:
        return _many.decode(message)
    if b"\n" in message:
        return [decode_one(line) for line in message.split(b"\n") if line.strip(JSON_SPACE)]
    return [decode_one(message)]


def charge_of(event: UsualEvent) -> Charge:
    """The charge of an event.

    Raises:
        RefusedError: if one of its fields cannot be read.
    """
    time = parse_time("time", event.time) if event.time else None
    return charge_of_document(event.data, f"{event.source}/{event.id}", time)
