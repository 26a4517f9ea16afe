"""The month in the digest: what it cost so far, exactly, and what it will cost, from the series' own forecasts.

A series' newest outlook says what is still to come of it. Bands of several series add up as if their errors had
nothing to do with each other: distances from the forecast as the root of the sum of their squares. Where something
moves all series at once, the total lies outside more often than that.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import hypot
from typing import Final, TypeVar

from alerting.estimate import Estimate, Outlook
from alerting.money import ZERO, add, from_float, multiply, quantized, subtract, total_of
from alerting.spend import SpendRecord
from alerting.statement import DayForecast, MonthSpend

_DAY: Final = timedelta(days=1)
_Group = TypeVar("_Group", bound=Hashable)


def month_of(day: date) -> tuple[date, date]:
    """First day of the month of a day, and first day of the next one."""
    first = day.replace(day=1)
    return first, date(day.year + day.month // 12, day.month % 12 + 1, 1)


def outlooks_of(spend: Iterable[SpendRecord], day: date) -> dict[str, dict[str, SpendRecord]]:
    """By currency and series: the record with the newest outlook by the end of a day, of its month or the one before.

    Args:
        spend: records of any days in any order.
        day: the UTC day.
    """
    first, _ = month_of(day)
    before, _ = month_of(first - _DAY)
    newest: defaultdict[str, dict[str, SpendRecord]] = defaultdict(dict)
    for record in spend:
        since = (
            first if record.charge_kind == "usage" else before
        )  # usage has one each day it lives
        if record.outlook is None or not since <= _day(record.bucket_start) <= day:
            continue
        of_currency = newest[record.currency]
        known = of_currency.get(record.series)
        if known is None or _age(record) > _age(known):
            of_currency[record.series] = record
    return newest


def _age(record: SpendRecord) -> tuple[datetime, int]:
    return record.bucket_start, record.revision


def team_of(record: SpendRecord) -> str:
    """The owner of a record's series."""
    return record.team


def months_of(
    day: date,
    records: Iterable[SpendRecord],
    outlooks: Mapping[str, SpendRecord],
    group: Callable[[SpendRecord], _Group],
) -> dict[_Group, MonthSpend]:
    """The month by what its series have in common, of one currency.

    Args:
        day: the UTC day that the month is seen from.
        records: newest revisions of the month up to the day.
        outlooks: records with the newest outlook of each series, by series.
        group: what a record counts under, the same for all records of a series.
    """
    spent: defaultdict[tuple[_Group, str], Decimal] = defaultdict(lambda: ZERO)
    for record in outlooks.values():
        spent[group(record), record.series] = ZERO  # a fee may be still to come of it
    for record in records:
        place = group(record), record.series
        spent[place] = add(spent[place], record.cost)
    groups: defaultdict[_Group, list[MonthSpend]] = defaultdict(list)
    for (named, series), cost in spent.items():
        groups[named].append(_of_series(outlooks.get(series), day, cost))
    return {named: joined(months) for named, months in groups.items()}


def joined(months: Iterable[MonthSpend]) -> MonthSpend:
    """Several months as one, of several series or teams."""
    all_of_them = list(months)
    to_date = total_of(each.to_date for each in all_of_them)
    forecasts = [each.forecast for each in all_of_them if each.forecast is not None]
    return MonthSpend(
        to_date=to_date,
        forecast=_added(forecasts, _without(all_of_them)) if forecasts else None,
        without_forecast=total_of(each.without_forecast for each in all_of_them),
    )


def _without(months: Iterable[MonthSpend]) -> Decimal:
    return total_of(each.to_date for each in months if each.forecast is None)


def _added(estimates: Sequence[Estimate], spent: Decimal = ZERO) -> Estimate:
    expected = add(spent, total_of(each.expected for each in estimates))
    below = hypot(*(float(subtract(each.expected, each.lower)) for each in estimates))
    above = hypot(*(float(subtract(each.upper, each.expected)) for each in estimates))
    return Estimate(
        expected=expected,
        lower=subtract(expected, from_float(below)),
        upper=add(expected, from_float(above)),
    )


def _of_series(told: SpendRecord | None, day: date, spent: Decimal) -> MonthSpend:
    if told is None or told.outlook is None:
        return MonthSpend(to_date=spent, forecast=None, without_forecast=spent)
    forecast = _whole_month(told, told.outlook, day, spent)
    return MonthSpend(to_date=spent, forecast=forecast, without_forecast=ZERO)


def _whole_month(told: SpendRecord, outlook: Outlook, day: date, spent: Decimal) -> Estimate:
    """What the month of the day will cost, by an outlook of some day before its end."""
    first, _ = month_of(day)
    if _day(told.bucket_start) < first:
        return outlook.next_month
    share = _still_left(outlook.as_of, day) if told.charge_kind == "usage" else Decimal(1)
    ends = (outlook.month.expected, outlook.month.lower, outlook.month.upper)
    expected, lower, upper = (
        quantized(add(spent, multiply(subtract(end, outlook.month_to_date), share))) for end in ends
    )
    return Estimate(expected=expected, lower=lower, upper=upper)


def _still_left(as_of: datetime, day: date) -> Decimal:
    """How much of the rest of the month is left at the end of a day; all of it where the outlook is of its end."""
    _, end = month_of(day)
    left = _seconds(end) - _seconds(day + _DAY)
    then = _seconds(end) - int(as_of.timestamp())
    return Decimal(1) if then <= left else quantized(Decimal(left) / then)


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def day_forecast_of(
    day: date, records: Iterable[SpendRecord], outlooks: Mapping[str, SpendRecord]
) -> DayForecast | None:
    """How good the forecasts of a day were that were made when it began; None where none was made.

    Args:
        day: the UTC day.
        records: newest revisions of the day, of one currency.
        outlooks: records with the newest outlook of each series, by series.
    """
    forecasts = {
        series: told.outlook.day
        for series, told in outlooks.items()
        if told.outlook and told.outlook.day and _day(told.bucket_start) == day
    }
    came: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for record in records:
        if record.series in forecasts:
            came[record.series] = add(came[record.series], record.cost)
    judged = [(forecasts[series], actual) for series, actual in came.items()]
    if not judged:
        return None
    errors = total_of(abs(subtract(forecast.expected, actual)) for forecast, actual in judged)
    size = total_of(abs(actual) for _, actual in judged)
    return DayForecast(
        forecast=_added([forecast for forecast, _ in judged]),
        actual=total_of(came.values()),
        wape=round(float(errors / size), 4) if size else None,
        covered=sum(forecast.lower <= actual <= forecast.upper for forecast, actual in judged),
        series=len(judged),
    )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
