"""Formats of events, one file each: bytes of a Kafka message in, charges and refusals out."""

from collections.abc import Mapping

from stream.charge import Charge
from stream.formats import registry, usage_v1, usual
from stream.formats.event import BINARY_MODE_HEADER, Event, Headers, check_array, events_in
from stream.formats.refused import Decoded, Refused, RefusedError

__all__ = ["Decoded", "Refused", "decode", "is_metered", "source_of"]


def decode(source: str, value: bytes | None, headers: Headers = ()) -> Decoded:
    """The charges of one Kafka message, and what in it is none.

    Args:
        source: ``billing`` or ``usage``: whose topic the message stood in.
        value: one JSON event, a JSON array or JSON lines of them, or the data of a CloudEvent in
            binary mode.
        headers: those of the message.

    Never raises, whatever the bytes: one bad event is refused, and the others are read.
    """
    charges: list[Charge] = []
    refused: list[Refused] = []
    if not value or value.isspace():
        detail = "the message has no value; write one JSON object an event"
        return Decoded(charges, [Refused("empty", detail, value or b"")])
    by_name = dict(headers)
    if is_metered(source, headers):
        known = usual.read(value)
        if known is not None:
            return Decoded(known, refused)
    for original in events_in(value, by_name):
        try:
            charges.append(_read(source, Event(original, by_name)))
        except RefusedError as error:
            refused.append(Refused(error.reason, error.detail, original))
    return Decoded(charges, refused)


def is_metered(source: str, headers: Headers = ()) -> bool:
    """Whether a message may be one of the usual ones of metered usage."""
    return source == usage_v1.SOURCE and (
        not headers or all(name != BINARY_MODE_HEADER for name, _ in headers)
    )


def source_of(event: bytes, headers: Mapping[str, bytes] | None = None) -> str | None:
    """The source whose format the event is of; None where no format recognises it."""
    one = Event(event, headers or {})
    try:
        return next((known.SOURCE for known in registry.formats() if known.recognises(one)), None)
    except RefusedError:
        return None


def _read(source: str, event: Event) -> Charge:
    if event.original[:1] == b"[":
        check_array(event.original)
    known = registry.formats_of(source)
    if len(known) == 1:
        try:
            return known[0].read(event)
        except RefusedError:
            if known[0].recognises(event):
                raise
            raise _unknown(source, event) from None
    for one in known:
        if one.recognises(event):
            return one.read(event)
    raise _unknown(source, event)


def _unknown(source: str, event: Event) -> RefusedError:
    names = ", ".join(one.NAME for one in registry.formats_of(source)) or "none"
    other = next((one for one in registry.formats() if one.recognises(event)), None)
    if other is None:
        detail = f"no format of the source {source!r} knows these fields; known: {names}"
    else:
        detail = f"this is {other.NAME}, which belongs to the source {other.SOURCE!r}; known here: {names}"
    return RefusedError("unknown_format", detail)
