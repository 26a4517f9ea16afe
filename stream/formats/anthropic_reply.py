"""``anthropic.reply``: what Anthropic's messages API answers, whole or as a stream of events."""

from typing import Final

import msgspec

from stream.charge import Charge, Usage
from stream.formats.anthropic_tokens import Tokens, apart, measured
from stream.formats.envelope import NONE, Envelope
from stream.formats.event import Event
from stream.formats.event_stream import data_of, is_stream
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder
from stream.formats.reply import Reply, charge_of
from stream.formats.text import Scalar

NAME = "anthropic.reply"
SOURCE = "usage"
IS_REPLY = True

_MARKS: Final = ("role", "stop_reason", "usage")


class _Body(msgspec.Struct, gc=False):
    id: Scalar = None
    model: Scalar = None
    usage: Tokens | None = None


class _Sent(msgspec.Struct, gc=False):
    """One event of a stream: its start has the message, its deltas what was used until then."""

    type: Scalar = None
    message: _Body | None = None
    usage: Tokens | None = None


_body = msgspec.json.Decoder(_Body)
_sent = msgspec.json.Decoder(_Sent)


def recognises(event: Event) -> bool:
    """Whether the event is a message of an assistant with its usage."""
    if event.is_enveloped():
        return False
    fields = event.fields()
    return all(mark in fields for mark in _MARKS) and bytes(fields.get("type", b"")) == b'"message"'


def read(event: Event) -> list[Charge]:
    """The charges of a reply that came without an envelope: it is refused, as a reply has no time."""
    return charge(event.original, NONE)


def charge(data: bytes, envelope: Envelope) -> list[Charge]:
    """The charge of a reply, and of each step that its own counts leave out.

    Raises:
        RefusedError: if the reply names no tokens, or neither it nor the envelope has an id and a time.
    """
    try:
        body = _whole(data) if is_stream(data) else _body.decode(data)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    charges = [charge_of(_reply(body, measured(body.usage)), envelope)]
    steps = [] if body.usage is None else apart(body.usage)
    for number, step in enumerate(steps, 1):
        reply = _reply(body, measured(step), step.model, f"{step.type}-{number}")
        charges.append(charge_of(reply, envelope))
    return charges


def _reply(body: _Body, usage: Usage, model: str | None = None, part: str = "") -> Reply:
    return Reply(
        provider="anthropic", model=model or body.model, usage=usage, id=body.id, part=part
    )


def _whole(stream: bytes) -> _Body:
    """The message of a stream. Counts are of all so far: the last one that is told is the whole."""
    body: _Body | None = None
    is_over = False
    for data in data_of(stream):
        sent = _sent.decode(data)
        if sent.message is not None:
            body = sent.message
        elif sent.usage is not None and body is not None:
            body.usage = _updated(body.usage or Tokens(), sent.usage)
            is_over = True
    if body is None or not is_over:
        raise RefusedError(
            "cut_stream",
            "the stream has no message_start or no message_delta with the usage; send all of it",
        )
    return body


def _updated(before: Tokens, after: Tokens) -> Tokens:
    said = {
        name: value for name, value in msgspec.structs.asdict(after).items() if value is not None
    }
    return msgspec.structs.replace(before, **said)
