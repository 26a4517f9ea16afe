"""The labels of an anomaly."""

from typing import get_args

import pytest
from alerting_examples import anomaly, contributor

from alerting.anomaly import Anomaly, Contributor, Severity
from alerting.routing.labels import labels_of
from config.labels import LABELS, SEVERITIES, WORDS
from detectors.creep import CHANNEL as CREEP
from detectors.fee import KIND as FEE
from detectors.unit_cost import CHANNEL as UNIT_COST


def test_labels_are_those_of_the_series_and_of_the_anomaly() -> None:
    """Each label of which something is known, and no other."""
    labels = labels_of(anomaly(severity="high", environment=""))
    assert labels == {
        "source": "usage",
        "team": "search",
        "service": "OpenAI",
        "environment": "",
        "charge_kind": "usage",
        "currency": "USD",
        "severity": "high",
        "direction": "up",
        "kind": "spike",
        "anomaly_id": "A-EXAMPLE234",
        "model": "gpt-4o",
    }
    assert set(labels) <= set(LABELS)


@pytest.mark.parametrize(
    ("contributors", "expected"),
    [
        ((), {}),
        ((contributor(share=0.5),), {"model": "gpt-4o"}),
        ((contributor(share=0.49),), {}),
        ((contributor(share=0.9, change="rest", value="all else"),), {}),
        ((contributor(share=-0.9),), {}),
        (
            (contributor(share=0.6, value="a"), contributor(share=0.7, value="b")),
            {"model": "b"},
        ),
        (
            (contributor(), contributor(dimension="api_key", value="batch", share=1.2)),
            {"model": "gpt-4o", "api_key": "batch"},
        ),
        ((contributor(dimension="planet", value="mars"),), {}),
    ],
)
def test_a_contributor_with_half_of_the_impact_is_a_label(
    contributors: tuple[Contributor, ...], expected: dict[str, str]
) -> None:
    """Of each dimension the largest, if it is large enough."""
    labels = labels_of(anomaly(contributors=contributors))
    assert expected == {name: labels[name] for name in ("model", "api_key") if name in labels}
    assert "planet" not in labels


def test_words_of_labels_are_those_of_the_records() -> None:
    """What the rules let people ask for is what anomalies say."""
    assert get_args(Severity) == SEVERITIES
    assert get_args(Anomaly.__annotations__["direction"]) == WORDS["direction"]
    assert {CREEP, FEE, UNIT_COST} <= set(WORDS["kind"])
