"""A source that stopped, as an anomaly: so it is routed, told, acknowledged and closed as any other."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from alerting.anomaly import Anomaly
from alerting.inbox import SourceHeard
from alerting.record import anomaly_id
from alerting.series import SeriesKey

CHANNEL: Final = "freshness"
OPERATOR: Final = "spendwatch"  # the team that runs the service, where nothing else is said

_CURRENCY: Final = "XXX"  # ISO 4217 for no currency
_GRAVE: Final = 3600  # seconds beyond its time from which it is no hiccup


def anomaly_of(heard: SourceHeard, operator: str = OPERATOR) -> Anomaly:
    """The record of a source that stopped or came back; every state of one stop has the same id.

    ``started_at`` is when its newest message came, ``bucket_seconds`` after how long it should have come, and no money
    is at stake. It is revision 1 while nothing comes, 2 when it came back: what is told later replaces what was before.

    Args:
        heard: what was found.
        operator: label of the team that hears of it.
    """
    key = SeriesKey(heard.source, operator, f"source {heard.source}", "", "usage", _CURRENCY)
    since, now = _moment(heard.since), _moment(max(heard.at, heard.since + 1))
    zero, late = Decimal(0), heard.at - heard.since
    return Anomaly(
        anomaly_id=anomaly_id(f"{CHANNEL}|{heard.source}", heard.since),
        revision=1 if heard.stale else 2,
        state="open" if heard.stale else "resolved",
        series=key.text(),
        source=heard.source,
        team=operator,
        service=key.service,
        environment="",
        charge_kind=key.charge_kind,
        currency=_CURRENCY,
        bucket_seconds=heard.usually_every,
        started_at=since,
        detected_at=now,
        updated_at=now,
        ended_at=None if heard.stale else now,
        direction="down",
        severity="high" if late >= _GRAVE else "medium",
        channel=CHANNEL,
        score_max=1.0,
        score_current=1.0 if heard.stale else 0.0,
        actual=zero,
        expected=zero,
        impact=zero,
        impact_per_day=zero,
        actual_current=zero,
        expected_current=zero,
        requests_ratio=None,
        rule="defaults",
        contributors=(),
        recent=(),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
