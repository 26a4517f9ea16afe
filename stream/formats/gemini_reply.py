"""``gemini.reply``: what Gemini answers, by Google's own API or by Vertex AI."""

from typing import Final

import msgspec

from stream.charge import Charge, Usage
from stream.formats.counts import Count, count_of
from stream.formats.envelope import NONE, Envelope
from stream.formats.event import Event
from stream.formats.event_stream import data_of, is_stream
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder
from stream.formats.reply import Reply, charge_of
from stream.formats.text import Scalar
from stream.formats.use import missing_usage, usage_of

NAME = "gemini.reply"
SOURCE = "usage"
IS_REPLY = True

_MARKS: Final = ("candidates", "modelVersion", "responseId", "promptFeedback")


class Tokens(msgspec.Struct, rename="camel", gc=False):
    """The counts of ``usageMetadata``: thoughts stand beside the candidates, tools beside the prompt."""

    prompt_token_count: Count = None
    tool_use_prompt_token_count: Count = None
    cached_content_token_count: Count = None
    candidates_token_count: Count = None
    thoughts_token_count: Count = None


class _Candidate(msgspec.Struct, rename="camel", gc=False):
    finish_reason: Scalar = None


class _Body(msgspec.Struct, rename="camel", gc=False):
    response_id: Scalar = None
    create_time: Scalar = None
    model_version: Scalar = None
    usage_metadata: Tokens | None = None
    candidates: list[_Candidate] | None = None


_body = msgspec.json.Decoder(_Body)


def recognises(event: Event) -> bool:
    """Whether the event has the usage under the name that only Gemini has, beside one more of its names."""
    if event.is_enveloped():
        return False
    fields = event.fields()
    return "usageMetadata" in fields and any(mark in fields for mark in _MARKS)


def read(event: Event) -> Charge:
    """The charge of a reply that came without an envelope: that of Vertex AI has an id and a time."""
    return charge(event.original, NONE)


def charge(data: bytes, envelope: Envelope) -> Charge:
    """The charge of a reply, or of the stream of one.

    Raises:
        RefusedError: if the reply names no tokens, is only a piece of one, or neither it nor the envelope has
            an id and a time.
    """
    try:
        body = _last_of(data) if is_stream(data) else _body.decode(data)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    if body.candidates and all(one.finish_reason is None for one in body.candidates):
        raise RefusedError(
            "part_of_stream",
            "no candidate has a finishReason, so this is a piece of a stream; send the last one, or the whole stream",
        )
    return charge_of(
        Reply(
            provider="google",
            model=body.model_version,
            usage=measured(body.usage_metadata),
            id=body.response_id,
            time=body.create_time,
        ),
        envelope,
    )


def measured(tokens: Tokens | None) -> Usage:
    """The usage of one request: thoughts are output, and what tools brought in is input.

    Raises:
        RefusedError: ``missing_usage`` if no tokens are told, ``bad_tokens`` for what is no count.
    """
    if tokens is None:
        raise missing_usage("the reply has no usageMetadata")
    prompt = count_of("promptTokenCount", tokens.prompt_token_count)
    answer = count_of("candidatesTokenCount", tokens.candidates_token_count)
    if prompt is None and answer is None:
        raise missing_usage("usageMetadata has neither promptTokenCount nor candidatesTokenCount")
    tools = count_of("toolUsePromptTokenCount", tokens.tool_use_prompt_token_count) or 0
    thoughts = count_of("thoughtsTokenCount", tokens.thoughts_token_count) or 0
    return usage_of(
        (prompt or 0) + tools,
        (answer or 0) + thoughts,
        cache_read=count_of("cachedContentTokenCount", tokens.cached_content_token_count),
    )


def _last_of(stream: bytes) -> _Body:
    """The last piece of a stream that has the usage, which is that of all of it."""
    pieces = [_body.decode(data) for data in data_of(stream)]
    told = [piece for piece in pieces if piece.usage_metadata is not None]
    if not told:
        raise missing_usage("no piece of the stream has usageMetadata")
    return told[-1]
