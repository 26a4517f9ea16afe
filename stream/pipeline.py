"""The whole pipeline as plain code: events in, spend and anomalies out, without Kafka and without Faust."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from alerting.series import SeriesKey
from config.rules import Rules
from stream.detect.core import DetectCore
from stream.detect.series import News, Series
from stream.formats import Refused
from stream.ingest.fold import DeadLetter, Folder, Span

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Event:
    """One message as it would come from a source topic."""

    offset: int
    timestamp: int  # epoch milliseconds
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


class Pipeline:
    """Ingest and detect over one partition of each source: the same functions that the agents call."""

    def __init__(self, rules: Rules) -> None:
        self._folder = Folder(rules, partitions=1)
        self._core = DetectCore(rules)
        self._ends: dict[str, int] = {}
        self.charges = 0
        self.refused: list[DeadLetter] = []

    @property
    def series(self) -> dict[SeriesKey, Series]:
        """The series that are alive."""
        return self._core.series

    def feed(self, source: str, values: Iterable[bytes], now: int) -> Iterator[News]:
        """Take events of one source, in order; ``now`` is the time of their arrival in epoch seconds."""
        waiting = iter(values)
        while chunk := list(islice(waiting, _CHUNK)):
            start = self._ends.get(source, 0)
            end = self._ends[source] = start + len(chunk)
            events = [Event(start + index, now * 1000, value) for index, value in enumerate(chunk)]
            folded = self._folder.fold(Span(source, 0, 1, start, end), events)
            self.charges += folded.charges
            self.refused += folded.dead
            yield self._core.apply(folded.batches).news

    def finish(self) -> News:
        """Nothing more comes: close what is open."""
        news = News()
        for source, end in self._ends.items():
            idle = self._folder.idle(Span(source, 0, 1, end, end))
            last = self._core.apply(idle).news
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
