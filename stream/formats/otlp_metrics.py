"""``otlp.metrics``: OpenTelemetry's metric of tokens, ``gen_ai.client.token.usage``, as OTLP JSON."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from stream.charge import Charge
from stream.formats.counts import Count, count_of
from stream.formats.event import Event
from stream.formats.otlp import KeyValue, Origin, Resource, origin_of, values
from stream.formats.otlp_span import MODEL, PROVIDER, first_of
from stream.formats.place import at
from stream.formats.refused import DECODER_ERRORS, RefusedError, from_decoder
from stream.formats.times import parse_time
from stream.formats.use import dimensions_of, usage_of

NAME = "otlp.metrics"
SOURCE = "usage"

_METRIC: Final = "gen_ai.client.token.usage"
_TYPE: Final = "gen_ai.token.type"
_DELTA: Final = frozenset({1, "AGGREGATION_TEMPORALITY_DELTA"})
_WANTED: Final = frozenset({_TYPE, *MODEL, *PROVIDER})


class _Point(msgspec.Struct, rename="camel", gc=False):
    attributes: Sequence[KeyValue] = ()
    start_time_unix_nano: int | str | None = None
    time_unix_nano: int | str | None = None
    count: Count = None
    sum: Count = None


class _Histogram(msgspec.Struct, rename="camel", gc=False):
    data_points: Sequence[_Point] = ()
    aggregation_temporality: int | str | None = None


class _Metric(msgspec.Struct, rename="camel", gc=False):
    name: str = ""
    histogram: _Histogram | None = None
    exponential_histogram: _Histogram | None = None


class _Scope(msgspec.Struct, gc=False):
    metrics: Sequence[_Metric] = ()


class _Metrics(msgspec.Struct, rename="camel", gc=False):
    resource: Resource | None = None
    scope_metrics: Sequence[_Scope] = ()


class _Message(msgspec.Struct, rename="camel", gc=False):
    resource_metrics: Sequence[_Metrics] = ()


_decoder = msgspec.json.Decoder(_Message)


def recognises(event: Event) -> bool:
    """Whether the event is a message of metrics."""
    return not event.is_enveloped() and "resourceMetrics" in event.fields()


def read(event: Event) -> list[Charge]:
    """The charges of a message: one a group and window of the metric. Other metrics are none, and no errors.

    Raises:
        RefusedError: ``cumulative_metric`` if the metric counts from the start of a process, and as for all
            formats if a window has no time or a count that cannot be read.
    """
    try:
        message = _decoder.decode(event.original)
    except DECODER_ERRORS as error:
        raise from_decoder(error) from None
    return [
        charge
        for number, metrics in enumerate(message.resource_metrics)
        for inner, scope in enumerate(metrics.scope_metrics)
        for index, metric in enumerate(scope.metrics)
        if metric.name == _METRIC
        for charge in _charges(
            f"resourceMetrics[{number}].scopeMetrics[{inner}].metrics[{index}]",
            metric,
            metrics.resource,
        )
    ]


def _charges(place: str, metric: _Metric, resource: Resource | None) -> Iterator[Charge]:
    with at(place):
        histogram = metric.histogram or metric.exponential_histogram
        if histogram is None:
            raise RefusedError("bad_field", f"{_METRIC} is no histogram; OpenTelemetry says it is")
        if histogram.aggregation_temporality not in _DELTA:
            raise RefusedError(
                "cumulative_metric",
                "its sums go on from the start of a process; set "
                "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta where it is exported",
            )
        origin = origin_of(resource)
        told = b"" if resource is None else msgspec.json.encode(resource)
        for identity, points in _groups(told, histogram.data_points).items():
            yield _charge(identity, points, origin)


def _groups(resource: bytes, points: Sequence[_Point]) -> dict[str, list[_Point]]:
    """The points by all that they are of but for the type of token, by an id made of it."""
    groups: dict[str, list[_Point]] = {}
    for point in points:
        others = sorted((one.key, bytes(one.value)) for one in point.attributes if one.key != _TYPE)
        digest = blake2b(resource, digest_size=12)
        for key, value in others:
            digest.update(msgspec.json.encode((key, value)))
        window = (str(point.start_time_unix_nano), str(point.time_unix_nano))
        digest.update(msgspec.json.encode(window))
        groups.setdefault(digest.hexdigest(), []).append(point)
    return groups


def _charge(identity: str, points: Sequence[_Point], origin: Origin) -> Charge:
    tokens = {"input": 0, "output": 0}
    requests = 0
    for point in points:
        kind = values(point.attributes, {_TYPE}).get(_TYPE)
        kind = "output" if kind == "completion" else kind
        if isinstance(kind, str) and kind in tokens:
            tokens[kind] += count_of("sum", point.sum) or 0
            requests = max(requests, count_of("count", point.count) or 0)
    said = values(points[0].attributes, _WANTED)
    return Charge(
        charge_id=f"{NAME}/{identity}",
        time=_time(points[0]),
        cost=None,
        dimensions=dimensions_of(
            provider=first_of(said, PROVIDER),
            model=first_of(said, MODEL),
            service=origin.service,
            account=origin.account,
            region=origin.region,
            tags=origin.tags,
        ),
        usage=usage_of(tokens["input"], tokens["output"], requests=requests),
    )


def _time(point: _Point) -> int:
    """The start of the window."""
    start = point.start_time_unix_nano
    if start in {None, 0, "0"} or start is None:
        start = point.time_unix_nano
    if start is None:
        raise RefusedError("missing_time", "startTimeUnixNano is missing; OTLP requires it")
    return parse_time("startTimeUnixNano", start)
