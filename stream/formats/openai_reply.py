"""``openai.reply``: what OpenAI's API answers to a request, and the vendors that speak as it does.

Chat completions, responses, completions and embeddings, whole or as a stream of events.
"""

from typing import Final

import msgspec

from stream.charge import Charge
from stream.formats.amounts import ABSENT, amount_of
from stream.formats.envelope import NONE, Envelope
from stream.formats.event import Event
from stream.formats.event_stream import data_of, is_stream
from stream.formats.openai_tokens import Tokens, measured
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder
from stream.formats.reply import Reply, charge_of
from stream.formats.text import Scalar

NAME = "openai.reply"
SOURCE = "usage"
IS_REPLY = True

_KINDS: Final = frozenset(
    {b'"chat.completion"', b'"chat.completion.chunk"', b'"text_completion"', b'"response"'}
)
_CHUNK: Final = "chat.completion.chunk"


class _Choice(msgspec.Struct, gc=False):
    finish_reason: Scalar = None


class _Body(msgspec.Struct, gc=False):
    object: Scalar = None
    id: Scalar = None
    created: Scalar = None
    created_at: Scalar = None
    model: Scalar = None
    usage: Tokens | None = None
    metadata: msgspec.Raw = ABSENT
    choices: list[_Choice] | None = None


class _Sent(_Body, gc=False):
    """One event of a stream: a chunk, or one that holds a response."""

    response: _Body | None = None


_body = msgspec.json.Decoder(_Body)
_sent = msgspec.json.Decoder(_Sent)


def recognises(event: Event) -> bool:
    """Whether the event's ``object`` is one that only a reply has; a list must be one of embeddings."""
    if event.is_enveloped():
        return False
    fields = event.fields()
    kind = bytes(fields.get("object", ABSENT))
    return kind in _KINDS or (kind == b'"list"' and "usage" in fields and "model" in fields)


def read(event: Event) -> Charge:
    """The charge of a reply that came without an envelope."""
    return charge(event.original, NONE)


def charge(data: bytes, envelope: Envelope) -> Charge:
    """The charge of a reply, or of the stream of one.

    Raises:
        RefusedError: if the reply names no tokens, or neither it nor the envelope has an id and a time.
    """
    try:
        body = _last_of(data) if is_stream(data) else _body.decode(data)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    if body.object == _CHUNK and not _is_last(body):
        raise RefusedError(
            "part_of_stream",
            "this is one chunk of a stream; send the last one alone, which has the usage, or the whole stream",
        )
    tokens = body.usage
    return charge_of(
        Reply(
            provider="openai",
            model=body.model,
            usage=measured(tokens),
            id=body.id,
            time=body.created if body.created_at is None else body.created_at,
            cost=None if tokens is None else amount_of("cost", tokens.cost),
            tags=body.metadata,
        ),
        envelope,
    )


def _is_last(chunk: _Body) -> bool:
    """Whether the chunk has the usage of the whole: vendors that tell it in each count up to the last one."""
    choices = chunk.choices or []
    return chunk.usage is not None and all(one.finish_reason is not None for one in choices)


def _last_of(stream: bytes) -> _Body:
    """The last piece of a stream that has the usage: a chunk, or the response as it was completed."""
    found: _Body | None = None
    for data in data_of(stream):
        sent = _sent.decode(data)
        body = sent if sent.response is None else sent.response
        if body.usage is not None:
            found = body
    if found is None:
        raise RefusedError(
            "missing_usage",
            "the stream is cut off or tells no usage; ask for it with stream_options.include_usage",
        )
    return found
