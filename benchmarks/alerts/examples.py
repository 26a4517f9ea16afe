"""Anomalies to tell, whose texts say which revision they are, and rules with a channel for each team."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import yaml

from alerting.anomaly import Anomaly, Contributor, RecentBucket

CHANNELS: Final = 20
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
_HOUR: Final = timedelta(hours=1)
_SOURCE: Final = {"bucket": "1h", "lateness": "0s", "horizon": "7d", "idle_after": "1m"}
_ENOUGH: Final = 1_000_000
_RECENT: Final = tuple(
    RecentBucket(
        start=NOON + (at - 21) * _HOUR,
        actual=30.0 if at > 20 else 10.0,
        expected=10.0,
        lower=8.0,
        upper=12.0,
    )
    for at in range(24)
)


def team_of(number: int) -> str:
    """The team of an anomaly's number; each has a channel."""
    return f"team-{number % CHANNELS:02}"


def revision(
    name: str,
    number: int,
    *,
    team: str | None = None,
    severity: str = "medium",
    lasted: timedelta | None = None,
    more: Decimal = Decimal(0),
) -> Anomaly:
    """A revision of an anomaly, which names its number as the model that makes it.

    Args:
        name: id of the anomaly; its last digits say the team, if none is given.
        number: of the revision.
        team: whose it is.
        severity: of it.
        lasted: None while it is open.
        more: what is added to its impact.
    """
    impact = Decimal(60) + more
    ended = None if lasted is None else NOON + lasted
    return Anomaly(
        anomaly_id=name,
        revision=number,
        state="open" if ended is None else "resolved",
        series=f"usage|{name}",
        source="usage",
        team=team_of(int(name[-6:])) if team is None else team,
        service=f"service-{name[-6:]}",
        environment="production",
        charge_kind="usage",
        currency="USD",
        bucket_seconds=3600,
        started_at=NOON,
        detected_at=NOON + _HOUR,
        updated_at=NOON + 3 * _HOUR if ended is None else ended + _HOUR,
        ended_at=ended,
        direction="up",
        severity=severity,  # type: ignore[arg-type]  # one of the four
        channel="spike",
        score_max=2.4,
        score_current=2.1,
        actual=impact + 30,
        expected=Decimal(30),
        impact=impact,
        impact_per_day=8 * impact,
        actual_current=Decimal(30),
        expected_current=Decimal(10),
        requests_ratio=3.0,
        rule="defaults",
        contributors=(
            Contributor(
                dimension="model",
                value=f"rev-{number}",
                actual=impact + 25,
                expected=Decimal(25),
                impact=impact,
                share=1.0,
            ),
        ),
        recent=_RECENT,
    )


def rules(*, floods: bool = False) -> str:
    """A rules file with a channel for each team; ``floods``: with the bounds that rules have by default."""
    routing: dict[str, object] = {
        "default_channel": "#cloud-spend",
        "routes": [
            {"name": team, "match": {"team": team}, "channel": f"#{team}"}
            for team in (team_of(number) for number in range(CHANNELS))
        ],
    }
    if not floods:
        routing["flood"] = {"more_than": _ENOUGH}
        routing["limit"] = {"messages": _ENOUGH}
    document = {
        "version": 1,
        "sources": {"billing": _SOURCE, "usage": _SOURCE},
        "routing": routing,
        "digest": {"channel": "#finops"},
    }
    return yaml.safe_dump(document)
