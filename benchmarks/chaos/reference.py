"""What the same events come to without Kafka, workers and faults: the pipeline in this process."""

from pathlib import Path

from benchmarks.chaos.load import Load
from config.loader import load_rules
from stream.pipeline import Pipeline


class Reference:
    """The pipeline, going on from load to load.

    Args:
        rules: text of the rules file.
        path: where it is written.
    """

    def __init__(self, rules: str, path: Path) -> None:
        path.write_text(rules)
        self._pipeline = Pipeline(load_rules(path))
        self._found: set[str] = set()

    def after(self, load: Load) -> frozenset[str]:
        """All anomalies once this load is counted too and nothing is open."""
        for event in load.events:
            for news in self._pipeline.feed(event.source, [event.value], now=1 << 31):
                self._found |= {anomaly.anomaly_id for anomaly in news.anomalies}
        self._found |= {anomaly.anomaly_id for anomaly in self._pipeline.finish().anomalies}
        return frozenset(self._found)
