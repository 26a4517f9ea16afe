"""What came of a batch: what is told on the topics `spend` and `anomalies`."""

from dataclasses import dataclass, field

from alerting.anomaly import Anomaly
from alerting.spend import SpendRecord


@dataclass(slots=True)
class News:
    """What came of a batch, in order."""

    spend: list[SpendRecord] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)
