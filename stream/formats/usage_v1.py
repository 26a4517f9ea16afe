"""``spendwatch.usage.v1``: metered use of a language model, with this project's or OpenTelemetry's names."""

from decimal import Decimal
from operator import attrgetter

import msgspec

from stream.charge import Charge, Dimensions, Usage
from stream.formats.counts import MOST, count_of
from stream.formats.envelope import NONE, Envelope
from stream.formats.event import Event
from stream.formats.money import parse_money
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder, quoted
from stream.formats.tags import parse_tags
from stream.formats.text import currency_of, key_alias, name_of
from stream.formats.times import parse_time
from stream.formats.usage_document import ABSENT, Document
from stream.memo import Memo

NAME = "spendwatch.usage.v1"
SOURCE = "usage"
MARKS = ("schema", "model", "input_tokens", "output_tokens", "time")

_SCHEMA = f'"{NAME}"'.encode()
_OTEL = "gen_ai."
_QUOTE = ord('"')
_NO_VALUE = frozenset({b"", b"null", b'""'})


_decoder = msgspec.json.Decoder(Document)
_known: Memo[Dimensions] = Memo()
texts_of = attrgetter(  # all that the dimensions are made of, but for the tags
    *("provider", "otel_provider", "otel_system"),
    *("model", "otel_response_model", "otel_request_model"),
    *("service", "otel_service", "currency", "api_key", "account", "project", "region"),
    *("environment", "otel_environment", "team"),
)
_inputs = attrgetter("input_tokens", "otel_input", "otel_prompt", "prompt_tokens")
_outputs = attrgetter("output_tokens", "otel_output", "otel_completion", "completion_tokens")
_cache_reads = attrgetter("cache_read_tokens", "otel_cache_read", "otel_cache_read_old")
_cache_writes = attrgetter("cache_write_tokens", "otel_cache_write", "otel_cache_write_old")


def recognises(event: Event) -> bool:
    """Whether the event says so itself, or carries OpenTelemetry's names at its top level."""
    if event.is_enveloped():
        return False
    fields = event.fields()
    schema = fields.get("schema")
    return (schema is not None and bytes(schema) == _SCHEMA) or any(
        name.startswith(_OTEL) for name in fields
    )


def read(event: Event) -> Charge:
    """The charge of an event without an envelope, which needs an ``id`` and a ``time`` of its own."""
    return charge(event.original, NONE)


def charge(data: bytes, envelope: Envelope) -> Charge:
    """The charge of a document.

    Args:
        data: the document, a JSON object. It says itself whose the use was.
        envelope: its identity and time count before the document's own ``id`` and ``time``.

    Raises:
        RefusedError: if the document measures nothing, or one of its fields cannot be read.
    """
    try:
        document = _decoder.decode(data)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    return charge_of(document, envelope.event_id, envelope.time)


def charge_of(document: Document, event_id: str | None, time: int | None) -> Charge:
    """As `charge`, of a document that is decoded already.

    ``event_id`` and ``time`` (epoch seconds) are the envelope's; None takes the document's own.
    """
    cost = None if document.cost is ABSENT else _cost(document)
    return Charge(
        charge_id=event_id or _identity(document),
        time=_time(document) if time is None else time,
        cost=cost,
        dimensions=dimensions_of(document),
        usage=Usage(*measures_of(document, measured=cost is not None)),
    )


def dimensions_of(document: Document) -> Dimensions:
    """What a document's charge is for; one object for all that are alike.

    Raises:
        RefusedError: if one of the fields cannot be read.
    """
    tags = None if document.tags is ABSENT else bytes(document.tags)
    key = (*texts_of(document), tags)
    return _known.get(key) or _known.keep(key, _read_dimensions(document))


