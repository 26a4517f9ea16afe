"""The ``usage`` of Anthropic's replies, whose input leaves out what was read from and written to a cache."""

import msgspec

from stream.charge import Usage
from stream.formats.counts import Count, count_of
from stream.formats.use import missing_usage, usage_of


class Creation(msgspec.Struct, gc=False):
    """Tokens written to a cache, by how long they are kept."""

    ephemeral_5m_input_tokens: Count = None
    ephemeral_1h_input_tokens: Count = None

    def total(self) -> int:
        """Both together."""
        five_minutes = count_of("ephemeral_5m_input_tokens", self.ephemeral_5m_input_tokens) or 0
        hour = count_of("ephemeral_1h_input_tokens", self.ephemeral_1h_input_tokens) or 0
        return five_minutes + hour


class Part(msgspec.Struct, gc=False):
    """The tokens of a reply, or of one step on the way to it."""

    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None
    cache_creation: Creation | None = None


class Iteration(Part, gc=False):
    """One step. Those of the ``type`` ``message`` are in the reply's own counts, others are not."""

    type: str | None = None
    model: str | None = None


class Tokens(Part, gc=False):
    """The tokens of a reply, and its steps."""

    iterations: list[Iteration] | None = None


def measured(tokens: Part | None) -> Usage:
    """The usage of one request, with the cached tokens in the input.

    Raises:
        RefusedError: ``missing_usage`` if no tokens are told, ``bad_tokens`` for what is no count.
    """
    if tokens is None:
        raise missing_usage("the reply has no usage")
    fresh = count_of("input_tokens", tokens.input_tokens)
    output = count_of("output_tokens", tokens.output_tokens)
    if fresh is None and output is None:
        raise missing_usage("usage has neither input_tokens nor output_tokens")
    read = count_of("cache_read_input_tokens", tokens.cache_read_input_tokens) or 0
    write = count_of("cache_creation_input_tokens", tokens.cache_creation_input_tokens)
    if write is None:
        write = 0 if tokens.cache_creation is None else tokens.cache_creation.total()
    return usage_of((fresh or 0) + read + write, output, cache_read=read, cache_write=write)


def apart(tokens: Tokens) -> list[Iteration]:
    """The steps that the reply's own counts leave out: compactions, and other models that were asked."""
    return [one for one in tokens.iterations or [] if one.type not in {None, "message"}]
