"""A worker that applies batches to a core, and may die before each transaction."""

from alerting.anomaly import Anomaly
from alerting.spend import SpendRecord
from config.rules import Rules
from stream.detect.core import DetectCore
from stream.ingest.batch import ChargeBatch


class Worker:
    """Applies batches, and begins anew from its state before each transaction if it is to die."""

    def __init__(self, known: Rules, *, dies: bool) -> None:
        self.rules, self.dies = known, dies
        self.core = DetectCore(known)
        self.states: dict[bytes, bytes] = {}
        self.spend: list[SpendRecord] = []
        self.anomalies: list[Anomaly] = []

    def apply(self, batches: list[ChargeBatch]) -> None:
        more = True
        while more:
            if self.dies:
                self.core = DetectCore(self.rules)
                self.core.load(self.states)
                assert not self.core.unreadable
            outcome = self.core.apply(batches)
            for key, value in outcome.states.items():
                if value is None:
                    self.states.pop(key, None)
                else:
                    self.states[key] = value
            self.spend += outcome.news.spend
            self.anomalies += outcome.news.anomalies
            more = outcome.more
