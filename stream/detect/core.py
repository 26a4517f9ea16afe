"""The detect stage of one partition of `charges`: batches in; state, spend and anomalies out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerting.series import SeriesKey
from config.rules import Rules
from detectors.errors import StateError
from stream.detect import records
from stream.detect.limits import OpenBuckets, overflow_key
from stream.detect.model import SeriesModel
from stream.detect.progress import SourceProgress
from stream.detect.records import ModelRecord, OpenRecord, ProgressRecord, RecordError
from stream.detect.repeats import SeenIds
from stream.detect.series import News, Series
from stream.ingest.batch import ChargeBatch, ChargeLine


@dataclass(slots=True)
class Outcome:
    """State records to write (None deletes) and news to tell, all in one transaction."""

    states: dict[bytes, bytes | None]
    news: News
    repeats: int = 0  # charges that were counted before, by their ids
    overflow: int = 0  # charges of series beyond the limit


class DetectCore:
    """Folds batches into series, closes buckets by the watermark, and gathers what must be written."""

    def __init__(self, rules: Rules, partition: int = 0) -> None:
        self._rules = rules
        self._partition = partition
        self._open_buckets = OpenBuckets(rules.limits.open_buckets)
        self.sources: dict[str, SourceProgress] = {}
        self.series: dict[SeriesKey, Series] = {}
        self.unreadable: list[str] = []  # state records that could not be read: learned again
        self.seen: dict[str, SeenIds] = {}  # by source
        self._ended: list[Series] = []
        self._repeats = self._overflow = 0
        self._touched: dict[SeriesKey, Series] = {}

    def apply(self, batches: Iterable[ChargeBatch]) -> Outcome:
        """Apply batches in order; one that was applied before changes nothing."""
        news = News()
        moved = False
        for batch in batches:
            moved |= self._apply(batch, news)
        outcome = Outcome(self._states(progressed=moved), news, self._repeats, self._overflow)
        self._repeats = self._overflow = 0
        return outcome

    def _apply(self, batch: ChargeBatch, news: News) -> bool:
        source = self.sources.setdefault(batch.source, SourceProgress())
        applied = source.applied(batch.partition)
        if batch.following < applied or (batch.following == applied and not batch.idle):
            return False
        for number, (key, lines) in enumerate(self._new_lines(batch, applied)):
            # its own for each group: two of them may fold into one series beyond the limit
            late_id = f"{batch.source}-{batch.partition}-{lines[0].offset}-{number}"
            self._take(key, lines, batch, source.watermark, late_id, news)
        before = source.watermark
        rules = self._rules.sources.of(batch.source)
        if not source.note(batch, rules):
            return False  # idle, as it was before
        if source.watermark is not None and (
            source.is_idle or _crossed(before, source.watermark, rules.bucket)
        ):
            self._advance(batch.source, source.watermark, news)
            self._ids(batch.source).forget(source.watermark)
        return True

    def _new_lines(
        self, batch: ChargeBatch, applied: int
    ) -> Iterator[tuple[SeriesKey, list[ChargeLine]]]:
        """The charges that were not applied before: by their offsets, and by the ids that they have."""
        groups = [(charges.key, charges.lines) for charges in batch.series]
        if applied > batch.start:
            groups = [
                (key, [line for line in lines if line.offset >= applied]) for key, lines in groups
            ]
        first = self._first_seen(batch.source, groups)
        if first.all():
            yield from ((key, lines) for key, lines in groups if lines)
            return
        self._repeats += int(first.size - first.sum())
        verdicts = iter(first.tolist())
        for key, lines in groups:
            new = [line for line in lines if next(verdicts)]
            if new:
                yield key, new

    def _first_seen(
        self, source: str, groups: list[tuple[SeriesKey, list[ChargeLine]]]
    ) -> NDArray[np.bool_]:
        """Which charges are no repeats; those without an id never are."""
        count = sum(len(lines) for _, lines in groups)
        ids = np.fromiter(
            (line.identity for _, lines in groups for line in lines), np.uint64, count
        )
        times = np.fromiter((line.time for _, lines in groups for line in lines), np.int64, count)
        named = ids != 0
        first: NDArray[np.bool_] = ~named
        first[named] = self._ids(source).first_seen(ids[named], times[named])
        return first

    def _take(
        self,
        key: SeriesKey,
        lines: list[ChargeLine],
        batch: ChargeBatch,
        watermark: int | None,
        late_id: str,
        news: News,
    ) -> None:
        if key not in self.series and len(self.series) >= self._rules.limits.series:
            key = overflow_key(key, self._partition)
            self._overflow += len(lines)
        series = self._series(key)
        series.take(lines, batch.contributors, watermark, late_id, news)
        self._touched[key] = series

    def _advance(self, source: str, watermark: int, news: News) -> None:
        for key, series in list(self.series.items()):
            if key.source != source:
                continue
            step = series.rules.bucket
            if series.closed_until is not None and watermark < series.closed_until + step:
                continue
            self._touched[key] = series
            if not series.advance(watermark, news):
                del self.series[key], self._touched[key]
                self._ended.append(series)

    def _ids(self, source: str) -> SeenIds:
        seen = self.seen.get(source)
        if seen is None:
            window = self._rules.sources.of(source).remember_ids
            seen = self.seen[source] = SeenIds(window)
        return seen

    def _series(self, key: SeriesKey) -> Series:
        series = self.series.get(key)
        if series is None:
            rules = self._rules.sources.of(key.source)
            series = self.series[key] = Series(
                key,
                rules,
                lambda: SeriesModel(key, rules.bucket, self._rules.detection),
                self._open_buckets,
            )
        return series

    # --- state records

    def _states(self, *, progressed: bool) -> dict[bytes, bytes | None]:
        states: dict[bytes, bytes | None] = {}
        if progressed:
            states[records.PROGRESS] = records.encode(ProgressRecord(records.VERSION, self.sources))
        for source, seen in self.seen.items():
            for block, part, data in seen.changes():
                states[records.ids_key(source, block, part)] = data
        for series in self._ended:  # before what began again in the same chunk
            states[records.open_key(series.text)] = None
            states[records.model_key(series.text)] = None
            for page in series.closed.pages():
                states[records.closed_key(series.text, page)] = None
        for series in self._touched.values():
            _write_series(series, states)
        self._touched.clear()
        self._ended.clear()
        return states

    def load(self, states: Mapping[bytes, bytes]) -> None:
        """Take over a partition's state; what cannot be read is noted in ``unreadable``."""
        for key, value in states.items():
            try:
                self._load(key, value)
            except (RecordError, StateError, ValueError) as error:
                self.unreadable.append(f"{key.decode(errors='replace')}: {error}")

    def _load(self, key: bytes, value: bytes) -> None:
        if key == records.PROGRESS:
            progress: ProgressRecord = records.read(value, ProgressRecord)
            self.sources = progress.sources
        elif key.startswith(records.OPEN):
            hot: OpenRecord = records.read(value, OpenRecord)
            series = self._series(SeriesKey.parse(key[len(records.OPEN) :].decode()))
            series.closed_until, series.last_charge = hot.closed_until, hot.last_charge
            series.open = hot.buckets
            self._open_buckets.count += len(hot.buckets)
        elif key.startswith(records.MODEL):
            model: ModelRecord = records.read(value, ModelRecord)
            series = self._series(SeriesKey.parse(key[len(records.MODEL) :].decode()))
            series.model.restore(model)
        elif key.startswith(records.CLOSED):
            text, page = records.parse_closed_key(key)
            self._series(SeriesKey.parse(text)).closed.load(page, value)
        elif key.startswith(records.IDS):
            source, block, part = records.parse_ids_key(key)
            self._ids(source).load({(block, part): value})
        else:
            raise RecordError("unknown kind of record")


def _crossed(before: int | None, now: int, bucket: int) -> bool:
    """Whether a watermark went over the end of a bucket."""
    return before is None or now // bucket > before // bucket


def _write_series(series: Series, states: dict[bytes, bytes | None]) -> None:
    if series.dirty_open:
        states[records.open_key(series.text)] = records.encode(
            OpenRecord(records.VERSION, series.closed_until, series.last_charge, series.open)
        )
    if series.dirty_model:
        states[records.model_key(series.text)] = records.encode(series.model.record())
    for page, record in series.closed.changes():
        states[records.closed_key(series.text, page)] = record
    series.dirty_open = series.dirty_model = False
