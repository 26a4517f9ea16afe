"""What the replies of OpenCost's APIs have in common: an envelope, windows of time, and no currency."""

from collections import Counter
from typing import Final

import msgspec

from stream.charge import Charge
from stream.formats.event import Event
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder
from stream.formats.text import Scalar, currency_of
from stream.formats.times import parse_time

PROVIDER: Final = "OpenCost"


class Window(msgspec.Struct, gc=False):
    """A span of time; one of ``customCost`` says the text "null" for what it does not know."""

    start: Scalar = None
    end: Scalar = None


def holds(event: Event, name: str) -> bool:
    """Whether the event has a field of that name, or is a reply with one in its data."""
    fields = event.fields()
    if name in fields:
        return True
    data = fields.get("data")
    return data is not None and "code" in fields and f'"{name}"'.encode() in bytes(data)


def data_of(event: Event) -> bytes:
    """What a reply brings; an event without the envelope is that itself."""
    fields = event.fields()
    if "code" in fields and "data" in fields:
        return bytes(fields["data"])
    return event.original


def currency(event: Event) -> str:
    """OpenCost names none: USD, or what ``currency`` beside the data says.

    Raises:
        RefusedError: ``bad_currency``.
    """
    raw = event.fields().get("currency")
    try:
        named = None if raw is None else msgspec.json.decode(raw)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    if named is not None and not isinstance(named, str):
        raise RefusedError("bad_currency", "currency is no text; write an ISO code such as EUR")
    return currency_of("currency", named or "USD")


def start_of(where: str, *starts: Scalar) -> int:
    """The first start that is there.

    Raises:
        RefusedError: ``missing_time`` or ``bad_time``.
    """
    for start in starts:
        if start is not None and start not in {"", "null"}:
            return parse_time(f"window.start of {where}", start)
    raise RefusedError(
        "missing_time",
        f"window.start of {where} is missing; send what the API replied, with its windows",
    )


def told_apart(charges: list[Charge]) -> list[Charge]:
    """The charges with ids of their own: of several of one id and time in a reply the later ones get a number."""
    seen: Counter[tuple[str, int]] = Counter()
    apart = []
    for one in charges:
        number = seen[one.charge_id, one.time]
        seen[one.charge_id, one.time] += 1
        apart.append(
            msgspec.structs.replace(one, charge_id=f"{one.charge_id}#{number}") if number else one
        )
    return apart
