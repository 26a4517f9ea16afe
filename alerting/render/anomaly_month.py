"""Where an open anomaly leads, as its message says it: by the end of the day and of the month."""

from collections.abc import Iterator
from typing import Final

from alerting.anomaly import Anomaly
from alerting.beginning import NEW
from alerting.render.amounts import about, cents
from detectors.creep import CHANNEL as CREEP

_FOLLOWED: Final = (NEW, CREEP)


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
    """The series' month, as if nothing unusual came any more; forecasts follow what is new and what creeps."""
    outlook = anomaly.outlook
    if outlook is None:
        return
    currency, month = anomaly.currency, outlook.month
    band = f"{about(month.lower, currency)} to {about(month.upper, currency)}"
    without = "" if anomaly.channel in _FOLLOWED else " without more of it"
    forecast = f"{about(month.expected, currency)} forecast{without} ({band})"
    yield "Month", f"{cents(outlook.month_to_date, currency)} so far, {forecast}"
