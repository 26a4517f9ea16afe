"""One span of OpenTelemetry, as instrumentations of language models write it under new and old names."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from stream.charge import Usage
from stream.formats import otlp_vercel
from stream.formats.counts import Count, count_of
from stream.formats.otlp import KeyValue, values
from stream.formats.text import Scalar
from stream.formats.use import usage_of

INPUT: Final = (
    *("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    *("llm.token_count.prompt", "llm.usage.prompt_tokens"),
)
OUTPUT: Final = (
    *("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    *("llm.token_count.completion", "llm.usage.completion_tokens"),
)
CACHE_READ: Final = (
    *("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"),
    *("gen_ai.usage.input_cached_tokens", "llm.token_count.prompt_details.cache_read"),
)
CACHE_WRITE: Final = (
    *("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens"),
    *("gen_ai.usage.input_cache_creation", "llm.token_count.prompt_details.cache_write"),
)
MODEL: Final = ("gen_ai.response.model", "gen_ai.request.model", "llm.model_name")
PROVIDER: Final = ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system")
API_KEY: Final = ("metadata.user_api_key_alias", "metadata.user_api_key_hash")
TEAM: Final = ("metadata.user_api_key_team_alias", "metadata.user_api_key_team_id")
AGENT: Final = "gen_ai.agent.name"
_OPERATION: Final = "gen_ai.operation.name"
_KINDS: Final = ("openinference.span.kind", "traceloop.span.kind")
_AROUND: Final = frozenset(  # what is around the calls of a model, and may repeat their tokens
    {"invoke_agent", "create_agent", "execute_tool", "invoke_workflow", "agent", "chain"}
    | {"tool", "workflow", "task", "retriever", "guardrail", "evaluator"}
)
_WANTED: Final = frozenset(
    {*INPUT, *OUTPUT, *CACHE_READ, *CACHE_WRITE, *MODEL, *PROVIDER, *API_KEY, *TEAM}
    | {AGENT, _OPERATION, *_KINDS, otlp_vercel.METADATA}
)


class Span(msgspec.Struct, rename="camel", gc=False):
    """The fields of a span that are read."""

    trace_id: str = ""
    span_id: str = ""
    parent_span_id: str | None = None
    start_time_unix_nano: int | str | None = None
    attributes: Sequence[KeyValue] = ()


def said_by(span: Span) -> dict[str, Scalar] | None:
    """What a span of a call says; None where it names no tokens, or is of an agent, a chain or a tool.

    Raises:
        RefusedError: if one of its attributes cannot be read.
    """
    if not any(one.key in INPUT or one.key in OUTPUT for one in span.attributes):
        return None
    said = values(span.attributes, _WANTED)
    kinds = (said.get(name) for name in (_OPERATION, *_KINDS))
    if any(str(kind).lower() in _AROUND for kind in kinds):
        return None
    return said


def measured(said: Mapping[str, Scalar]) -> Usage:
    """The usage of one call.

    Of several names of the cached tokens the largest counts, as some instrumentations write a zero under one of
    them. OpenTelemetry wants cached tokens in the input; where there are more of them than input, they are not.

    Raises:
        RefusedError: ``bad_tokens`` for what is no count.
    """
    of_provider = otlp_vercel.measured(said.get(otlp_vercel.METADATA))
    if of_provider is not None:
        return of_provider
    tokens = _first(said, INPUT) or 0
    read, write = _largest(said, CACHE_READ), _largest(said, CACHE_WRITE)
    if read + write > tokens:
        tokens += read + write
    return usage_of(tokens, _first(said, OUTPUT), cache_read=read, cache_write=write)


def first_of(said: Mapping[str, Scalar], names: Sequence[str]) -> Scalar:
    """The value of the first of the names that has one."""
    return next((said[name] for name in names if said.get(name) not in {None, ""}), None)


def _first(said: Mapping[str, Scalar], names: Sequence[str]) -> int | None:
    return next((_count(said, name) for name in names if name in said), None)


def _largest(said: Mapping[str, Scalar], names: Sequence[str]) -> int:
    return max((_count(said, name) for name in names if name in said), default=0)


def _count(said: Mapping[str, Scalar], name: str) -> int:
    value: Count = said[name]
    return count_of(name, value) or 0
