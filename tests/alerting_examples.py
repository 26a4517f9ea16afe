"""Records that tests of alerting start from; each test names only what matters to it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from alerting.anomaly import Anomaly, Contributor, RecentBucket
from alerting.lifecycle import Observation
from alerting.notices.notice import Notice
from alerting.render.anomaly import render_anomaly
from alerting.render.message import Heading, Message
from alerting.series import SeriesKey
from alerting.spend import SpendRecord
from detectors.verdict import Verdict

KEY = SeriesKey("usage", "search", "OpenAI", "production", "usage", "USD")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
START = int(NOON.timestamp())
HOUR = 3600


def bucket(number: int, actual: str, expected: float = 10.0, **changes: Any) -> Observation:
    """The hourly bucket of a number; scored 2.0 if it is half again or half as much as expected."""
    value = float(actual)
    unusual = abs(value - expected) >= 0.5 * abs(expected)
    score = changes.pop("score", 2.0 if unusual else 0.2)
    direction = changes.pop("direction", "up" if value >= expected else "down")
    channel = changes.pop("channel", "spike")
    fields: dict[str, Any] = {
        "start": START + number * HOUR,
        "step": HOUR,
        "actual": Decimal(actual),
        "verdict": Verdict(expected, expected - 2, expected + 2, score, direction, channel),
        "contributors": {"model=gpt-4o": value},
        "contributors_expected": {"model=gpt-4o": expected},
        "requests": 100,
        "requests_expected": 100.0,
    }
    return Observation(**{**fields, **changes})


def recent(count: int = 24) -> tuple[RecentBucket, ...]:
    """Hourly buckets before and in the example anomaly: three hours of three times the usual."""
    return tuple(
        RecentBucket(
            start=NOON + timedelta(hours=at - count + 3),
            actual=30.0 if at >= count - 3 else 10.0,
            expected=10.0,
            lower=8.0,
            upper=12.0,
        )
        for at in range(count)
    )


def contributor(**changes: Any) -> Contributor:
    """A model that makes most of the example anomaly."""
    one = Contributor(
        dimension="model",
        value="gpt-4o",
        actual=Decimal(80),
        expected=Decimal(25),
        impact=Decimal(55),
        share=0.9167,
    )
    return msgspec.structs.replace(one, **changes)


def anomaly(**changes: Any) -> Anomaly:
    """Three hours at three times the usual cost of 10 an hour."""
    one = Anomaly(
        anomaly_id="A-EXAMPLE234",
        revision=1,
        state="open",
        series=KEY.text(),
        source=KEY.source,
        team=KEY.team,
        service=KEY.service,
        environment=KEY.environment,
        charge_kind=KEY.charge_kind,
        currency=KEY.currency,
        bucket_seconds=HOUR,
        started_at=NOON,
        detected_at=NOON + timedelta(hours=1),
        updated_at=NOON + timedelta(hours=3),
        ended_at=None,
        direction="up",
        severity="medium",
        channel="spike",
        score_max=2.4,
        score_current=2.1,
        actual=Decimal(90),
        expected=Decimal(30),
        impact=Decimal(60),
        impact_per_day=Decimal(480),
        actual_current=Decimal(30),
        expected_current=Decimal(10),
        requests_ratio=3.0,
        rule="defaults",
        contributors=(contributor(),),
        recent=recent(),
    )
    return msgspec.structs.replace(one, **changes)


def notice(one: Anomaly | None, **changes: Any) -> Notice:
    """A notice of one anomaly that was just opened; of a digest for None."""
    if one is None:
        digest = Message("the digest", (Heading("the digest"),))
        return Notice(key="D-2026-03-02", message=digest, is_firing=False)
    fields: dict[str, Any] = {
        "key": one.anomaly_id,
        "message": render_anomaly(one),
        "reason": "opened" if one.revision == 1 else None,
        "is_firing": one.state == "open",
        "anomalies": (one,),
    }
    return Notice(**{**fields, **changes})


def spend(cost: str, **changes: Any) -> SpendRecord:
    """An hour of the example series."""
    at: datetime = changes.pop("at", NOON)
    team = changes.pop("team", KEY.team)
    currency = changes.pop("currency", KEY.currency)
    fields: dict[str, Any] = {
        "entry": f"{team}|{currency}|{at.isoformat()}",
        "series": KEY.text(),
        "source": KEY.source,
        "team": team,
        "service": KEY.service,
        "environment": KEY.environment,
        "charge_kind": KEY.charge_kind,
        "currency": currency,
        "bucket_start": at,
        "bucket_end": at + timedelta(hours=1),
        "revision": 1,
        "late": False,
        "cost": Decimal(cost),
        "delta": Decimal(cost),
        "charges": 1,
    }
    return SpendRecord(**{**fields, **changes})
