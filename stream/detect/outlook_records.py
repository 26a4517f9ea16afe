"""What is kept of a series' outlook, and the public record that is made of it."""

from decimal import Decimal
from typing import Final

import msgspec

from alerting.estimate import Estimate, ForecastAccuracy, Outlook
from detectors.accuracy import Quality
from detectors.errors import StateError
from detectors.outlook import Forecast
from stream.detect.emit import moment
from stream.money import ZERO

VERSION: Final = 1


class Told(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was told with a bucket: a late charge of that bucket tells it again. Times are epoch seconds."""

    end: int  # of the bucket
    counted_from: int
    spent: Decimal  # in the bucket's month
    day: Forecast | None
    next_day: Forecast
    rest: Forecast  # of the bucket's month
    next_month: Forecast
    bucket_quality: Quality | None = None
    day_quality: Quality | None = None
    week_quality: Quality | None = None

    def public(self) -> Outlook:
        """The public record."""
        return Outlook(
            as_of=moment(self.end),
            counted_from=moment(self.counted_from),
            month_to_date=self.spent,
            day=None if self.day is None else Estimate.of(ZERO, *self.day),
            next_day=Estimate.of(ZERO, *self.next_day),
            month=Estimate.of(self.spent, *self.rest),
            next_month=Estimate.of(ZERO, *self.next_month),
            bucket_accuracy=ForecastAccuracy.of(self.bucket_quality),
            day_accuracy=ForecastAccuracy.of(self.day_quality),
            week_accuracy=ForecastAccuracy.of(self.week_quality),
        )


class OutlookRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The state record. Days are since the epoch, times in epoch seconds."""

    version: int
    day: int  # that ``today`` is of; -1 before the first bucket
    today: Decimal
    month: Decimal
    counted_from: int
    forecasts: bytes  # of a dense series
    fees: list[tuple[int, float]]  # of a sparse one
    told_at: int  # end of the bucket with which an outlook was told last
    told: bytes


def read_outlook(data: bytes) -> OutlookRecord:
    """A state record.

    Raises:
        StateError: if it is unreadable, or of another version.
    """
    try:
        record = msgspec.msgpack.decode(data, type=OutlookRecord)
        if record.told:
            read_told(record.told)
    except msgspec.MsgspecError as error:
        raise StateError(f"not a saved outlook: {error}") from error
    if record.version != VERSION:
        raise StateError(f"an outlook of version {record.version}, this worker reads {VERSION}")
    return record


read_told = msgspec.msgpack.Decoder(Told).decode
