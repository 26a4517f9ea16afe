"""What routes, silences and inhibition know an anomaly by."""

from typing import Final

from alerting.anomaly import Anomaly

_DIMENSIONS: Final = ("model", "sku", "region", "account", "api_key", "resource")
_HALF: Final = 0.5  # share of the impact from which on a contributor speaks for the anomaly


def labels_of(anomaly: Anomaly) -> dict[str, str]:
    """The labels of an anomaly; those of contributors only where one makes half of the impact or more."""
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
    for one in sorted(anomaly.contributors, key=lambda one: -one.share):
        if one.dimension in _DIMENSIONS and one.share >= _HALF and one.change != "rest":
            labels.setdefault(one.dimension, one.value)
    return labels
