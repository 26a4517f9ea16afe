"""What many anomalies move together, each currency by itself, rises apart from falls."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from alerting.anomaly import Anomaly
from alerting.money import total_of
from alerting.render.amounts import signed_brief


def impacts(anomalies: Sequence[Anomaly]) -> str:
    """``+$4,800 and -$120.00, +EUR 20.00``; ``nothing`` where there is none."""
    return _said(anomalies, (one.impact for one in anomalies))


def paces(anomalies: Sequence[Anomaly]) -> str | None:
    """The same a day, of those that are open and have a pace; None where none has."""
    going = [one for one in anomalies if one.state == "open" and one.charge_kind == "usage"]
    return f"{_said(going, (one.impact_per_day for one in going))} a day" if going else None


def _said(anomalies: Sequence[Anomaly], amounts: Iterable[Decimal]) -> str:
    moved = list(zip((one.currency for one in anomalies), amounts, strict=True))
    said = (_of_currency(currency, moved) for currency in sorted({each[0] for each in moved}))
    return ", ".join(filter(None, said)) or "nothing"


def _of_currency(currency: str, moved: Sequence[tuple[str, Decimal]]) -> str:
    own = [amount for each, amount in moved if each == currency]
    up = total_of(amount for amount in own if amount > 0)
    down = total_of(amount for amount in own if amount < 0)
    return " and ".join(signed_brief(total, currency) for total in (up, down) if total)
