"""CloudEvents 1.0 over Kafka: structured mode (JSON), binary mode (``ce_`` headers) and batches."""

import binascii
import difflib
from base64 import b64decode
from collections.abc import Sequence

import msgspec

from stream.charge import Charge
from stream.formats import registry
from stream.formats.amounts import ABSENT
from stream.formats.envelope import NOBODY, Envelope, Whose
from stream.formats.event import BINARY_MODE_HEADER, Event, Payload
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder, quoted
from stream.formats.text import Scalar, name_of
from stream.formats.times import parse_time

NAME = "cloudevents"
SOURCE = "usage"
MARKS = ("specversion", "id", "source", "type", "data")

_LONGEST_COMPARED = 100  # characters; what is longer resembles no known type
_STREAM = "text/event-stream"


class _Envelope(msgspec.Struct, gc=False):
    """The context attributes that are read, and the data."""

    specversion: str | None = None
    id: str | None = None
    source: str | None = None
    type: str | None = None
    time: str | None = None
    datacontenttype: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    data_base64: str | None = None
    provider: msgspec.Raw = ABSENT
    service: msgspec.Raw = ABSENT
    team: msgspec.Raw = ABSENT
    environment: msgspec.Raw = ABSENT
    apikey: msgspec.Raw = ABSENT
    account: msgspec.Raw = ABSENT
    region: msgspec.Raw = ABSENT


EXTENSIONS = ("provider", "service", "team", "environment", "apikey", "account", "region")
"""The extension attributes that say whose a use was, in the order of `Whose`."""

_decoder = msgspec.json.Decoder(_Envelope)
_scalars: msgspec.json.Decoder[Scalar] = msgspec.json.Decoder(Scalar)


def recognises(event: Event) -> bool:
    """Whether it is a CloudEvent, but for those whose type is a format of bills."""
    return is_envelope(event) and source_of_type(event) == SOURCE


def is_envelope(event: Event) -> bool:
    """Whether the event has the attribute that every CloudEvent has."""
    return BINARY_MODE_HEADER in event.headers or "specversion" in event.fields()


def source_of_type(event: Event) -> str:
    """The source of the format that the event's type names; `SOURCE` for a type that none has."""
    if BINARY_MODE_HEADER in event.headers:
        kind = event.headers.get("ce_type", b"").decode("utf-8", "replace")
    else:
        kind = bytes(event.fields().get("type", b"")).decode("utf-8", "replace").strip('"')
    payload = registry.payloads().get(kind)
    return SOURCE if payload is None else payload.SOURCE


def read(event: Event) -> Charge | Sequence[Charge]:
    """The charge in the event's data, or the charges. Their id is the CloudEvent's identity: source and id.

    Raises:
        RefusedError: if a required attribute is missing, if no format is known for the ``type``, or
            as that format says.
    """
    envelope = _binary(event) if BINARY_MODE_HEADER in event.headers else _structured(event)
    identity, kind = _required(envelope)
    payload = registry.payloads().get(kind)
    if payload is None:
        raise _unknown_type(kind)
    time = parse_time("time", envelope.time) if envelope.time else None
    whose = _whose(envelope) if _is_reply(payload) else NOBODY
    return payload.charge(_data(envelope, payload), Envelope(identity, time, whose))


def _is_reply(payload: Payload) -> bool:
    return getattr(payload, "IS_REPLY", False)


def _whose(envelope: _Envelope) -> Whose:
    return Whose(*(name_of(name, _scalar(name, getattr(envelope, name))) for name in EXTENSIONS))


def _scalar(name: str, raw: msgspec.Raw) -> Scalar:
    try:
        return _scalars.decode(bytes(raw) or b"null")
    except DECODER_ERRORS as error:
        refused = from_decoder(error)
        raise RefusedError("bad_field", f"{name}: {refused.detail}") from None


def _structured(event: Event) -> _Envelope:
    try:
        return _decoder.decode(event.original)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None


def _binary(event: Event) -> _Envelope:
    def header(name: str) -> str | None:
        value = event.headers.get(name)
        return None if value is None else value.decode("utf-8", "replace")

    def extension(name: str) -> msgspec.Raw:
        return msgspec.Raw(msgspec.json.encode(header(f"ce_{name}")))

    return _Envelope(
        specversion=header(BINARY_MODE_HEADER),
        id=header("ce_id"),
        source=header("ce_source"),
        type=header("ce_type"),
        time=header("ce_time"),
        datacontenttype=header("content-type"),
        data=msgspec.Raw(event.original),
        provider=extension("provider"),
        service=extension("service"),
        team=extension("team"),
        environment=extension("environment"),
        apikey=extension("apikey"),
        account=extension("account"),
        region=extension("region"),
    )


def _required(envelope: _Envelope) -> tuple[str, str]:
    """The identity and the type of an event that has all that CloudEvents requires."""
    version = envelope.specversion
    if not version or not version.startswith("1."):
        raise RefusedError("bad_specversion", f"specversion is {quoted(version)}; write 1.0")
    for name, value in (("id", envelope.id), ("source", envelope.source), ("type", envelope.type)):
        if not value:
            raise RefusedError(f"missing_{name}", f"{name} is missing; CloudEvents requires it")
    return name_of("id", f"{envelope.source}/{envelope.id}"), str(envelope.type)


def _data(envelope: _Envelope, payload: Payload) -> bytes:
    content_type = (
        (envelope.datacontenttype or "application/json").partition(";")[0].strip().lower()
    )
    streams = content_type == _STREAM and _is_reply(payload)
    if not content_type.endswith("json") and not streams:
        raise RefusedError(
            "unsupported_content_type",
            f"the data is {quoted(content_type)}; write it as application/json",
        )
    if envelope.data_base64 is None:
        data = _text_of(envelope.data) if streams else bytes(envelope.data)
    else:
        try:
            data = b64decode(envelope.data_base64, validate=True)
        except (binascii.Error, ValueError):
            raise RefusedError(
                "bad_data", "data_base64 is not base64; write `data` as JSON"
            ) from None
    if not data:
        raise RefusedError("missing_data", "data is missing; write the usage as a JSON object")
    return data


def _text_of(data: msgspec.Raw) -> bytes:
    """Data that are no JSON: in structured mode they are a JSON string."""
    value = bytes(data)
    if value[:1] != b'"':
        return value
    try:
        return msgspec.json.decode(value, type=str).encode()
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None


def _unknown_type(kind: str) -> RefusedError:
    known = list(registry.payloads())
    near = difflib.get_close_matches(kind[:_LONGEST_COMPARED], known, n=1, cutoff=0) or known
    return RefusedError(
        "unknown_format", f"type is {quoted(kind)}; the nearest known one is {near[0]}"
    )
