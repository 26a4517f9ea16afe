"""One series: its open buckets, its closed ones within the horizon, and its model."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial

from alerting.anomaly import Anomaly
from alerting.beginning import DAY, Beginning
from alerting.series import SeriesKey
from config.sources import SourceRules
from stream.detect import restating
from stream.detect.bucket import NOTHING, Band, ClosedBucket, OpenBucket, Totals
from stream.detect.emit import spend_record
from stream.detect.ending import tell_end
from stream.detect.heard import hear
from stream.detect.hearing import SeriesAct
from stream.detect.history import History
from stream.detect.kept import LateModel
from stream.detect.limits import OpenBuckets
from stream.detect.model import SeriesModel
from stream.detect.news import News
from stream.detect.presence import end_of
from stream.detect.records import model_key
from stream.detect.sums import Sum
from stream.ingest.present import Span

RETIRE_AFTER = 14 * 86_400  # event time without a charge after which a series has ended
FEE_RETIRES_AFTER = 100 * 86_400  # the same for fees, which may come once in a quarter
_NEVER = -(1 << 62)
_FORECAST_WORTH_TELLING = 1e-6  # money: below it a bucket without charges leaves no record


class Series:
    """Buckets of one series. Only what takes, tells and advances changes it.

    A series of usage is *dense*: a bucket without charges is a point of zero. Fees, purchases, taxes and
    credits are points only where a charge is.
    """

    __slots__ = (
        "appended", "begins_anew", "closed", "closed_until", "dense", "dirty_model", "dirty_open", "forgotten", "key",
        "last_charge", "late_model", "open", "open_buckets", "rules", "text",
    )  # fmt: skip

    def __init__(
        self,
        key: SeriesKey,
        rules: SourceRules,
        new_model: Callable[[SeriesKey, int], SeriesModel],
        open_buckets: OpenBuckets,
        forgotten: int | None = None,
        begins_anew: Callable[["Series", int], None] | None = None,
        unreadable: list[str] | None = None,
    ) -> None:
        self.key = key
        self.text = key.text()
        self.rules = rules
        self.dense = key.charge_kind == "usage"
        self.open_buckets = open_buckets
        self.begins_anew = (
            begins_anew  # told when it comes back, with the start of its first bucket
        )
        unreadable = (
            [] if unreadable is None else unreadable
        )  # what cannot be read once it is needed
        self.late_model = LateModel(
            partial(new_model, key, rules.bucket), model_key(self.text), unreadable
        )
        self.closed_until: int | None = None  # buckets that start before it are closed
        # closed buckets that start before it are not remembered
        self.forgotten = _NEVER if forgotten is None else forgotten
        self.last_charge = 0  # start of the newest closed bucket with a charge
        self.open: dict[int, OpenBucket] = {}
        self.closed = History(rules.bucket, self.text, unreadable)
        self.appended = False  # whether charges came that are of no snapshot
        self.dirty_open = False
        self.dirty_model = False

    @property
    def model(self) -> SeriesModel:
        """What was learned of it."""
        return self.late_model.get()

    @property
    def is_unborn(self) -> bool:
        """Whether no charge ever came."""
        return self.closed_until is None and not self.open and not self.last_charge

    def begin(self, start: int) -> None:
        """It is news that it begins, with the bucket of that start."""
        self.model.beginning = Beginning(start, self.rules.bucket, self.dense)
        self.dirty_model = True

    def forget_beginning(self) -> None:
        """It is no news any more that it began."""
        self.model.beginning = None
        self.dirty_model = True

    def has_told_beginning(self, start: int) -> bool:
        """Whether it was told that it began, in the same hours as a bucket of that start."""
        mine = self.model.beginning
        return mine is not None and mine.told and abs(mine.since - start) < DAY

    def hear(self, act: SeriesAct, news: News) -> bool:
        """What was said of one of its anomalies; whether it was not known yet."""
        until = act.updated if self.closed_until is None else self.closed_until
        is_new, told = hear(self.model, act, until)
        self.dirty_model |= is_new
        self._tell_anomaly(told, news)
        return is_new

    def take(
        self,
        sums: Iterable[Sum],
        watermark: int | None,
        late_id: str,
        news: News,
    ) -> None:
        """Charges into their buckets: open ones fill, closed ones are restated, older ones are late.

        Args:
            sums: what the charges add up to.
            watermark: of the source; all before it is closed for a series that begins now.
            late_id: sets the entries of charges that are too late apart from all others.
            news: what comes of it.
        """
        step = self.rules.bucket
        if self.closed_until is None and watermark is not None:
            self.closed_until = watermark // step * step
            self.dirty_open = True
        self.dirty_open |= not self.appended
        self.appended = True
        behind: dict[int, OpenBucket] = {}
        for start, contributor, totals, parts in sums:
            self._bucket(start, behind).include(totals, contributor, parts)
        self._take_behind(behind, late_id, news)

    def take_difference(self, start: int, more: OpenBucket, late_id: str, news: News) -> None:
        """What a bucket has more than it had before, or less, by a snapshot that replaces another one."""
        behind: dict[int, OpenBucket] = {}
        bucket = self._bucket(start, behind)
        bucket.merge(more)
        is_nothing = bucket.totals == NOTHING and not bucket.revision
        if start not in behind and is_nothing:  # no fee of zero
            del self.open[start]
            self.open_buckets.close()
        self._take_behind(behind, late_id, news)

    def _take_behind(self, behind: dict[int, OpenBucket], late_id: str, news: News) -> None:
        if not behind:
            return
        oldest = self._oldest()
        for start, added in sorted(behind.items()):
            is_closed = self.closed_until is not None and oldest <= start < self.closed_until
            if not is_closed or self.closed.is_lost(start) or not self._restate(start, added, news):
                self._late(start, added.totals, late_id, news)

    def _oldest(self) -> int:
        """Buckets before it are not remembered, and so cannot be restated."""
        if self.closed_until is None:
            return self.forgotten
        return max(self.forgotten, self.closed_until - self.rules.horizon)

    def _bucket(self, start: int, behind: dict[int, OpenBucket]) -> OpenBucket:
        """Where charges of a bucket are added up: in it while it is open, else apart."""
        if start >= (self.forgotten if self.closed_until is None else self.closed_until):
            bucket = self.open.get(start)
            if bucket is None and self.open_buckets.open():
                bucket = self.open[start] = OpenBucket.empty()
            if bucket is not None:
                self.dirty_open = True
                return bucket
        return behind.setdefault(start, OpenBucket.empty())

    def close_known(self) -> None:
        """Go on after the newest closed bucket that is remembered."""
        end = self.closed.end
        if end is not None:
            self.closed_until = end
            self.dirty_open = True

    def advance(self, watermark: int, silences: Sequence[Span], news: News) -> bool:
        """Close the buckets that end by the watermark; False if the series has ended.

        ``silences`` are spans in which no series of the source had a charge: no zeros, but a gap.
        """
        step = self.rules.bucket
        end = watermark // step * step
        if self.dense:
            self._close_dense(end, silences, news)
        else:
            for start in sorted(start for start in self.open if start < end):
                self._close(start, news)
            self.dirty_open |= self.closed_until != end  # or a restart would open them anew
            self.closed_until = end
            self._pass_time(end, news)
        oldest = self._oldest()
        if oldest > self.forgotten:
            self.forgotten = oldest
            self.closed.forget(oldest)
            self.dirty_model |= self.model.forget(oldest)
        retires_after = RETIRE_AFTER if self.dense else FEE_RETIRES_AFTER
        if self.open or self.closed or end - self.last_charge <= retires_after:
            return True
        self._pass_time(end, news)
        return False

    def tell_open(self, until: int, news: News) -> int:
        """Tell what the open buckets that start before a moment hold so far, unscored; how many that is news of."""
        told = 0
        for start in sorted(start for start in self.open if start < until):
            bucket = self.open[start]
            change = bucket.tell()
            if change is not None:
                self._tell(start, bucket.totals, bucket.revision, None, change, news)
                told += 1
        self.dirty_open |= told > 0
        return told

    def _close_dense(self, end: int, silences: Sequence[Span], news: News) -> None:
        if self.closed_until is None:
            first = min(self.open, default=end)
            if first >= end:
                return
            self.closed_until = first
        step = self.rules.bucket
        while self.closed_until < end:
            start = self.closed_until
            if start not in self.open and start - self.last_charge > RETIRE_AFTER:
                self._pass_time(start, news)
                self.closed_until = min((at for at in self.open if at < end), default=end)
                self.late_model.renew()
                self.dirty_open = self.dirty_model = True
                if self.begins_anew is not None and self.closed_until in self.open:
                    self.begins_anew(self, self.closed_until)
                continue
            if silences and start not in self.open and (over := end_of(silences, start, step)):
                self.closed_until = min(over, end, *self.open)
                self.dirty_open = True
                continue
            self._close(start, news)
            self.closed_until = start + step
            self.dirty_open = True

    def pass_time(self, news: News) -> None:
        """What has just become of its model may be over already."""
        self.dirty_model = True
        if self.closed_until is not None:
            self._pass_time(self.closed_until, news)

    def _pass_time(self, until: int, news: News) -> None:
        """An anomaly of a fee, or of what was retired, ends by time, not by the next charge."""
        before = self.model.track, self.model.beginning
        self._tell_anomaly(self.model.pass_time(until), news)
        self.dirty_model |= (self.model.track, self.model.beginning) != before

    def _close(self, start: int, news: News) -> None:
        bucket = self.open.pop(start, None)
        if bucket is None:
            bucket = OpenBucket.empty()
        else:
            self.open_buckets.close()
        model, until = self.model, start + self.rules.bucket
        band, anomaly = model.close(start, bucket)
        self.dirty_open = self.dirty_model = True
        self._tell_anomaly(anomaly, news)
        self._tell_anomaly(tell_end(model, until), news)
        if bucket.totals.charges:
            self.last_charge = start
        elif (
            bucket.totals == NOTHING
            and not bucket.revision
            and abs(band.expected) < _FORECAST_WORTH_TELLING
            and not model.outlook.is_worth_telling(until)
        ):
            return
        closed = ClosedBucket(bucket.totals, bucket.revision + 1, band.packed())
        self.closed.put(start, closed)
        self._tell(start, closed.totals, closed.revision, band, bucket.change, news)

    def _restate(self, start: int, added: OpenBucket, news: News) -> bool:
        """Add late charges to a closed bucket; False if its page cannot be read."""
        closed = self.closed.get(start)
        if closed is None:
            if self.closed.is_lost(start):
                return False
            closed = ClosedBucket(Totals(), 0, None)
        totals = closed.totals.plus(added.totals)
        until = start + self.rules.bucket if self.closed_until is None else self.closed_until
        band, anomaly = restating.restate(self.model, start, added, totals, closed.band, until)
        self.dirty_model = True
        packed = None if band is None else band.packed()
        closed = ClosedBucket(totals, closed.revision + 1, packed)
        self.closed.put(start, closed)
        if totals.charges and start > self.last_charge:
            self.last_charge = start
            self.dirty_open = True
        self._tell(start, totals, closed.revision, band, added.totals.cost, news)
        self._tell_anomaly(anomaly, news)
        return True

    @staticmethod
    def _tell_anomaly(anomaly: Anomaly | None, news: News) -> None:
        if anomaly is not None:
            news.anomalies.append(anomaly)

    def _late(self, start: int, added: Totals, late_id: str, news: News) -> None:
        self.dirty_model |= self.model.outlook.restate(start, added.cost)
        span = (start, start + self.rules.bucket)
        news.spend.append(
            spend_record(
                self.key, self.text, span, added, revision=1, delta=added.cost, late=late_id
            )
        )

    def _tell(
        self,
        start: int,
        totals: Totals,
        revision: int,
        band: Band | None,
        delta: Decimal,
        news: News,
    ) -> None:
        span = (start, start + self.rules.bucket)
        record = spend_record(
            self.key,
            self.text,
            span,
            totals,
            revision=revision,
            delta=delta,
            band=band,
            outlook=self.model.outlook.told(span[1]),
        )
        news.spend.append(record)
