"""A backtest: files through the pipeline, and what comes out is kept."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from alerting.anomaly import Anomaly
from alerting.spend import SpendRecord
from config.rules import Rules
from stream.backtest_feedback import Answers
from stream.detect.news import News
from stream.files import read_events
from stream.formats import Refused
from stream.formats.mapped import formats_of
from stream.formats.snapshot_header import VERSION, SnapshotHeader
from stream.ledger import Ledger
from stream.pipeline import Pipeline


class Backtest:
    """Runs the pipeline over files and keeps what comes out.

    Args:
        rules: what people tune.
        answers: what people say of the anomalies that come; None: nobody is asked.
    """

    def __init__(self, rules: Rules, answers: Answers | None = None) -> None:
        self._rules = rules
        self.answers = answers
        self._own = formats_of(rules.mappings)
        self._pipeline = Pipeline(rules, answered=answers is not None)
        self._begun: dict[str, SnapshotHeader] = {}  # by source, until the end
        self.events = 0
        self.spend: list[SpendRecord] = []
        self.anomalies: list[Anomaly] = []
        self._told: dict[str, Anomaly] = {}  # the newest revisions, where answers are given

    def read(self, files: Iterable[Path], now: int) -> None:
        """Feed files in order. Where the rules say that bills come as snapshots, all of them are one.

        Raises:
            UserError: naming file, line and remedy; what came before it was fed.
        """
        for path in files:
            events = read_events(path, with_time=False, own=self._own)
            for source, group in groupby(events, key=lambda event: event.source):
                self._begin(source, now)
                self.feed(source, (event.value for event in group), now)

    def feed(self, source: str, values: Iterable[bytes], now: int) -> None:
        """Feed events of one source, in order; ``now`` is the time of their arrival in epoch seconds."""
        snapshot = self._begun.get(source)
        for news in self._pipeline.feed(source, self._counted(values), now, snapshot):
            self._keep(news)

    def _begin(self, source: str, now: int) -> None:
        if source in self._begun or self._rules.sources.of(source).delivery == "append":
            return
        snapshot = SnapshotHeader(version=VERSION, id="backtest", taken_at=now * 1000)
        self._begun[source] = snapshot
        for news in self._pipeline.mark(source, snapshot.marked("begin"), now):
            self._keep(news)

    def finish(self) -> None:
        """Close what is open: what was read counts, also where a file broke off."""
        for source, snapshot in self._begun.items():
            end = snapshot.marked("end")
            for news in self._pipeline.mark(source, end, snapshot.taken_at // 1000):
                self._keep(news)
        self._begun.clear()
        self._keep(self._pipeline.finish())

    @property
    def warnings(self) -> list[str]:
        """What an operator would have heard of snapshots."""
        return self._pipeline.warnings

    def reasons(self) -> dict[str, tuple[int, Refused]]:
        """How many events were refused for each reason, with the first of them."""
        return self._pipeline.reasons()

    def newest(self) -> list[Anomaly]:
        """The last state of each anomaly, in the order in which they began."""
        last = {anomaly.anomaly_id: anomaly for anomaly in self.anomalies}
        return sorted(last.values(), key=lambda anomaly: anomaly.started_at)

    def ledger(self) -> Ledger:
        """The spend as a ledger of newest revisions."""
        ledger = Ledger()
        for record in self.spend:
            ledger.add(record)
        return ledger

    def _counted(self, values: Iterable[bytes]) -> Iterable[bytes]:
        for value in values:
            self.events += 1
            yield value

    def _keep(self, news: News) -> None:
        self.spend += news.spend
        self.anomalies += news.anomalies
        if self.answers is not None:
            self._told |= {anomaly.anomaly_id: anomaly for anomaly in news.anomalies}
            self._pipeline.hear(self.answers.due(self._told, self._pipeline.reached()))
