"""``otlp.traces``: spans of OpenTelemetry as OTLP JSON, of which those of calls of a model are charges."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from stream.charge import Charge
from stream.formats.event import Event
from stream.formats.otlp import Origin, Resource, origin_of
from stream.formats.otlp_span import (
    AGENT,
    API_KEY,
    MODEL,
    PROVIDER,
    TEAM,
    Span,
    first_of,
    measured,
    said_by,
)
from stream.formats.place import at
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder
from stream.formats.tags import LONGEST
from stream.formats.text import Scalar, name_of
from stream.formats.times import parse_time
from stream.formats.use import dimensions_of, tags_with

NAME = "otlp.traces"
SOURCE = "usage"


class _Scope(msgspec.Struct, gc=False):
    spans: Sequence[Span] = ()


class _Spans(msgspec.Struct, rename="camel", gc=False):
    resource: Resource | None = None
    scope_spans: Sequence[_Scope] = ()


class _Message(msgspec.Struct, rename="camel", gc=False):
    resource_spans: Sequence[_Spans] = ()


class _Call(NamedTuple):
    """A span with what it says of a call of a model."""

    place: str
    span: Span
    origin: Origin
    said: dict[str, Scalar]


_decoder = msgspec.json.Decoder(_Message)


def recognises(event: Event) -> bool:
    """Whether the event is a message of spans."""
    return not event.is_enveloped() and "resourceSpans" in event.fields()


def read(event: Event) -> list[Charge]:
    """The charges of a message: one a call of a model. Other spans are none, and no errors.

    Raises:
        RefusedError: if a span of a call has no ids, no time or a count that cannot be read.
    """
    try:
        message = _decoder.decode(event.original)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    calls = list(_calls(message))
    around = _around(message, calls)
    charges: list[Charge] = []
    for call in calls:
        if (call.span.trace_id, call.span.span_id) not in around:
            with at(call.place):
                charges.append(_charge(call))
    return charges


def _calls(message: _Message) -> Iterator[_Call]:
    for number, spans in enumerate(message.resource_spans):
        origin: Origin | None = None
        for inner, scope in enumerate(spans.scope_spans):
            for index, span in enumerate(scope.spans):
                place = f"resourceSpans[{number}].scopeSpans[{inner}].spans[{index}]"
                with at(place):
                    said = said_by(span)
                    if said is not None:
                        origin = origin or origin_of(spans.resource)
                        yield _Call(place, span, origin, said)


def _around(message: _Message, calls: Sequence[_Call]) -> set[tuple[str, str]]:
    """The spans round a call, which tell the tokens of what is in them once more."""
    parents = {
        (span.trace_id, span.span_id): span.parent_span_id
        for spans in message.resource_spans
        for scope in spans.scope_spans
        for span in scope.spans
        if span.parent_span_id
    }
    around: set[tuple[str, str]] = set()
    for call in calls:
        trace, parent = call.span.trace_id, call.span.parent_span_id
        while parent and (trace, parent) not in around:
            around.add((trace, parent))
            parent = parents.get((trace, parent))
    return around


def _charge(call: _Call) -> Charge:
    span, origin, said = call.span, call.origin, call.said
    if not span.trace_id or not span.span_id:
        raise RefusedError("missing_id", "traceId or spanId is missing; OTLP requires both")
    if span.start_time_unix_nano is None:
        raise RefusedError("missing_time", "startTimeUnixNano is missing; OTLP requires it")
    return Charge(
        charge_id=name_of("spanId", f"{span.trace_id}/{span.span_id}"),
        time=parse_time("startTimeUnixNano", span.start_time_unix_nano),
        cost=None,
        dimensions=dimensions_of(
            provider=first_of(said, PROVIDER),
            model=first_of(said, MODEL),
            service=origin.service,
            account=origin.account,
            region=origin.region,
            api_key=first_of(said, API_KEY),
            tags=tags_with(
                origin.tags,
                team=name_of("team", first_of(said, TEAM)),
                agent=name_of(AGENT, said.get(AGENT))[:LONGEST],
            ),
        ),
        usage=measured(said),
    )
