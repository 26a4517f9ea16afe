"""The digest as CSV: exact amounts, all teams, a row for the total of each currency."""

import csv
import io
from decimal import Decimal
from typing import Final

from alerting.statement import Digest, MonthSpend

COLUMNS: Final = (
    "day",
    "currency",
    "row",
    "team",
    "cost",
    "cost_of_forecast_buckets",
    "forecast",
    "cost_week_ago",
    "month_to_date",
    "month_forecast",
    "month_forecast_lower",
    "month_forecast_upper",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def digest_csv(digest: Digest) -> str:
    """The text of the file, header first.

    A team whose name a spreadsheet would take for a formula gets an apostrophe before it.
    """
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    for one in digest.currencies:
        for team in one.teams:
            amounts = (team.cost, team.forecast_cost, team.expected, team.week_ago)
            head = (digest.day, one.currency, "team", _harmless(team.team))
            rows.writerow((*head, *map(_exact, (*amounts, *_month(team.month)))))
        amounts = (one.total, one.forecast_cost, one.expected, one.week_ago)
        head = (digest.day, one.currency, "total", "")
        rows.writerow((*head, *map(_exact, (*amounts, *_month(one.month)))))
    return file.getvalue()


def _month(month: MonthSpend | None) -> tuple[Decimal | None, ...]:
    if month is None:
        return (None,) * 4
    if month.forecast is None:
        return month.to_date, None, None, None
    return month.to_date, month.forecast.expected, month.forecast.lower, month.forecast.upper


def _exact(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


def _harmless(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULA) else name
