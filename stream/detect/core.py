"""The detect stage of one partition of `charges`: batches in; state, spend and anomalies out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerting.series import SeriesKey
from config.rules import Rules
from detectors.errors import StateError
from stream.detect import records
from stream.detect.model import SeriesModel
from stream.detect.progress import SourceProgress
from stream.detect.records import ClosedRecord, ModelRecord, OpenRecord, ProgressRecord, RecordError
from stream.detect.series import News, Series
from stream.ingest.batch import ChargeBatch, SeriesCharges


@dataclass(slots=True)
class Outcome:
    """State records to write (None deletes) and news to tell, all in one transaction."""

    states: dict[bytes, bytes | None]
    news: News


class DetectCore:
    """Folds batches into series, closes buckets by the watermark, and gathers what must be written."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.sources: dict[str, SourceProgress] = {}
        self.series: dict[SeriesKey, Series] = {}
        self.unreadable: list[str] = []  # state records that could not be read: learned again
        self._ended: list[Series] = []
        self._touched: dict[SeriesKey, Series] = {}

    def apply(self, batches: Iterable[ChargeBatch]) -> Outcome:
        """Apply batches in order; one that was applied before changes nothing."""
        news = News()
        moved = False
        for batch in batches:
            moved |= self._apply(batch, news)
        return Outcome(self._states(progressed=moved), news)

    def _apply(self, batch: ChargeBatch, news: News) -> bool:
        source = self.sources.setdefault(batch.source, SourceProgress())
        applied = source.applied(batch.partition)
        if batch.following < applied or (batch.following == applied and not batch.idle):
            return False
        for charges in batch.series:
            self._take(charges, batch, applied, source.watermark, news)
        before = source.watermark
        rules = self._rules.sources.of(batch.source)
        source.note(batch, rules)
        if _crossed(before, source.watermark, rules.bucket):
            self._advance(batch.source, source.watermark or 0, news)
        return True

    def _take(
        self,
        charges: SeriesCharges,
        batch: ChargeBatch,
        applied: int,
        watermark: int | None,
        news: News,
    ) -> None:
        lines = charges.lines
        if lines[0].offset < applied:
            lines = [line for line in lines if line.offset >= applied]
            if not lines:
                return
        series = self._series(charges.key)
        late_id = f"{batch.source}-{batch.partition}-{lines[0].offset}"
        series.take(lines, batch.contributors, watermark, late_id, news)
        self._touched[charges.key] = series

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

    def _series(self, key: SeriesKey) -> Series:
        series = self.series.get(key)
        if series is None:
            rules = self._rules.sources.of(key.source)
            series = self.series[key] = Series(
                key, rules, lambda: SeriesModel(key, rules.bucket, self._rules.detection)
            )
        return series

    # --- state records

    def _states(self, *, progressed: bool) -> dict[bytes, bytes | None]:
        states: dict[bytes, bytes | None] = {}
        if progressed:
            states[records.PROGRESS] = records.encode(ProgressRecord(records.VERSION, self.sources))
        for series in self._touched.values():
            _write_series(series, states)
        for series in self._ended:
            states[records.open_key(series.text)] = None
            states[records.model_key(series.text)] = None
            for page in {*series.closed, *series.dirty_pages}:
                states[records.closed_key(series.text, page)] = None
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
        elif key.startswith(records.MODEL):
            model: ModelRecord = records.read(value, ModelRecord)
            series = self._series(SeriesKey.parse(key[len(records.MODEL) :].decode()))
            series.model.restore(model)
        elif key.startswith(records.CLOSED):
            past: ClosedRecord = records.read(value, ClosedRecord)
            text, page = records.parse_closed_key(key)
            self._series(SeriesKey.parse(text)).closed[page] = past.buckets
        else:
            raise RecordError("unknown kind of record")


def _crossed(before: int | None, now: int | None, bucket: int) -> bool:
    """Whether a watermark went over the end of a bucket."""
    return now is not None and (before is None or now // bucket > before // bucket)


def _write_series(series: Series, states: dict[bytes, bytes | None]) -> None:
    if series.dirty_open:
        states[records.open_key(series.text)] = records.encode(
            OpenRecord(records.VERSION, series.closed_until, series.last_charge, series.open)
        )
    if series.dirty_model:
        states[records.model_key(series.text)] = records.encode(series.model.record())
    for page in series.dirty_pages:
        past = series.closed.get(page)
        states[records.closed_key(series.text, page)] = (
            None if past is None else records.encode(ClosedRecord(records.VERSION, past))
        )
    series.dirty_open = series.dirty_model = False
    series.dirty_pages.clear()
