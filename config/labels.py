"""Labels: the names by which routes, silences and groups speak of an anomaly, and the words that some of them take."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

from config.detection import ChargeKind
from config.sources import SourceName

Label = Literal[
    "source",
    "team",
    "service",
    "environment",
    "charge_kind",
    "currency",
    "severity",
    "direction",
    "kind",
    "anomaly_id",
    # of the top contributor, where it makes at least half of the impact
    "model",
    "sku",
    "region",
    "account",
    "api_key",
    "resource",
]
SeverityName = Literal["low", "medium", "high", "critical"]
Kind = Literal[
    "spike", "shift", "drop", "creep", "fee", "unit_cost", "new", "ended", "freshness"
]  # fmt: skip

LABELS: Final[tuple[str, ...]] = get_args(Label)
SEVERITIES: Final[tuple[SeverityName, ...]] = get_args(SeverityName)
"""The least grave first."""

WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "source": get_args(SourceName),
        "charge_kind": get_args(ChargeKind),
        "severity": SEVERITIES,
        "direction": ("up", "down"),
        "kind": get_args(Kind),
    }
)
"""The labels that take only certain words, and those words."""
