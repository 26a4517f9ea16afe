"""The ``usage`` of OpenAI's replies, and of those of the many vendors that took over its shape."""

import msgspec

from stream.charge import Usage
from stream.formats.amounts import ABSENT
from stream.formats.counts import Count, count_of
from stream.formats.use import missing_usage, usage_of


class Details(msgspec.Struct, gc=False):
    """What some of the tokens were."""

    cached_tokens: Count = None
    cache_write_tokens: Count = None
    reasoning_tokens: Count = None


class Tokens(msgspec.Struct, gc=False):
    """Chat completions and embeddings count prompt and completion, responses input and output."""

    prompt_tokens: Count = None
    completion_tokens: Count = None
    prompt_tokens_details: Details | None = None
    completion_tokens_details: Details | None = None
    input_tokens: Count = None
    output_tokens: Count = None
    input_tokens_details: Details | None = None
    output_tokens_details: Details | None = None
    total_tokens: Count = None
    prompt_cache_hit_tokens: Count = None  # DeepSeek
    cached_tokens: Count = None  # Moonshot, Together
    cost: msgspec.Raw = ABSENT  # OpenRouter, in USD


def measured(tokens: Tokens | None) -> Usage:
    """The usage of one request.

    Raises:
        RefusedError: ``missing_usage`` if no tokens are told, ``bad_tokens`` for what is no count.
    """
    if tokens is None:
        raise missing_usage("the reply has no usage")
    read = tokens.prompt_tokens_details or tokens.input_tokens_details or Details()
    given = count_of("prompt_tokens", tokens.prompt_tokens, tokens.input_tokens)
    if given is None:
        raise missing_usage("usage has neither prompt_tokens nor input_tokens")
    return usage_of(
        given,
        _output(tokens, given),
        cache_read=count_of(
            "cached_tokens",
            read.cached_tokens,
            tokens.prompt_cache_hit_tokens,
            tokens.cached_tokens,
        ),
        cache_write=count_of("cache_write_tokens", read.cache_write_tokens),
    )


def _output(tokens: Tokens, given: int) -> int:
    """All output. Some vendors (xAI) leave reasoning out of it, which shows in the total."""
    output = count_of("completion_tokens", tokens.completion_tokens, tokens.output_tokens) or 0
    details = tokens.completion_tokens_details or tokens.output_tokens_details or Details()
    reasoning = count_of("reasoning_tokens", details.reasoning_tokens) or 0
    total = count_of("total_tokens", tokens.total_tokens) or 0
    return output + reasoning if total == given + output + reasoning else output