def _read_dimensions(document: Document) -> Dimensions:
    provider = name_of("provider", document.provider, document.otel_provider, document.otel_system)
    return Dimensions(
        currency=currency_of("currency", document.currency or "USD"),
        service=name_of("service", document.service, document.otel_service) or provider or "llm",
        charge_kind="usage",
        provider=provider,
        account=name_of("account", document.account, document.project),
        api_key=key_alias(name_of("api_key", document.api_key)),
        region=name_of("region", document.region),
        model=name_of(
            "model", document.model, document.otel_response_model, document.otel_request_model
        ),
        tags=_tags(document),
    )


def _identity(document: Document) -> str:
    named = name_of("id", document.id)
    if not named:
        raise RefusedError(
            "missing_id", "id is missing; write one that is the event's own, so that it counts once"
        )
    return named


def _time(document: Document) -> int:
    time = document.timestamp if document.time is None else document.time
    if time is None or time == "":
        raise RefusedError(
            "missing_time", "time is missing; write when it was used, such as 2025-04-01T13:00:00Z"
        )
    return parse_time("time", time)


def _cost(document: Document) -> Decimal | None:
    text = bytes(document.cost)
    if text in _NO_VALUE:
        return None
    content = (
        str(msgspec.json.decode(text)) if text[0] == _QUOTE else text.decode("ascii", "replace")
    )
    cost = parse_money("cost", content)
    if cost < 0:
        raise RefusedError(
            "bad_cost", f"cost is {quoted(content)}; use cannot cost less than nothing"
        )
    return cost


def _tags(document: Document) -> dict[str, str]:
    """The document's tags, with its team and its environment among them: allocation reads tags."""
    tags = parse_tags(document.tags)
    team = name_of("team", document.team)
    environment = name_of("environment", document.environment, document.otel_environment)
    if team or environment:
        tags = dict(tags)
        if team:
            tags["team"] = team
        if environment:
            tags["environment"] = environment
    return tags


def measures_of(document: Document, *, measured: bool = False) -> tuple[int, int, int, int, int]:
    """What is used: requests, input, cache read, cache write and output tokens.

    Counts under the project's own names are checked here, which is faster than a call. ``measured`` says that
    the document need not tell any, since it has a cost.

    Raises:
        RefusedError: if one of them cannot be read, or there is none.
    """
    requests = document.requests
    if requests is not None and (type(requests) is not int or not 0 <= requests <= MOST):
        requests = count_of("requests", requests)
    input_tokens = document.input_tokens
    if type(input_tokens) is not int or not 0 <= input_tokens <= MOST:
        input_tokens = count_of("input_tokens", *_inputs(document))
    output_tokens = document.output_tokens
    if type(output_tokens) is not int or not 0 <= output_tokens <= MOST:
        output_tokens = count_of("output_tokens", *_outputs(document))
    if not measured and requests is None and input_tokens is None and output_tokens is None:
        raise RefusedError(
            "missing_usage",
            "the event measures nothing; write input_tokens, output_tokens, requests or cost",
        )
    cache_read = document.cache_read_tokens
    if cache_read is None and document.otel_cache_read is document.otel_cache_read_old is None:
        cache_read = 0
    elif type(cache_read) is not int or not 0 <= cache_read <= MOST:
        cache_read = count_of("cache_read_tokens", *_cache_reads(document))
    cache_write = document.cache_write_tokens
    if cache_write is None and document.otel_cache_write is document.otel_cache_write_old is None:
        cache_write = 0
    elif type(cache_write) is not int or not 0 <= cache_write <= MOST:
        cache_write = count_of("cache_write_tokens", *_cache_writes(document))
    tokens, read, write = input_tokens or 0, cache_read or 0, cache_write or 0
    if read + write > tokens:
        raise RefusedError(
            "bad_tokens",
            f"cache_read_tokens and cache_write_tokens are {read + write} together, more than the "
            f"{tokens} input_tokens; input_tokens must include cached ones",
        )
    return 1 if requests is None else requests, tokens, read, write, output_tokens or 0
