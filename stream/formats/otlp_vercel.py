"""The provider's own counts, which Vercel's AI SDK adds to a span as JSON text.

Its ``gen_ai.usage.input_tokens`` leaves out cached tokens with some versions and providers, and says nowhere which.
"""

from typing import Final

import msgspec

from stream.charge import Usage
from stream.formats import anthropic_tokens
from stream.formats.counts import Count, count_of
from stream.formats.refused import DECODER_ERRORS
from stream.formats.text import Scalar
from stream.formats.use import usage_of

METADATA: Final = "ai.response.providerMetadata"


class _Converse(msgspec.Struct, rename="camel", gc=False):
    """The usage of Bedrock's Converse API, whose input leaves out cached tokens."""

    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_write_input_tokens: Count = None


class _Anthropic(msgspec.Struct, gc=False):
    usage: anthropic_tokens.Tokens | None = None


class _Bedrock(msgspec.Struct, gc=False):
    usage: _Converse | None = None


class _Metadata(msgspec.Struct, gc=False):
    anthropic: _Anthropic | None = None
    bedrock: _Bedrock | None = None


_decoder = msgspec.json.Decoder(_Metadata)


def measured(text: Scalar) -> Usage | None:
    """The usage as Anthropic or Bedrock counted it; None where the text does not tell it.

    Raises:
        RefusedError: ``bad_tokens`` for what is no count.
    """
    if not isinstance(text, str):
        return None
    try:
        metadata = _decoder.decode(text)
    except DECODER_ERRORS:
        return None
    if metadata.anthropic is not None and metadata.anthropic.usage is not None:
        return anthropic_tokens.measured(metadata.anthropic.usage)
    if metadata.bedrock is not None and metadata.bedrock.usage is not None:
        return _of_converse(metadata.bedrock.usage)
    return None


def _of_converse(tokens: _Converse) -> Usage | None:
    fresh = count_of("inputTokens", tokens.input_tokens)
    output = count_of("outputTokens", tokens.output_tokens)
    if fresh is None or output is None:
        return None
    read = count_of("cacheReadInputTokens", tokens.cache_read_input_tokens) or 0
    write = count_of("cacheWriteInputTokens", tokens.cache_write_input_tokens) or 0
    return usage_of(fresh + read + write, output, cache_read=read, cache_write=write)
