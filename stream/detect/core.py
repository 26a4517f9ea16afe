"""The detect stage of one partition of `charges`: batches in; state, spend and anomalies out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alerting.series import SeriesKey
from config.rules import Rules
from stream.detect import closing, newcomers, replacing, store
from stream.detect.arrivals import Arrivals
from stream.detect.hearing import SeriesAct
from stream.detect.limits import Share
from stream.detect.memory import Memory
from stream.detect.news import News
from stream.detect.progress import APPENDED, SourceProgress
from stream.detect.series import Series
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
        self._overflow = 0
        self._heard: set[tuple[str, int, int]] = set()  # who was idle in the batches
        self._again = False  # whether the same batches are given again
        self._unheard: list[str] = []  # what was said of series that are not here

    @property
    def unreadable(self) -> list[str]:
        """State records that could not be read, when they came or when they were needed: learned again."""
        return self.memory.unreadable

    @property
    def series(self) -> dict[SeriesKey, Series]:
        """The series that are alive."""
        return self.memory.series

    def load(self, states: Mapping[bytes, bytes]) -> None:
        """Take over a partition's state; what cannot be read is noted in ``unreadable``.

        Raises:
            StateRefusedError: if going on with it would give wrong numbers.
        """
        self.memory.unreadable += store.load(self.memory, states)

    def apply(self, batches: Iterable[ChargeBatch | SeriesAct]) -> Outcome:
        """Apply batches, and what was said between them, in order; what was applied before changes nothing.

        What earlier batches left to do comes before each: buckets that close, and a complete snapshot that is
        taken over, a slice a call. While there is ``more`` of it, the same batches must be given again.
        """
        memory, news, share = self.memory, News(), Share(closing.CLOSED)
        arrivals = Arrivals(memory)
        for batch in batches:
            if not closing.close_due(memory, share, news):
                break
            if replacing.next_slice(memory, share, news):
                break
            if isinstance(batch, SeriesAct):
                self._hear(batch, news)
            else:
                self._apply(batch, arrivals, news)
        else:
            if closing.close_due(memory, share, news):
                newcomers.announce(memory, news)
        outcome = Outcome(store.changes(memory), news, arrivals.repeats, self._overflow)
        outcome.more = bool(memory.due) or replacing.is_pending(memory)
        outcome.warnings = memory.warnings() + self._unheard
        self._unheard = []
        self._overflow = 0
        self._again = outcome.more
        if not outcome.more:
            self._heard.clear()
        return outcome

    def outcomes(self, batches: Sequence[ChargeBatch | SeriesAct]) -> Iterator[Outcome]:
        """Apply batches to their end; each outcome is a transaction."""
        more = True
        while more:
            outcome = self.apply(batches)
            more = outcome.more
            yield outcome

    def _apply(self, batch: ChargeBatch, arrivals: Arrivals, news: News) -> None:
        memory = self.memory
        source = memory.sources.setdefault(batch.source, SourceProgress())
        rules = self._rules.sources.of(batch.source)
        applied = source.applied(batch.partition)
        if batch.following < applied or (batch.following == applied and not self._is_word(batch)):
            return
        arrived = arrivals.of(batch, applied, rules.bucket)
        for number, (key, (offset, sums)) in enumerate(arrived.items()):
            # its own for each group: two of them may fold into one series beyond the limit
            late_id = f"{batch.source}-{batch.partition}-{offset}-{number}"
            self._take(key, sums, source.watermark, late_id, news)
        replacing.stage(memory, batch, applied)
        before = source.watermark
        if not source.note(batch, rules):
            return  # idle, as it was before
        memory.moved = True
        if source.is_idle or _crossed(before, source.watermark, rules.bucket):
            memory.due.add(batch.source)
            if source.watermark is not None:
                memory.ids_of(batch.source).forget(source.watermark)

    def _hear(self, act: SeriesAct, news: News) -> None:
        """What was said of an anomaly, to its series."""
        try:
            series = self.memory.series.get(SeriesKey.parse(act.series))
        except ValueError:
            series = None
        if series is None:
            said = f"{act.kind} was said of {act.anomaly_id}, whose series {act.series!r} is not known (any more)"
            self._unheard.append(f"{said}: passed over")
        elif series.hear(act, news):
            self.memory.touched[series.key] = series

    def _is_word(self, batch: ChargeBatch) -> bool:
        """Whether a batch says that its partition is idle, and is not only given again."""
        if not batch.idle:
            return False
        said = (batch.source, batch.partition, batch.following)
        known = self._again and said in self._heard
        self._heard.add(said)
        return not known

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
        if series.is_unborn:
            newcomers.note(self.memory, series, min(one.start for one in sums), (APPENDED,))
        series.take(sums, watermark, late_id, news)
        self.memory.touched[bounded] = series


def _crossed(before: int | None, now: int | None, bucket: int) -> bool:
    """Whether a watermark went over the end of a bucket."""
    return now is not None and (before is None or now // bucket > before // bucket)
