"""The month that is under way, by any dimensions: what it cost so far and where it ends."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, timedelta

import msgspec

from alerting.month import month_of, months_of, outlooks_of
from alerting.spend import SpendRecord
from alerting.statement import MonthSpend
from stream.ledger import value_of

_WEEK = timedelta(days=7)


class MonthLine(msgspec.Struct, frozen=True):
    """The month of one group in one currency."""

    group: tuple[str, ...]
    currency: str
    month: MonthSpend


class Months(msgspec.Struct, frozen=True):
    """The lines, the dearest first, and the newest day that is in them; None before the first day ended."""

    day: date | None
    lines: list[MonthLine]


def months_by(records: Iterable[SpendRecord], by: tuple[str, ...]) -> Months:
    """The month of the newest day that all sources have come to the end of.

    Args:
        records: the newest revision of each entry.
        by: dimensions (`stream.ledger.DIMENSIONS`); currencies are never mixed.
    """
    records = list(records)
    day = _newest_day(records)
    if day is None:
        return Months(None, [])
    first, _ = month_of(day)
    spent: defaultdict[str, list[SpendRecord]] = defaultdict(list)
    for one in records:
        if first <= _day(one) <= day:
            spent[one.currency].append(one)
    outlooks = outlooks_of(records, day)

    def group(record: SpendRecord) -> tuple[str, ...]:
        return tuple(value_of(record, name) for name in by)

    lines = [
        MonthLine(named, currency, month)
        for currency in spent
        for named, month in months_of(
            day, spent[currency], outlooks.get(currency, {}), group
        ).items()
    ]
    return Months(day, sorted(lines, key=lambda one: (one.currency, -_end(one.month), one.group)))


def _newest_day(records: Iterable[SpendRecord]) -> date | None:
    """By the forecasts of usage, which are made where a day ends; a source that is a week behind is not waited for."""
    newest: dict[str, date] = {}
    for one in records:
        if one.outlook is not None and one.charge_kind == "usage":
            newest[one.source] = max(_day(one), newest.get(one.source, date.min))
    latest = max(newest.values(), default=date.min)
    return min((day for day in newest.values() if latest - day < _WEEK), default=None)


def _end(month: MonthSpend) -> float:
    return float(month.to_date if month.forecast is None else month.forecast.expected)


def _day(record: SpendRecord) -> date:
    return record.bucket_start.astimezone(UTC).date()
