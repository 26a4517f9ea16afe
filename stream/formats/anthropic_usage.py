"""``anthropic.usage``: pages of Anthropic's usage report on messages, tokens by bucket and group."""

import re
from typing import Final

import msgspec

from stream.charge import Charge, Usage
from stream.formats.anthropic_tokens import Creation
from stream.formats.counts import Count, count_of
from stream.formats.event import Event
from stream.formats.pages import Result, charges_of, is_page_with
from stream.formats.text import Scalar
from stream.formats.use import dimensions_of, missing_usage, usage_of

NAME = "anthropic.usage"
SOURCE = "usage"

_MARK: Final = re.compile(rb'"uncached_input_tokens"\s*:')
_TAGS: Final = ("account_id", "service_account_id", "service_tier", "context_window")
_LONGEST_INPUT: Final = {"200k-1M": 1_000_000}
_USUAL_LONGEST_INPUT: Final = 200_000
_NO_REGION: Final = frozenset({"not_available", None})


class _Result(msgspec.Struct, gc=False):
    uncached_input_tokens: Count = None
    cache_creation: Creation | None = None
    cache_read_input_tokens: Count = None
    output_tokens: Count = None
    api_key_id: Scalar = None
    workspace_id: Scalar = None
    model: Scalar = None
    context_window: str | None = None
    inference_geo: str | None = None


_decoder = msgspec.json.Decoder(_Result)


def recognises(event: Event) -> bool:
    """Whether the event is a page with results of this report."""
    return is_page_with(event, _MARK) and "object" not in event.fields()


def read(event: Event) -> list[Charge]:
    """The charges of a page, one a result. Send a bucket once it is over: the first that comes counts.

    Raises:
        RefusedError: if a result names no tokens, or one of its fields cannot be read.
    """
    return charges_of(event, _charge)


def _charge(found: Result) -> Charge:
    result = _decoder.decode(found.json())
    return Charge(
        charge_id=found.identity(NAME),
        time=found.start,
        cost=None,
        dimensions=dimensions_of(
            provider="anthropic",
            model=result.model,
            account=result.workspace_id,
            api_key=result.api_key_id,
            region=None if result.inference_geo in _NO_REGION else result.inference_geo,
            tags=found.tags(*_TAGS),
        ),
        usage=_usage(result),
    )


def _usage(result: _Result) -> Usage:
    fresh = count_of("uncached_input_tokens", result.uncached_input_tokens)
    output = count_of("output_tokens", result.output_tokens)
    if fresh is None and output is None:
        raise missing_usage("uncached_input_tokens and output_tokens are both missing")
    read = count_of("cache_read_input_tokens", result.cache_read_input_tokens) or 0
    write = 0 if result.cache_creation is None else result.cache_creation.total()
    tokens = (fresh or 0) + read + write
    return usage_of(
        tokens,
        output,
        cache_read=read,
        cache_write=write,
        requests=_fewest_requests(tokens, result.context_window),
    )


def _fewest_requests(tokens: int, context_window: str | None) -> int:
    """The report does not count requests: as many as the input needs, so that no price of longer ones is taken."""
    longest = _LONGEST_INPUT.get(context_window or "", _USUAL_LONGEST_INPUT)
    return max(1, -(-tokens // longest))
