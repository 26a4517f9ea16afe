"""``openai.usage``: pages of OpenAI's usage API for administrators, tokens by bucket and group."""

import re
from typing import Final

import msgspec

from stream.charge import Charge
from stream.formats.counts import Count, count_of
from stream.formats.event import Event
from stream.formats.pages import Result, charges_of, is_page_with
from stream.formats.refused import RefusedError, quoted
from stream.formats.text import Scalar
from stream.formats.use import dimensions_of, usage_of

NAME = "openai.usage"
SOURCE = "usage"

_MARK: Final = re.compile(rb'"object"\s*:\s*"organization\.usage\.')
_IN_TOKENS: Final = frozenset(
    f"organization.usage.{kind}.result" for kind in ("completions", "embeddings", "moderations")
)
_TAGS: Final = ("user_id", "batch", "service_tier")


class _Result(msgspec.Struct, gc=False):
    object: str
    input_tokens: Count = None
    output_tokens: Count = None
    input_cached_tokens: Count = None
    input_cache_write_tokens: Count = None
    num_model_requests: Count = None
    project_id: Scalar = None
    api_key_id: Scalar = None
    model: Scalar = None


_decoder = msgspec.json.Decoder(_Result)


def recognises(event: Event) -> bool:
    """Whether the event is a page with results of this API."""
    return is_page_with(event, _MARK)


def read(event: Event) -> list[Charge]:
    """The charges of a page, one a result. Send a bucket once it is over: the first that comes counts.

    Raises:
        RefusedError: if a result is not in tokens, or one of its fields cannot be read.
    """
    return charges_of(event, _charge)


def _charge(found: Result) -> Charge:
    result = _decoder.decode(found.json())
    if result.object not in _IN_TOKENS:
        raise RefusedError(
            "unsupported_usage",
            f"{quoted(result.object)} does not count tokens; what it costs is in the costs API (openai.costs)",
        )
    return Charge(
        charge_id=found.identity(NAME),
        time=found.start,
        cost=None,
        dimensions=dimensions_of(
            provider="openai",
            model=result.model,
            account=result.project_id,
            api_key=result.api_key_id,
            tags=found.tags(*_TAGS),
        ),
        usage=usage_of(
            count_of("input_tokens", result.input_tokens),
            count_of("output_tokens", result.output_tokens),
            cache_read=count_of("input_cached_tokens", result.input_cached_tokens),
            cache_write=count_of("input_cache_write_tokens", result.input_cache_write_tokens),
            requests=count_of("num_model_requests", result.num_model_requests),
        ),
    )
