"""The whole pipeline as plain code: events in, spend and anomalies out, without Kafka and without Faust."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from alerting.series import SeriesKey
from config.rules import Rules
from stream.detect.core import DetectCore
from stream.detect.hearing import SeriesAct
from stream.detect.news import News
from stream.detect.series import Series
from stream.formats import Refused
from stream.formats.snapshot_header import SnapshotHeader
from stream.ingest.batch import ChargeBatch
from stream.ingest.fold import DeadLetter, Folder
from stream.ingest.source import Span

_CHUNK = 2000

Headers = Sequence[tuple[str, bytes]]
Message = tuple[bytes | None, Headers]


@dataclass(frozen=True, slots=True)
class Event:
    """One message as it would come from a source topic."""

    offset: int
    timestamp: int  # epoch milliseconds
    value: bytes | None
    headers: Headers = ()


class Pipeline:
    """Ingest and detect over one partition of each source: the same functions that the agents call.

    Args:
        rules: what people tune.
        answered: people are asked: what they say is heard between two chunks of events, so that these are as small as
            not to close more than a bucket at once.
    """

    def __init__(self, rules: Rules, *, answered: bool = False) -> None:
        self._rules, self._answered = rules, answered
        self._chunk = 1 if answered else _CHUNK
        self._said: list[SeriesAct] = []
        self._folder = Folder(rules, partitions=1)
        self._core = DetectCore(rules)
        self._ends: dict[str, int] = {}
        self.charges = 0
        self.refused: list[DeadLetter] = []
        self.warnings: list[str] = []  # what an operator should hear of snapshots

    @property
    def series(self) -> dict[SeriesKey, Series]:
        """The series that are alive."""
        return self._core.series

    def reached(self) -> dict[str, int]:
        """Event time up to which each source's buckets are closed, epoch seconds."""
        sources = self._core.memory.sources
        return {name: one.watermark for name, one in sources.items() if one.watermark is not None}

    def hear(self, acts: Iterable[SeriesAct]) -> None:
        """What was said of anomalies: it counts before the next events."""
        self._said += acts

    def feed(
        self,
        source: str,
        values: Iterable[bytes],
        now: int,
        snapshot: SnapshotHeader | None = None,
    ) -> Iterator[News]:
        """Take events of one source, in order.

        Args:
            source: whose events they are.
            values: the events.
            now: the time of their arrival in epoch seconds.
            snapshot: which snapshot they are of, whose marks `mark` gives; None if they count by themselves.
        """
        headers = () if snapshot is None else (snapshot.pair(),)
        yield from self._feed(source, ((value, headers) for value in values), now)

    def mark(self, source: str, snapshot: SnapshotHeader, now: int) -> Iterator[News]:
        """Take the mark of a snapshot: with the one at its end all of it counts."""
        yield from self._feed(source, [(None, (snapshot.pair(),))], now)

    def _feed(self, source: str, messages: Iterable[Message], now: int) -> Iterator[News]:
        waiting = iter(messages)
        while chunk := list(islice(waiting, self._chunk)):
            start = self._ends.get(source, 0)
            end = self._ends[source] = start + len(chunk)
            events = [Event(at, now * 1000, *message) for at, message in enumerate(chunk, start)]
            folded = self._folder.fold(Span(source, 0, 1, start, end), events)
            self.charges += folded.charges
            self.refused += folded.dead
            before = self.reached().get(source)
            yield from self._apply(folded.batches)
            if self._answered and before is not None:
                passed = self.reached()[source] - before
                is_long = passed > self._rules.sources.of(source).bucket
                self._chunk = max(self._chunk // 2, 1) if is_long else min(self._chunk * 2, _CHUNK)

    def _apply(self, batches: Sequence[ChargeBatch]) -> Iterator[News]:
        said, self._said = self._said, []
        for outcome in self._core.outcomes([*said, *batches]):
            self.warnings += outcome.warnings
            yield outcome.news

    def finish(self) -> News:
        """Nothing more comes: close what is open."""
        news = News()
        for source, end in self._ends.items():
            for last in self._apply(self._folder.idle(Span(source, 0, 1, end, end))):
                news.spend += last.spend
                news.anomalies += last.anomalies
        return news

    def reasons(self) -> dict[str, tuple[int, Refused]]:
        """How many events were refused for each reason, with the first of them."""
        counted: dict[str, tuple[int, Refused]] = {}
        for letter in self.refused:
            count, first = counted.get(letter.refused.reason, (0, letter.refused))
            counted[letter.refused.reason] = (count + 1, first)
        return counted
