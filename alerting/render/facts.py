"""The facts of an anomaly: a label and a value each, for messages that list them."""

from collections.abc import Iterator

from alerting.anomaly import Anomaly
from alerting.ending import ENDED
from alerting.render.amounts import moment, money, signed_money
from alerting.render.anomaly_month import leads_to
from alerting.render.plain import plain
from detectors.unit_cost import CHANNEL as UNIT_COST


def against(anomaly: Anomaly) -> str:
    """``+$60.00 ($90.00 against $30.00 expected)``."""
    currency = anomaly.currency
    actual, expected = money(anomaly.actual, currency), money(anomaly.expected, currency)
    by_volume = " for this volume" if anomaly.channel == UNIT_COST else ""
    impact = signed_money(anomaly.impact, currency)
    return f"{impact} ({actual} against {expected} expected{by_volume})"


def pace(anomaly: Anomaly) -> Iterator[tuple[str, str]]:
    """How fast it costs, and where that leads; a fee has no pace."""
    if anomaly.charge_kind != "usage":
        return
    a_day = signed_money(anomaly.impact_per_day, anomaly.currency) + " a day"
    leads = leads_to(anomaly)
    label = "At this pace" if anomaly.ended_at is None else "Last pace"
    if anomaly.channel == ENDED:
        label = "Saved"
    yield label, f"{a_day}: {leads}" if leads else a_day


def newest(anomaly: Anomaly) -> str:
    """The newest anomalous bucket against its forecast."""
    currency = anomaly.currency
    actual = money(anomaly.actual_current, currency)
    expected = money(anomaly.expected_current, currency)
    return f"{actual} against {expected} expected"


def where(anomaly: Anomaly) -> str:
    """The series in one line."""
    environment = plain(anomaly.environment) if anomaly.environment else "environment not known"
    names = (plain(anomaly.team), plain(anomaly.service), environment)
    return " · ".join((*names, charges(anomaly)))


def charges(anomaly: Anomaly) -> str:
    """Which charges, and where they come from."""
    return f"{plain(anomaly.charge_kind)}, from {plain(anomaly.source)}"


def evidence(anomaly: Anomaly) -> tuple[str, ...]:
    """Small print: the rule that fired and its evidence, as of when, and the id."""
    score = f"{plain(anomaly.channel)}, highest score {anomaly.score_max:.3g} (alerts from 1)"
    return (
        f"rule {plain(anomaly.rule)} · {score}",
        f"detected {moment(anomaly.detected_at)}, as of {moment(anomaly.updated_at)}",
        f"{plain(anomaly.anomaly_id)}, revision {anomaly.revision}",
    )
