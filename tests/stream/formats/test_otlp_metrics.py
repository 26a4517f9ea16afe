"""OpenTelemetry's metric of tokens as OTLP JSON."""

import json
from typing import Any

import pytest

from stream.charge import Usage
from stream.formats import Decoded, decode
from tests.ai_events import START, metrics, point


def _decoded(*points: dict[str, Any], **changes: Any) -> Decoded:
    return decode("usage", json.dumps(metrics(*points, **changes)).encode())


def test_types_of_tokens_are_one_charge() -> None:
    """The sums of input and output of a group and window are one charge, at the window's start."""
    (charge,) = _decoded(point("input", 3600), point("output", 240.0)).charges

    assert charge.usage == Usage(requests=3, input_tokens=3600, output_tokens=240)
    assert charge.time == START
    assert (charge.dimensions.model, charge.dimensions.service) == ("gpt-4o", "search")


def test_groups_are_apart() -> None:
    """Points that differ in anything but the type of token, or in the window, are charges of their own."""
    other = {"gen_ai__request__model": "gpt-4o-mini"}
    later = {**point("input", 1), "startTimeUnixNano": str((START + 60) * 10**9)}

    charges = _decoded(point("input", 1), point("completion", 2, **other), later).charges

    assert len({one.charge_id for one in charges}) == 3
    assert [one.usage.output_tokens for one in charges if one.usage] == [0, 2, 0]


def test_same_window_has_the_same_identity() -> None:
    """A message that is sent again brings the same charges, whichever order its attributes have."""
    again = point("input", 1)
    again["attributes"].reverse()

    assert _decoded(point("input", 1)).charges[0].charge_id == _decoded(again).charges[0].charge_id


def test_exponential_histogram() -> None:
    """An exponential histogram has the same sum and count."""
    message = metrics(point("input", 7, count=2))
    metric = message["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0]
    metric["exponentialHistogram"] = metric.pop("histogram")

    (charge,) = decode("usage", json.dumps(message).encode()).charges

    assert charge.usage == Usage(requests=2, input_tokens=7)


def test_unknown_type_of_token_is_part_of_another() -> None:
    """Tokens of another type are in the input or the output already."""
    (charge,) = _decoded(point("input", 9), point("cache_read", 5)).charges

    assert charge.usage == Usage(requests=3, input_tokens=9)


@pytest.mark.parametrize("temporality", [1, "AGGREGATION_TEMPORALITY_DELTA"])
def test_delta(temporality: object) -> None:
    """The temporality is a number or its name."""
    assert len(_decoded(point("input", 1), temporality=temporality).charges) == 1


@pytest.mark.parametrize("temporality", [2, "AGGREGATION_TEMPORALITY_CUMULATIVE", 0, None])
def test_cumulative_is_refused(temporality: object) -> None:
    """Sums since the start of a process would count the same tokens again: the line names the setting."""
    (refused,) = _decoded(point("input", 1), temporality=temporality).refused

    assert (refused.reason, "TEMPORALITY_PREFERENCE=delta" in refused.detail) == (
        "cumulative_metric",
        True,
    )


def test_other_metrics_are_no_charges() -> None:
    """Metrics that count no tokens are neither charges nor errors, whatever their temporality."""
    assert _decoded(point("input", 1), name="http.client.duration", temporality=2) == Decoded(
        [], []
    )


@pytest.mark.parametrize(
    ("changes", "reason", "word"),
    [
        ({"sum": -1}, "bad_tokens", "-1"),
        ({"sum": 1.5}, "bad_tokens", "1.5"),
        ({"count": "x"}, "bad_tokens", "count"),
        ({"startTimeUnixNano": None, "timeUnixNano": None}, "missing_time", "startTimeUnixNano"),
        ({"startTimeUnixNano": "later"}, "bad_time", "later"),
        ({"sum": {}}, "bad_field", "sum"),
    ],
)
def test_refused(changes: dict[str, Any], reason: str, word: str) -> None:
    """What cannot be read has a stable code and a line that names it."""
    (refused,) = _decoded({**point("input", 1), **changes}).refused

    assert (refused.reason, word in refused.detail) == (reason, True)


def test_metric_of_another_kind() -> None:
    """The metric of tokens must be a histogram."""
    message = metrics()
    message["resourceMetrics"][0]["scopeMetrics"][0]["metrics"][0].pop("histogram")

    assert [one.reason for one in decode("usage", json.dumps(message).encode()).refused] == [
        "bad_field"
    ]
