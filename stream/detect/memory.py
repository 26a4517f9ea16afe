"""What one partition of `charges` remembers: how far its sources are, their series, ids and snapshots."""

from collections.abc import Iterable, Iterator

from alerting.series import SeriesKey
from config.rules import Rules
from config.thresholds import ThresholdBook
from stream.detect.calendars import CalendarBook
from stream.detect.kin import Kin
from stream.detect.limits import OpenBuckets, overflow_key
from stream.detect.model import SeriesModel
from stream.detect.progress import SourceProgress, later
from stream.detect.repeats import SeenIds
from stream.detect.series import Series
from stream.detect.snapshots.snapshots import Snapshots


class Memory:
    """Everything that the partition's state records hold, by source and by series.

    Args:
        rules: what people tune.
        partition: of `charges`; names the series that takes what is beyond the limits.
    """

    def __init__(self, rules: Rules, partition: int) -> None:
        self.rules = rules
        self.partition = partition
        self._thresholds = ThresholdBook(rules.detection)
        self._calendars = CalendarBook(rules)
        self.open_buckets = OpenBuckets(rules.limits.open_buckets)
        self.sources: dict[str, SourceProgress] = {}
        self.series: dict[SeriesKey, Series] = {}
        self.seen: dict[str, SeenIds] = {}
        self.snapshots: dict[str, Snapshots] = {}
        self.kin = Kin()
        # one of each for all series: each has three of them
        self._lend, self._make, self._anew = self.kin.lend, self._new_model, self._begins_anew
        self.beginning: dict[SeriesKey, Series] = {}  # new ones whose first day is watched
        self.touched: dict[SeriesKey, Series] = {}  # since their records were written
        self.ended: list[Series] = []  # whose records are to be deleted
        self.outdated: list[bytes] = []  # keys of records that are written anew under others
        self.due: set[str] = set()  # sources that may have buckets to close
        self.unreadable: list[str] = []  # state records that were passed over
        self.moved = False  # whether the progress of a source changed since it was written

    def series_of(self, key: SeriesKey) -> Series:
        """The series of a key; it begins here if there is none."""
        series = self.series.get(key)
        if series is None:
            rules = self.rules.sources.of(key.source)
            source = self.sources.get(key.source)
            series = self.series[key] = Series(
                key,
                rules,
                self._make,
                self.open_buckets,
                None if source is None else source.forgotten,
                self._anew,
                self.unreadable,
            )
            self.kin.add(series)
        return series

    def _new_model(self, key: SeriesKey, step: int) -> SeriesModel:
        return SeriesModel(key, step, self._thresholds, self._calendars.of(key), self._lend)

    def _begins_anew(self, series: Series, start: int) -> None:
        if self.is_news(series.key, start):
            self.watch(series, start)

    def watch(self, series: Series, start: int) -> None:
        """Watch the first day of a series that begins with a bucket."""
        series.begin(start)
        self.beginning[series.key] = series

    def is_news(self, key: SeriesKey, start: int, families: Iterable[str] = ()) -> bool:
        """Whether a series that begins with a bucket is news, as far as its source and its kin go.

        Args:
            key: of the series.
            start: of the bucket, epoch seconds.
            families: accounts whose snapshot brings it, or what is appended; all that are known if empty.
        """
        source = self.sources.get(key.source)
        rules = self.rules.sources.of(key.source)
        if source is None or not source.was_known(start, rules, families):
            return False
        if key == overflow_key(key, self.partition):
            return False
        return not any(one.has_told_beginning(start) for one in self.kin.of(key))

    def bounded(self, key: SeriesKey) -> SeriesKey:
        """The key itself, or that of the series which takes the charges of those beyond the limit."""
        if key in self.series or len(self.series) < self.rules.limits.series:
            return key
        return overflow_key(key, self.partition)

    def end(self, series: Series) -> None:
        """A series has ended: its records go, and it begins anew if it comes again, behind what it told."""
        source = self.sources[series.key.source]
        source.forgotten = later(source.forgotten, series.forgotten)
        self.moved = True
        del self.series[series.key]
        self.kin.remove(series)
        self.beginning.pop(series.key, None)
        self.touched.pop(series.key, None)
        self.ended.append(series)

    def of_source(self, source: str) -> list[Series]:
        """The series of a source."""
        return [series for series in self.series.values() if series.key.source == source]

    def named(self, texts: Iterable[str]) -> Iterator[Series]:
        """The series of these names that are alive, in the order of their names."""
        for text in sorted(texts):
            series = self.series.get(SeriesKey.parse(text))
            if series is not None:
                yield series

    def is_held(self, series: Series) -> bool:
        """Whether a series has charges of snapshots, by which its buckets close."""
        return self.snapshots_of(series.key.source).holds(series.text)

    def ids_of(self, source: str) -> SeenIds:
        """The ids of a source's charges."""
        seen = self.seen.get(source)
        if seen is None:
            window = self.rules.sources.of(source).remember_ids
            seen = self.seen[source] = SeenIds(window, self.rules.limits.ids)
        return seen

    def warnings(self) -> list[str]:
        """What an operator should hear of, since the last call."""
        texts = []
        for source, seen in self.seen.items():
            if seen.forgotten:
                texts.append(
                    f"{seen.forgotten:,} ids of {source} are forgotten before their time, since there are more than "
                    f"limits.ids allows: charges that come again may count twice; raise it, at 8 bytes an id"
                )
                seen.forgotten = 0
        for snapshots in self.snapshots.values():
            texts += snapshots.warnings
            snapshots.warnings.clear()
        return texts

    def snapshots_of(self, source: str) -> Snapshots:
        """The snapshots of a source."""
        snapshots = self.snapshots.get(source)
        if snapshots is None:
            snapshots = self.snapshots[source] = Snapshots(
                self.rules.sources.of(source).bucket, self.partition, self.rules.limits.series
            )
        return snapshots
