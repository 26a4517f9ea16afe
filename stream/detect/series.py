"""One series: its open buckets, its closed ones within the horizon, and its model."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from alerting.anomaly import Anomaly
from alerting.series import SeriesKey
from alerting.spend import SpendRecord
from config.sources import SourceRules
from stream.detect.bucket import ClosedBucket, OpenBucket, Totals
from stream.detect.emit import spend_record
from stream.detect.history import History
from stream.detect.limits import OpenBuckets
from stream.detect.model import SeriesModel
from stream.ingest.batch import ChargeLine
from stream.money import add

RETIRE_AFTER = 14 * 86_400  # event time without a charge after which a series has ended
_NEVER = -(1 << 62)
_FORECAST_WORTH_TELLING = 1e-6  # money: below it a bucket without charges leaves no record


@dataclass(slots=True)
class News:
    """What came of a batch, in order."""

    spend: list[SpendRecord] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)


class Series:
    """Buckets of one series. Only `take` and `advance` change it.

    A series of usage is *dense*: a bucket without charges is a point of zero. Fees, purchases, taxes and
    credits are points only where a charge is.
    """

    def __init__(
        self,
        key: SeriesKey,
        rules: SourceRules,
        new_model: Callable[[], SeriesModel],
        open_buckets: OpenBuckets,
    ) -> None:
        self.key = key
        self.text = key.text()
        self.rules = rules
        self.dense = key.charge_kind == "usage"
        self.new_model = new_model
        self.open_buckets = open_buckets
        self.model = new_model()
        self.closed_until: int | None = None  # buckets that start before it are closed
        self.last_charge = 0  # start of the newest closed bucket with a charge
        self.open: dict[int, OpenBucket] = {}
        self.closed = History(rules.bucket)
        self.dirty_open = False
        self.dirty_model = False

    def take(
        self,
        lines: Iterable[ChargeLine],
        contributors: list[str],
        watermark: int | None,
        late_id: str,
        news: News,
    ) -> None:
        """Charges into their buckets: open ones fill, closed ones are restated, older ones are late."""
        step = self.rules.bucket
        oldest = _NEVER if watermark is None else watermark - self.rules.horizon
        closed_until = oldest if self.closed_until is None else max(oldest, self.closed_until)
        behind: dict[int, Totals] = {}
        for line in lines:
            start = line.time - line.time % step
            if start < closed_until:
                behind.setdefault(start, Totals()).add(line)
                continue
            bucket = self.open.get(start)
            if bucket is None and self.open_buckets.open():
                bucket = self.open[start] = OpenBucket.empty()
            if bucket is None:
                behind.setdefault(start, Totals()).add(line)
                continue
            bucket.add(line, contributors[line.contributor])
            self.dirty_open = True
        for start, added in behind.items():
            if oldest <= start < closed_until:
                self._restate(start, added, news)
            else:
                self._late(start, added, late_id, news)

    def advance(self, watermark: int, news: News) -> bool:
        """Close the buckets that end by the watermark; False if the series has ended."""
        step = self.rules.bucket
        end = watermark // step * step
        if self.dense:
            self._close_dense(end, news)
        else:
            for start in sorted(start for start in self.open if start < end):
                self._close(start, news)
            self.closed_until = end
            self._pass_time(end, news)
        self.closed.forget(watermark - self.rules.horizon)
        return bool(self.open or self.closed) or end - self.last_charge <= RETIRE_AFTER

    def _close_dense(self, end: int, news: News) -> None:
        if self.closed_until is None:
            if not self.open:
                return
            self.closed_until = min(self.open)
        while self.closed_until < end:
            start = self.closed_until
            if start not in self.open and start - self.last_charge > RETIRE_AFTER:
                self.closed_until = min((at for at in self.open if at < end), default=end)
                self.model = self.new_model()
                continue
            self._close(start, news)
            self.closed_until = start + self.rules.bucket
            self.dirty_open = True

    def _pass_time(self, until: int, news: News) -> None:
        """A fee's anomaly ends by time, not by the next fee."""
        before = self.model.track
        anomaly = self.model.pass_time(until)
        if anomaly is not None:
            news.anomalies.append(anomaly)
        self.dirty_model |= self.model.track is not before

    def _close(self, start: int, news: News) -> None:
        bucket = self.open.pop(start, None)
        if bucket is None:
            bucket = OpenBucket.empty()
        else:
            self.open_buckets.close()
        band, anomaly = self.model.close(start, bucket)
        self.dirty_open = self.dirty_model = True
        if anomaly is not None:
            news.anomalies.append(anomaly)
        if bucket.totals.charges:
            self.last_charge = start
        elif abs(band.expected) < _FORECAST_WORTH_TELLING:
            return
        closed = ClosedBucket(bucket.totals, 1, band)
        self.closed.put(start, closed)
        self._tell(start, closed, bucket.totals.cost, news)

    def _restate(self, start: int, added: Totals, news: News) -> None:
        closed = self.closed.get(start)
        if closed is None:
            closed = ClosedBucket(Totals(), 1, None)
        closed = ClosedBucket(_sum(closed.totals, added), closed.revision + 1, closed.band)
        self.closed.put(start, closed)
        self._tell(start, closed, added.cost, news)
        anomaly = self.model.restate(start, added.cost)
        if anomaly is not None:
            self.dirty_model = True
            news.anomalies.append(anomaly)

    def _late(self, start: int, added: Totals, late_id: str, news: News) -> None:
        span = (start, start + self.rules.bucket)
        news.spend.append(
            spend_record(
                self.key, self.text, span, added, revision=1, delta=added.cost, late=late_id
            )
        )

    def _tell(self, start: int, closed: ClosedBucket, delta: Decimal, news: News) -> None:
        span = (start, start + self.rules.bucket)
        news.spend.append(
            spend_record(
                self.key,
                self.text,
                span,
                closed.totals,
                revision=closed.revision,
                delta=delta,
                band=closed.band,
            )
        )


def _sum(left: Totals, right: Totals) -> Totals:
    return Totals(
        add(left.cost, right.cost),
        *(
            getattr(left, name) + getattr(right, name)
            for name in Totals.__struct_fields__
            if name != "cost"
        ),
    )
