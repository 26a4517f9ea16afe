"""``bedrock.log``: the log of model invocations that Amazon Bedrock writes, one record a request."""

import re
from typing import Final

import msgspec

from stream.charge import Charge, Usage
from stream.formats.amounts import ABSENT
from stream.formats.counts import Count, count_of
from stream.formats.event import Event
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder
from stream.formats.tags import parse_tags
from stream.formats.text import Scalar, name_of
from stream.formats.times import parse_time
from stream.formats.use import dimensions_of, missing_usage, usage_of

NAME = "bedrock.log"
SOURCE = "usage"

_MARK: Final = b'"ModelInvocationLog"'
_SESSION: Final = re.compile(r"(arn:[^:]*:sts::\d*:assumed-role/[^/]+)/.*", re.DOTALL)


class _Identity(msgspec.Struct, gc=False):
    arn: str | None = None


class _Input(msgspec.Struct, rename="camel", gc=False):
    input_token_count: Count = None
    cache_read_input_token_count: Count = None
    cache_write_input_token_count: Count = None


class _Output(msgspec.Struct, rename="camel", gc=False):
    output_token_count: Count = None


class _Record(msgspec.Struct, rename="camel", gc=False):
    timestamp: Scalar = None
    account_id: Scalar = None
    region: Scalar = None
    request_id: Scalar = None
    model_id: str | None = None
    error_code: Scalar = None
    identity: _Identity | None = None
    input: _Input | None = None
    output: _Output | None = None
    request_metadata: msgspec.Raw = ABSENT


_decoder = msgspec.json.Decoder(_Record)


def recognises(event: Event) -> bool:
    """Whether the record names its own schema."""
    return not event.is_enveloped() and bytes(event.fields().get("schemaType", ABSENT)) == _MARK


def read(event: Event) -> list[Charge]:
    """The charge of a record; none of a request that failed before a token was used.

    Raises:
        RefusedError: if the record counts no tokens, or has no id or no time.
    """
    try:
        record = _decoder.decode(event.original)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    usage = _usage(record)
    if usage is None:
        return []
    model = record.model_id or ""
    is_arn = model.startswith("arn:")
    return [
        Charge(
            charge_id=_identity(record),
            time=_time(record),
            cost=None,
            dimensions=dimensions_of(
                provider="aws",
                model=model.rpartition("/")[2] if is_arn else model,
                account=record.account_id,
                api_key=_caller(record.identity),
                region=record.region,
                resource=model if is_arn else None,
                tags=parse_tags(record.request_metadata),
            ),
            usage=usage,
        )
    ]


def _usage(record: _Record) -> Usage | None:
    """The usage, whose input leaves out what was read from and written to a cache."""
    given, made = record.input or _Input(), record.output or _Output()
    fresh = count_of("input.inputTokenCount", given.input_token_count)
    output = count_of("output.outputTokenCount", made.output_token_count)
    if fresh is None and output is None:
        if record.error_code is not None:
            return None
        raise missing_usage("input.inputTokenCount and output.outputTokenCount are both missing")
    read = count_of("input.cacheReadInputTokenCount", given.cache_read_input_token_count) or 0
    write = count_of("input.cacheWriteInputTokenCount", given.cache_write_input_token_count) or 0
    return usage_of((fresh or 0) + read + write, output, cache_read=read, cache_write=write)


def _identity(record: _Record) -> str:
    named = name_of("requestId", record.request_id)
    if not named:
        raise RefusedError(
            "missing_id", "requestId is missing; send the record as Bedrock wrote it"
        )
    return named


def _time(record: _Record) -> int:
    if record.timestamp is None or record.timestamp == "":
        raise RefusedError(
            "missing_time", "timestamp is missing; send the record as Bedrock wrote it"
        )
    return parse_time("timestamp", record.timestamp)


def _caller(identity: _Identity | None) -> str | None:
    """Who called, as a role rather than each of its sessions."""
    if identity is None or identity.arn is None:
        return None
    role = _SESSION.fullmatch(identity.arn)
    return role[1] if role else identity.arn
