"""The detect stage of one partition of `charges`: batches in; state, spend and anomalies out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alerting.series import SeriesKey
from config.rules import Rules
from stream.detect import replacing, store
from stream.detect.arrivals import Arrivals
from stream.detect.memory import Memory
from stream.detect.presence import Span
from stream.detect.progress import SourceProgress
from stream.detect.series import News, Series
from stream.detect.sums import Sum
from stream.ingest.batch import ChargeBatch


@dataclass(slots=True)
class Outcome:
    """State records to write (None deletes) and news to tell, all in one transaction."""

    states: dict[bytes, bytes | None]
    news: News
    repeats: int = 0  # charges that were counted before, by their ids
    overflow: int = 0  # charges of series beyond the limit
    more: bool = False  # the same batches must be given again
    warnings: list[str] = field(default_factory=list)


class DetectCore:
    """Folds batches into series, closes buckets by the watermark, and gathers what must be written.

    Args:
        rules: what people tune.
        partition: of `charges`.
    """

    def __init__(self, rules: Rules, partition: int = 0) -> None:
        self._rules = rules
        self.memory = Memory(rules, partition)
        self.unreadable: list[str] = []  # state records that could not be read: learned again
        self._overflow = 0

    @property
    def series(self) -> dict[SeriesKey, Series]:
        """The series that are alive."""
        return self.memory.series

    def load(self, states: Mapping[bytes, bytes]) -> None:
        """Take over a partition's state; what cannot be read is noted in ``unreadable``.

        Raises:
            StateRefusedError: if going on with it would give wrong numbers.
        """
        self.unreadable += store.load(self.memory, states)

    def apply(self, batches: Iterable[ChargeBatch]) -> Outcome:
        """Apply batches in order; one that was applied before changes nothing.

        A complete snapshot is taken over before anything else, a slice a call: while there is ``more`` of it,
        the same batches must be given again.
        """
        news, arrivals = News(), Arrivals(self.memory)
        moved = more = False
        for batch in batches:
            more = replacing.next_slice(self.memory, news)
            if more:
                break
            moved |= self._apply(batch, arrivals, news)
        states = store.changes(self.memory, progressed=moved)
        outcome = Outcome(states, news, arrivals.repeats, self._overflow)
        outcome.more = more or replacing.is_pending(self.memory)
        outcome.warnings = self.memory.warnings()
        self._overflow = 0
        return outcome

    def _apply(self, batch: ChargeBatch, arrivals: Arrivals, news: News) -> bool:
        memory = self.memory
        source = memory.sources.setdefault(batch.source, SourceProgress())
        rules = self._rules.sources.of(batch.source)
        applied = source.applied(batch.partition)
        if batch.following < applied or (batch.following == applied and not batch.idle):
            return False
        arrived = arrivals.of(batch, applied, rules.bucket)
        for number, (key, (offset, sums)) in enumerate(arrived.items()):
            # its own for each group: two of them may fold into one series beyond the limit
            late_id = f"{batch.source}-{batch.partition}-{offset}-{number}"
            self._take(key, sums, source.watermark, late_id, news)
        replacing.stage(memory, batch, applied)
        before = source.watermark
        if not source.note(batch, rules):
            return False  # idle, as it was before
        if source.watermark is not None and (
            source.is_idle or _crossed(before, source.watermark, rules.bucket)
        ):
            self._advance(batch.source, source.watermark, source.silences(rules), news)
            memory.ids_of(batch.source).forget(source.watermark)
            source.closed(rules)
        if source.is_idle:
            replacing.close_all(memory, batch.source, news)
        return True

    def _take(
        self,
        key: SeriesKey,
        sums: list[Sum],
        watermark: int | None,
        late_id: str,
        news: News,
    ) -> None:
        bounded = self.memory.bounded(key)
        if bounded is not key:
            self._overflow += sum(one.totals.charges for one in sums)
        series = self.memory.series_of(bounded)
        series.take(sums, watermark, late_id, news)
        self.memory.touched[bounded] = series

    def _advance(self, source: str, watermark: int, silences: Sequence[Span], news: News) -> None:
        """Close the buckets of a source's series, but for those whose buckets snapshots close."""
        snapshots = self.memory.snapshots_of(source)
        for key, series in list(self.memory.series.items()):
            if key.source != source or snapshots.holds(series.text):
                continue
            step = series.rules.bucket
            if series.closed_until is not None and watermark < series.closed_until + step:
                continue
            self.memory.touched[key] = series
            if not series.advance(watermark, silences, news):
                self.memory.end(series)


def _crossed(before: int | None, now: int, bucket: int) -> bool:
    """Whether a watermark went over the end of a bucket."""
    return before is None or now // bucket > before // bucket
