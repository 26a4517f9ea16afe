"""The events in a Kafka message: one JSON object, a JSON array, JSON lines, or the data of a CloudEvent."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from stream.charge import Charge
from stream.formats.envelope import Envelope
from stream.formats.event_stream import is_stream
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder

Headers = Sequence[tuple[str, bytes]]

BINARY_MODE_HEADER = "ce_specversion"
JSON_SPACE = b" \t\r\n"
_ARRAY = ord("[")
_any_json = msgspec.json.Decoder(msgspec.Raw)
_array = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Event:
    """One event: its own bytes, and the headers of the message that it came in."""

    __slots__ = ("_fields", "headers", "original")

    def __init__(self, original: bytes, headers: Mapping[str, bytes]) -> None:
        self.original = original
        self.headers = headers
        self._fields: dict[str, msgspec.Raw] | None = None

    def fields(self) -> Mapping[str, msgspec.Raw]:
        """The event's top-level fields, their values still JSON.

        Raises:
            RefusedError: if the event is not a JSON object.
        """
        if self._fields is None:
            try:
                self._fields = _object.decode(self.original)
            except DECODER_ERRORS as error:
                if is_stream(self.original):
                    raise _bare_stream() from None
                raise from_decoder(error) from None
        return self._fields

    def is_enveloped(self) -> bool:
        """Whether the event is a CloudEvent, so that whatever its data are belongs to another format.

        Raises:
            RefusedError: if the event is not a JSON object.
        """
        return BINARY_MODE_HEADER in self.headers or "specversion" in self.fields()


class Format(Protocol):
    """A format of events: a module of this package that has these names.

    ``IS_CERTAIN = True`` may say that `read` refuses whatever `recognises` does not know, so that it can be tried at once.
    ``MARKS``, a tuple of texts, may tell the fields that it looks for, the most telling first: an event that no format
    knows is compared with them.
    """

    NAME: str
    SOURCE: str

    def recognises(self, event: Event) -> bool:
        """Tell from its fields or headers whether the event is meant to be of this format."""

    def read(self, event: Event) -> "Charge | Sequence[Charge]":
        """Turn the event into its charge, or into all of its charges, or raise RefusedError.

        An event is refused as a whole: what is wrong in one of its parts names the part. One that repeats what
        another one counts already has no charge.
        """


class Payload(Protocol):
    """A format that may also be the data of a CloudEvent, whose ``type`` is then its name.

    ``IS_REPLY = True`` may say that the data are what a model answered: they may be ``text/event-stream``, too, and
    whose the use was is told by extension attributes.
    """

    NAME: str
    SOURCE: str

    def charge(self, data: bytes, envelope: Envelope) -> "Charge | Sequence[Charge]":
        """Turn the data into charges with the envelope's id and time, or raise RefusedError."""


def events_in(value: bytes, headers: Mapping[str, bytes]) -> list[bytes]:
    """The bytes of each event of a message, as they came; what is no JSON stays whole."""
    if BINARY_MODE_HEADER in headers:
        return [value]
    value = value.strip(JSON_SPACE)
    if value[0] == _ARRAY:
        return _elements(value)
    if b"\n" not in value or _is_json(value):
        return [value]
    lines = [line for line in map(_strip, value.split(b"\n")) if line]
    if not any(line.startswith(b"{") and _is_json(line) for line in lines):
        return [value]
    return [event for line in lines for event in _elements(line)]


def check_array(value: bytes) -> None:
    """Tell what is wrong with an array whose elements could not be told apart.

    Raises:
        RefusedError: ``not_json`` if it is cut off or broken.
    """
    try:
        _array.decode(value)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None


def _bare_stream() -> RefusedError:
    return RefusedError(
        "event_stream",
        "this is a stream of server-sent events; send all of it as the data of a CloudEvent with the content "
        "type text/event-stream",
    )


def _strip(line: bytes) -> bytes:
    return line.strip(JSON_SPACE)


def _elements(value: bytes) -> list[bytes]:
    if value[0] != _ARRAY:
        return [value]
    try:
        return [bytes(element) for element in _array.decode(value)] or [value]
    except DECODER_ERRORS:
        return [value] if b"\n" not in value else _lines_of_arrays(value)


def _lines_of_arrays(value: bytes) -> list[bytes]:
    lines = [line for line in map(_strip, value.split(b"\n")) if line]
    if not all(line[0] == _ARRAY and _is_json(line) for line in lines):
        return [value]
    return [event for line in lines for event in _elements(line)]


def _is_json(value: bytes) -> bool:
    try:
        _any_json.decode(value)
    except DECODER_ERRORS:
        return False
    return True
