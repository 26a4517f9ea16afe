"""The digest as CSV: exact amounts, all teams, a row for the total of each currency, its anomalies, and how alerts did.

The column ``row`` says what a row is: ``team``, ``total``, ``anomaly`` or ``alerts``. Columns that a row has no value for
are empty, so that the sum of a column over all teams is that of its total.
"""

import csv
import io
from typing import Final

from alerting.render.digest_csv_rows import (
    ALERTS_COLUMNS,
    ANOMALY_COLUMNS,
    alerts_row,
    anomaly_rows,
    exact,
    harmless,
)
from alerting.statement import CurrencyDigest, Digest, MonthSpend, TeamSpend

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
    *ANOMALY_COLUMNS,
    *ALERTS_COLUMNS,
)


def digest_csv(digest: Digest) -> str:
    """The text of the file, header first.

    A team whose name a spreadsheet would take for a formula gets an apostrophe before it.
    """
    file = io.StringIO()
    rows = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
    rows.writeheader()
    for one in digest.currencies:
        head = {"day": str(digest.day), "currency": one.currency}
        for team in one.teams:
            rows.writerow({**head, "row": "team", "team": harmless(team.team), **_amounts(team)})
        rows.writerow({**head, "row": "total", **_total(one)})
        rows.writerows({**head, **anomaly} for anomaly in anomaly_rows(one))
    if digest.alerts is not None and digest.currencies:
        rows.writerow({"day": str(digest.day), **alerts_row(digest.alerts)})
    return file.getvalue()


def _amounts(team: TeamSpend) -> dict[str, str]:
    return {
        "cost": exact(team.cost),
        "cost_of_forecast_buckets": exact(team.forecast_cost),
        "forecast": exact(team.expected),
        "cost_week_ago": exact(team.week_ago),
        **_month(team.month),
    }


def _total(one: CurrencyDigest) -> dict[str, str]:
    return {
        "cost": exact(one.total),
        "cost_of_forecast_buckets": exact(one.forecast_cost),
        "forecast": exact(one.expected),
        "cost_week_ago": exact(one.week_ago),
        **_month(one.month),
    }


def _month(month: MonthSpend | None) -> dict[str, str]:
    if month is None:
        return {}
    said = {"month_to_date": exact(month.to_date)}
    if month.forecast is None:
        return said
    return {
        **said,
        "month_forecast": exact(month.forecast.expected),
        "month_forecast_lower": exact(month.forecast.lower),
        "month_forecast_upper": exact(month.forecast.upper),
    }
