"""The labels of an anomaly: what routes, silences and groups ask for."""

from typing import Final

from alerting.anomaly import Anomaly, Contributor

DIMENSIONS: Final = ("model", "sku", "region", "account", "api_key", "resource")
_MOST: Final = 0.5  # share of the impact from which one contributor stands for the anomaly


def labels_of(anomaly: Anomaly) -> dict[str, str]:
    """Names and values, as `config.labels` lists them; a label without a value is ``""`` or left out.

    Of a dimension the contributor with the largest share is a label, if it makes half of the impact.
    """
    labels = {
        "source": anomaly.source,
        "team": anomaly.team,
        "service": anomaly.service,
        "environment": anomaly.environment,
        "charge_kind": anomaly.charge_kind,
        "currency": anomaly.currency,
        "severity": anomaly.severity,
        "direction": anomaly.direction,
        "kind": anomaly.channel,
        "anomaly_id": anomaly.anomaly_id,
    }
    for dimension in DIMENSIONS:
        top = _top(anomaly, dimension)
        if top is not None:
            labels[dimension] = top.value
    return labels


def _top(anomaly: Anomaly, dimension: str) -> Contributor | None:
    named = [
        one
        for one in anomaly.contributors
        if one.dimension == dimension and one.change != "rest" and one.share >= _MOST
    ]
    return max(named, key=lambda one: one.share, default=None)
