"""Forecast amounts with their band, and how good such forecasts were, as other programs read them."""

from decimal import Decimal
from typing import Final

import msgspec

from alerting.moment import Moment
from alerting.money import ZERO, add, at_pace, from_float
from detectors.accuracy import Quality

_DIGITS: Final = 4  # of a share


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """An amount that is forecast, and the band in which 80 % of such amounts are to lie."""

    expected: Decimal
    lower: Decimal
    upper: Decimal

    @classmethod
    def of(cls, spent: Decimal, expected: float, lower: float, upper: float) -> "Estimate":
        """What was spent, exactly, and what is to come."""
        return cls(
            expected=add(spent, from_float(expected)),
            lower=add(spent, from_float(lower)),
            upper=add(spent, from_float(upper)),
        )


class ForecastAccuracy(msgspec.Struct, frozen=True, kw_only=True):
    """How good the forecasts of a series were; newer ones count more."""

    wape: float | None  # sum of errors over sum of actuals; None where all actuals were nothing
    bias: float | None  # above 0: too much was forecast; a share of what came
    coverage: float  # share that lay in the band of 80 %
    judged: int  # forecasts so far

    @classmethod
    def of(cls, quality: Quality | None) -> "ForecastAccuracy | None":
        """The record of what was measured."""
        if quality is None:
            return None
        return cls(
            wape=None if quality.wape is None else round(quality.wape, _DIGITS),
            bias=None if quality.bias is None else round(quality.bias, _DIGITS),
            coverage=round(quality.coverage, _DIGITS),
            judged=quality.judged,
        )


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What a series will cost, as of the end of a bucket.

    Amounts of a month hold what was spent of it so far. Of a fee series there is no accuracy: what is to
    come of it is what came in the months before.
    """

    as_of: Moment  # end of the newest bucket that is in it
    counted_from: Moment  # of what was spent before, ``month_to_date`` has only what came late
    month_to_date: Decimal  # of the month of that bucket, exact, late charges included
    day: Estimate | None  # of the day of that bucket, as it was forecast when it began
    next_day: Estimate  # the whole day after it
    month: Estimate  # the whole month of that bucket
    next_month: Estimate  # the whole month after it
    bucket_accuracy: ForecastAccuracy | None = None
    day_accuracy: ForecastAccuracy | None = None
    week_accuracy: ForecastAccuracy | None = None


class AnomalyOutlook(msgspec.Struct, frozen=True, kw_only=True):
    """What an open anomaly leads to, as of ``updated_at``.

    Impacts hold the impact so far and go on at the pace of the newest anomalous bucket; a fall goes no
    deeper than to nothing. They are None for fees, which have no pace. ``day`` and ``month`` are of
    the series as if nothing unusual happened from now on.
    """

    impact_by_day_end: Decimal | None
    impact_by_month_end: Decimal | None
    month_to_date: Decimal  # exact, from ``counted_from`` on
    counted_from: Moment
    day: Estimate  # the whole UTC day that is under way
    month: Estimate  # the whole month that is under way


def impact_at_pace(impact: Decimal, per_day: Decimal, seconds: int, expected: Decimal) -> Decimal:
    """Impact so far and at the same pace for some time.

    Args:
        impact: so far.
        per_day: the pace.
        seconds: the time.
        expected: what is forecast for that time, below which a fall cannot go.

    >>> impact_at_pace(Decimal(10), Decimal(24), 3600, Decimal(50))
    Decimal('11.000000')
    """
    return add(impact, max(at_pace(per_day, seconds), -max(expected, ZERO)))
