"""Where an open anomaly leads, as its message says it: by the end of the day and of the month."""

from collections.abc import Iterator

from alerting.anomaly import Anomaly
from alerting.render.amounts import about, cents


def leads_to(anomaly: Anomaly) -> str | None:
    """``+$410.00 by the end of the day, +$9,300 by the end of the month``; None where no pace is known."""
    outlook = anomaly.outlook
    if outlook is None or outlook.impact_by_day_end is None or outlook.impact_by_month_end is None:
        return None
    by_day, by_month = (
        f"{'+' if amount > 0 else ''}{about(amount, anomaly.currency)}"
        for amount in (outlook.impact_by_day_end, outlook.impact_by_month_end)
    )
    return f"{by_day} by the end of the day, {by_month} by the end of the month"


def month_facts(anomaly: Anomaly) -> Iterator[tuple[str, str]]:
    """The series' month, as if nothing unusual came any more."""
    outlook = anomaly.outlook
    if outlook is None:
        return
    currency, month = anomaly.currency, outlook.month
    band = f"{about(month.lower, currency)} to {about(month.upper, currency)}"
    forecast = f"{about(month.expected, currency)} forecast without more of it ({band})"
    yield "Month", f"{cents(outlook.month_to_date, currency)} so far, {forecast}"
