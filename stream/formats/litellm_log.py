"""``litellm.log``: what LiteLLM logs of each request: its standard payload, and the row of its spend log."""

from decimal import Decimal
from typing import Final

import msgspec

from stream.charge import Charge
from stream.formats.amounts import ABSENT, amount_of
from stream.formats.counts import Count, count_of
from stream.formats.event import Event
from stream.formats.litellm_metadata import Metadata, metadata_of, tags_of
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder, quoted
from stream.formats.text import Scalar, name_of
from stream.formats.times import parse_time
from stream.formats.use import dimensions_of, missing_usage, usage_of

NAME = "litellm.log"
SOURCE = "usage"

_MARKS: Final = ("call_type", "startTime", "prompt_tokens", "metadata")
_COSTS: Final = ("response_cost", "spend")


class _Record(msgspec.Struct, gc=False):
    id: Scalar = None
    request_id: Scalar = None
    start_time: Scalar = msgspec.field(default=None, name="startTime")
    custom_llm_provider: Scalar = None
    model: Scalar = None
    prompt_tokens: Count = None
    completion_tokens: Count = None
    response_cost: msgspec.Raw = ABSENT
    spend: msgspec.Raw = ABSENT
    api_key: Scalar = None
    team_id: Scalar = None
    organization_id: Scalar = None
    metadata: msgspec.Raw = ABSENT
    request_tags: msgspec.Raw = ABSENT


_decoder = msgspec.json.Decoder(_Record)


def recognises(event: Event) -> bool:
    """Whether the event has the names that both kinds of LiteLLM's records have together."""
    if event.is_enveloped():
        return False
    fields = event.fields()
    return all(mark in fields for mark in _MARKS) and any(one in fields for one in _COSTS)


def read(event: Event) -> Charge:
    """The charge of a request, at the cost that LiteLLM worked out.

    Raises:
        RefusedError: if the record has no id, no time or no tokens, or one that cannot be read.
    """
    try:
        record = _decoder.decode(event.original)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    metadata = metadata_of(record.metadata)
    given = count_of("prompt_tokens", record.prompt_tokens)
    made = count_of("completion_tokens", record.completion_tokens)
    if given is None and made is None:
        raise missing_usage("prompt_tokens and completion_tokens are both null")
    cached = metadata.cached()
    return Charge(
        charge_id=_identity(record),
        time=_time(record),
        cost=_cost(record),
        dimensions=dimensions_of(
            provider=record.custom_llm_provider,
            model=record.model,
            account=_first(metadata.user_api_key_org_id, record.organization_id),
            api_key=_first(metadata.user_api_key_alias, metadata.user_api_key_hash, record.api_key),
            tags=tags_of(metadata, record.request_tags, _team(metadata, record)),
        ),
        usage=usage_of(
            max(given or 0, cached.read + cached.write),
            made,
            cache_read=cached.read,
            cache_write=cached.write,
        ),
    )


def _team(metadata: Metadata, record: _Record) -> str:
    return name_of(
        "team",
        metadata.user_api_key_team_alias,
        metadata.user_api_key_team_id,
        record.team_id,
    )


def _first(*values: Scalar) -> str:
    return name_of("metadata", *values)


def _identity(record: _Record) -> str:
    named = name_of("id", record.id, record.request_id)
    if not named:
        raise RefusedError("missing_id", "id and request_id are missing; send the record as it is")
    return named


def _time(record: _Record) -> int:
    if record.start_time is None or record.start_time == "":
        raise RefusedError(
            "missing_time", "startTime is missing; send the record as LiteLLM wrote it"
        )
    return parse_time("startTime", record.start_time)


def _cost(record: _Record) -> Decimal | None:
    """What the request cost; None where LiteLLM does not know it."""
    cost = amount_of("response_cost", record.response_cost)
    if cost is None:
        cost = amount_of("spend", record.spend)
    if cost is not None and cost < 0:
        raise RefusedError(
            "bad_cost", f"the cost is {quoted(str(cost))}; use cannot cost less than nothing"
        )
    return cost
