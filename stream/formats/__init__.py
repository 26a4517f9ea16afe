"""Formats of events, one file each: bytes of a Kafka message in, charges and refusals out."""

from collections.abc import Sequence

from stream.charge import Charge
from stream.formats import registry, usage_v1, usual
from stream.formats.event import BINARY_MODE_HEADER, Event, Format, Headers, check_array, events_in
from stream.formats.nearest import nearest
from stream.formats.refused import Decoded, Refused, RefusedError

__all__ = ["Decoded", "Refused", "decode", "is_metered", "source_of"]


def decode(
    source: str, value: bytes | None, headers: Headers = (), own: Sequence[Format] = ()
) -> Decoded:
    """The charges of one Kafka message, and what in it is none.

    Args:
        source: ``billing`` or ``usage``: whose topic the message stood in.
        value: one JSON event, a JSON array or JSON lines of them, or the data of a CloudEvent in
            binary mode.
        headers: those of the message.
        own: formats of the rules' mappings, which are asked after those of the package.

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
            read = _read(source, Event(original, by_name), own)
        except RefusedError as error:
            refused.append(Refused(error.reason, error.detail, original))
        else:
            charges.extend((read,) if isinstance(read, Charge) else read)
    return Decoded(charges, refused)


def is_metered(source: str, headers: Headers = ()) -> bool:
    """Whether a message may be one of the usual ones of metered usage."""
    return source == usage_v1.SOURCE and (
        not headers or all(name != BINARY_MODE_HEADER for name, _ in headers)
    )


def source_of(event: bytes, own: Sequence[Format] = ()) -> str | None:
    """The source whose format the event is of; None where no format recognises it."""
    known = format_of(event, own)
    return None if known is None else known.SOURCE


def format_of(event: bytes, own: Sequence[Format] = ()) -> Format | None:
    """The format that an event is of; None where none recognises it."""
    one = Event(event, {})
    try:
        return _recognised((*registry.formats(), *own), one)
    except RefusedError:
        return None


_newest: dict[
    str, Format
] = {}  # by source: the format of its newest event, which the next one likely is of, too


def _read(source: str, event: Event, own: Sequence[Format]) -> Charge | Sequence[Charge]:
    if event.original[:1] == b"[":
        check_array(event.original)
    known = _newest.get(source)
    if known is not None and getattr(known, "IS_CERTAIN", False):
        try:
            return known.read(event)
        except RefusedError:
            if known.recognises(event):
                raise
    if known is None or not known.recognises(event):
        known = _recognised(registry.formats_of(source), event)
        if known is None:
            return _read_own(source, event, own)
        _newest[source] = known
    return known.read(event)


def _read_own(source: str, event: Event, own: Sequence[Format]) -> Charge | Sequence[Charge]:
    """The charge of an event of a mapping, which is not kept in mind: other rules have others."""
    of_source = [one for one in own if source == one.SOURCE]
    known = _recognised(of_source, event)
    if known is not None:
        return known.read(event)
    raise _unknown(source, event, own)


def _recognised(formats: Sequence[Format], event: Event) -> Format | None:
    return next((one for one in formats if one.recognises(event)), None)


def _unknown(source: str, event: Event, own: Sequence[Format]) -> RefusedError:
    mapped = [one for one in own if source == one.SOURCE]
    near = nearest(event.fields(), (*registry.formats_of(source), *mapped))
    other = _recognised((*registry.formats(), *own), event)
    if other is None:
        detail = f"no format of the source {source!r} knows these fields; {near}"
    else:
        detail = (
            f"this is {other.NAME}, which belongs to the source {other.SOURCE!r}, not to {source!r}"
        )
    return RefusedError("unknown_format", detail)
