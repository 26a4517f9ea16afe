"""Where a series is heading: what it cost today and this month, exactly, and what is still to come.

The forecast of a day's end costs more than that of a bucket, so it is made once a day, and when an anomaly
is told.
"""

from decimal import Decimal
from typing import Final

import msgspec

from alerting.anomaly import Anomaly
from alerting.estimate import AnomalyOutlook, Estimate, Outlook, impact_at_pace
from alerting.money import from_float
from detectors.engine import Detector
from detectors.fee import FeeDetector
from detectors.fee_days import FeeDays
from detectors.months import month_of
from detectors.outlook import Forecast
from detectors.outlook import Outlook as Forecasts
from detectors.seasons import DAY
from stream.detect.emit import moment
from stream.detect.outlook_records import VERSION, Told, read_outlook, read_told
from stream.money import ZERO, add

_WORTH_TELLING: Final = 1e-6  # money that is still to come in a month
_NO_FEES: Final[list[tuple[int, float]]] = []
_MONTHLY: Final = ("recurring", "tax")  # kinds of fees that come again once they came


class SeriesOutlook:
    """Follows the buckets of one series; what is told of days and months comes from here.

    Args:
        charge_kind: of the series; usage is dense.
        step: seconds a bucket.
    """

    __slots__ = (
        "_coming", "_step", "_told", "_told_at", "counted_from", "day", "month", "today",
    )  # fmt: skip

    def __init__(self, charge_kind: str, step: int) -> None:
        self._step = step
        self._coming: Forecasts | FeeDays = (
            Forecasts(step) if charge_kind == "usage" else FeeDays(monthly=charge_kind in _MONTHLY)
        )
        self.day = -1  # of the newest bucket, since the epoch
        self.today = self.month = ZERO  # what was spent on it, and in its month
        self.counted_from = 0  # what was spent before, in epoch seconds, is not in them
        self._told_at, self._told = 0, b""

    def take(
        self, start: int, cost: Decimal, value: float, expected: float, *, is_whole: bool
    ) -> None:
        """Takes in a bucket that closed, with the forecast that it had.

        Args:
            start: of the bucket.
            cost: of it.
            value: the same as a point of the series.
            expected: the forecast.
            is_whole: whether all of it has a price; if not, no forecast is judged by it.
        """
        day = start // DAY
        if day != self.day or not self.counted_from:
            self._begin(day, start)
        self.today = add(self.today, cost)
        self.month = add(self.month, cost)
        if isinstance(self._coming, FeeDays):
            self._coming.add(day, value)
        elif is_whole:
            self._coming.take(start, value, expected)

    def _begin(self, day: int, start: int) -> None:
        first, end = month_of(day)
        is_another = not first <= self.day < end
        if is_another:
            self.month = ZERO
        if not self.counted_from:
            self.counted_from = start
        elif is_another:
            self.counted_from = first * DAY
        if day != self.day:
            self.day, self.today = day, ZERO

    def restate(self, start: int, delta: Decimal) -> bool:
        """A late charge changed what a bucket cost; whether that changes anything here."""
        day = start // DAY
        if not self.counted_from and day > self.day:  # no bucket closed yet
            self._begin(day, 0)
        first, end = month_of(self.day)
        is_sparse = isinstance(self._coming, FeeDays)
        if self.day < 0 or not (is_sparse or first <= day < end):
            return False
        if day == self.day:
            self.today = add(self.today, delta)
        if first <= day < end:
            self.month = add(self.month, delta)
        if isinstance(self._coming, FeeDays):
            self._coming.add(day, float(delta))
        return True

    def turn(self, end: int, detector: Detector | FeeDetector) -> None:
        """Makes what is told with a bucket that ended just now, if it ends a day or is a fee."""
        coming = self._coming
        if isinstance(coming, FeeDays):
            if not end % DAY or not coming.is_daily:
                self._tell(self._of_fees(end, coming))
        elif not end % DAY and isinstance(detector, Detector):
            self._tell(self._of_usage(end, coming, detector))

    def told(self, end: int) -> Outlook | None:
        """What was told with the newest bucket that had an outlook, if it ended then."""
        return read_told(self._told).public() if end == self._told_at else None

    def is_worth_telling(self, end: int) -> bool:
        """Whether something was told with the bucket that ended then, of a month in which something is spent."""
        if end != self._told_at:
            return False
        told = read_told(self._told)
        return bool(told.spent) or abs(told.rest.expected) >= _WORTH_TELLING

    def _tell(self, told: Told) -> None:
        self._told_at, self._told = told.end, _encode(told)

    def _of_usage(self, end: int, forecasts: Forecasts, detector: Detector) -> Told:
        ahead = detector.ahead(end)
        day = forecasts.of_today(signed=ahead.signed)
        tomorrow = forecasts.turn(end, ahead)
        _, month_end = month_of(self.day)
        _, next_end = month_of(month_end)
        return Told(
            end,
            self.counted_from,
            self.month,
            day,
            tomorrow,
            forecasts.until(end, month_end, ahead),
            forecasts.between(end, month_end, next_end, ahead),
            forecasts.bucket,
            forecasts.day,
            forecasts.week,
        )

    def _of_fees(self, end: int, fees: FeeDays) -> Told:
        today, tomorrow = end // DAY, self.day + 1
        _, month_end = month_of(self.day)
        return Told(
            end,
            self.counted_from,
            self.month,
            None,
            Forecast(*fees.coming(tomorrow, tomorrow + 1)),
            Forecast(*fees.coming(today, month_end)) if today < month_end else Forecast(0, 0, 0),
            Forecast(*fees.next_month(self.day)),
        )

    def joined(self, anomaly: Anomaly | None, detector: Detector | FeeDetector) -> Anomaly | None:
        """The record of an anomaly with where it leads, while it is open."""
        if anomaly is None or anomaly.state != "open":
            return anomaly
        return msgspec.structs.replace(anomaly, outlook=self._leads(anomaly, detector))

    def _leads(self, anomaly: Anomaly, detector: Detector | FeeDetector) -> AnomalyOutlook:
        now = int(anomaly.updated_at.timestamp())
        first, month_end = month_of(now // DAY)
        day_end = now // DAY + 1
        of_day, of_month = (self._rest(now, end, detector) for end in (day_end, month_end))
        has_pace = not isinstance(self._coming, FeeDays) and anomaly.recovered_at is None
        spent = self.month if first <= self.day else ZERO
        return AnomalyOutlook(
            impact_by_day_end=_leads_to(anomaly, now, day_end, of_day) if has_pace else None,
            impact_by_month_end=_leads_to(anomaly, now, month_end, of_month) if has_pace else None,
            month_to_date=spent,
            counted_from=moment(max(self.counted_from, first * DAY)),
            day=Estimate.of(self.today if day_end == self.day + 1 else ZERO, *of_day),
            month=Estimate.of(spent, *of_month),
        )

    def _rest(self, now: int, end: int, detector: Detector | FeeDetector) -> Forecast:
        if isinstance(self._coming, FeeDays):
            return Forecast(*self._coming.coming(now // DAY, end))
        if isinstance(detector, FeeDetector):
            return Forecast(0, 0, 0)
        return self._coming.until(now, end, detector.ahead(now))

    def carry_on(self, before: "SeriesOutlook") -> None:
        """Take over what was spent before the series was retired, and no forecasts."""
        self.day, self.counted_from = before.day, before.counted_from
        self.today, self.month = before.today, before.month

    def to_bytes(self) -> bytes:
        """For the state record: 0.7 KB of usage, 1 KB of fees that come daily."""
        coming, forecasts, fees = self._coming, b"", _NO_FEES
        if isinstance(coming, FeeDays):
            fees = coming.numbers()
        else:
            forecasts = coming.to_bytes()
        return _encode(  # as an `OutlookRecord`, of which none is made for each bucket
            (
                VERSION,
                self.day,
                self.today,
                self.month,
                self.counted_from,
                forecasts,
                fees,
                self._told_at,
                self._told,
            )
        )

    def restore(self, data: bytes, detector: Detector | FeeDetector) -> None:
        """Take over what was kept. An older version kept nothing: then the known fees are all there is.

        Raises:
            StateError: if it cannot be read.
        """
        if not data:
            if isinstance(detector, FeeDetector) and isinstance(self._coming, FeeDays):
                for amount, last in detector.remembered():
                    self._coming.add(last // DAY, amount)
            return
        record = read_outlook(data)
        if isinstance(self._coming, FeeDays):
            self._coming.restore(record.fees)
        else:
            self._coming = Forecasts.from_bytes(record.forecasts, self._step)
        self.day, self.today, self.month = record.day, record.today, record.month
        self.counted_from = record.counted_from
        self._told_at, self._told = record.told_at, record.told


def _leads_to(anomaly: Anomaly, now: int, end: int, rest: Forecast) -> Decimal:
    expected = from_float(rest.expected)
    return impact_at_pace(anomaly.impact, anomaly.impact_per_day, end * DAY - now, expected)


_encode = msgspec.msgpack.Encoder().encode
