"""What a title says of a series that begins or ends as a whole, where there is no usual amount to compare with."""

from alerting.anomaly import Anomaly
from alerting.beginning import NEW
from alerting.ending import ENDED
from alerting.render.amounts import brief, signed_brief


def begins_or_ends(anomaly: Anomaly) -> tuple[str, str] | None:
    """A word for what it is, and what is said of the service; None for any other anomaly."""
    a_day = anomaly.impact_per_day
    if anomaly.channel == ENDED:
        left = "next to nothing" if anomaly.actual else "nothing"
        return "ended", f"fell to {left}: {signed_brief(a_day, anomaly.currency)} a day"
    if anomaly.channel != NEW or anomaly.expected or anomaly.direction == "down":
        return None
    if anomaly.charge_kind != "usage":
        fee = brief(anomaly.actual, anomaly.currency)
        return "new", f"began with {_KINDS.get(anomaly.charge_kind, 'a charge')} of {fee}"
    if anomaly.state == "open":
        return "new", f"began to spend at {brief(a_day, anomaly.currency)} a day"
    return "new", f"began to spend, {brief(anomaly.impact, anomaly.currency)} in all"


_KINDS = {
    "recurring": "a fee",
    "purchase": "a purchase",
    "tax": "a tax",
    "credit": "a credit",
    "adjustment": "an adjustment",
}
