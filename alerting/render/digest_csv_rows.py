"""Anomalies and measures of alerts as rows of the digest's CSV."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from alerting.cases.kpi import Kpis
from alerting.render.digest_kind import kind_of
from alerting.render.digest_people import among_people
from alerting.statement import AnomalyLine, CurrencyDigest

ANOMALY_COLUMNS: Final = (
    "service",
    "anomaly_id",
    "part",  # opened, still_open or planned
    "kind",
    "state",
    "severity",
    "impact",
    "started_at",
    "people",
)
ALERTS_COLUMNS: Final = (
    "anomalies",
    "anomalies_told",
    "anomalies_planned",
    "anomalies_judged",
    "anomalies_wrong",
    "anomalies_retracted",
    "anomalous_cost",  # such as ``EUR 12.5; USD 412.07``
    "seconds_to_detect",
    "seconds_to_notify",
    "seconds_to_acknowledge",
    "seconds_to_resolve",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def anomaly_rows(one: CurrencyDigest) -> Iterator[dict[str, str]]:
    """A row for each anomaly of a currency."""
    for part in ("opened", "still_open", "planned"):
        lines: tuple[AnomalyLine, ...] = getattr(one, part)
        for line in lines:
            yield {"part": part, **_anomaly(line)}


def alerts_row(kpis: Kpis) -> dict[str, str]:
    """How alerts did, over all currencies; times are medians in seconds."""
    cost = "; ".join(f"{currency} {exact(amount)}" for currency, amount in kpis.cost)
    values = (
        kpis.count,
        kpis.told,
        kpis.planned,
        kpis.judged,
        kpis.wrong,
        kpis.retracted,
        harmless(cost),
        kpis.to_detect,
        kpis.to_notify,
        kpis.to_acknowledge,
        kpis.to_resolve,
    )
    said = ("" if value is None else str(value) for value in values)
    return {"row": "alerts", **dict(zip(ALERTS_COLUMNS, said, strict=True))}


def exact(amount: Decimal | None) -> str:
    """All digits, never an exponent."""
    return "" if amount is None else f"{amount:f}"


def harmless(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(_FORMULA) else name


def _anomaly(line: AnomalyLine) -> dict[str, str]:
    return {
        "row": "anomaly",
        "team": harmless(line.team),
        "service": harmless(line.service),
        "anomaly_id": line.anomaly_id,
        "kind": kind_of(line),
        "state": line.state if line.people is None else line.people.state,
        "severity": line.severity,
        "impact": exact(line.impact),
        "started_at": line.started_at.isoformat(),
        "people": harmless(among_people(line.people) or ""),
    }
