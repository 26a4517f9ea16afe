"""A bill of plain lines through ingest and detection, hour by hour, with a restart wherever it is asked for."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from alerting.anomaly import Anomaly
from config.allocation import Allocation
from config.rules import Rules
from stream.detect.core import DetectCore
from stream.detect.news import News
from stream.ingest.fold import Folder
from stream.ingest.gathering import Span
from stream.pipeline import Event, Pipeline
from tests.stream.detect.batches import rules

HOUR, DAY = 3600, 24  # seconds; hours
START = 1_764_547_200  # Monday, 1 December 2025
NOW = START + 400 * 86_400


class Line(NamedTuple):
    """A line of the bill: from one hour to another, an amount an hour."""

    service: str
    hourly: float
    first: int = 0
    until: int = 10_000
    team: str = "search"
    environment: str = "production"
    category: str = "Usage"
    every: int = 1  # hours

    def row(self, hour: int) -> bytes:
        start = datetime.fromtimestamp(START + hour * HOUR, UTC)
        return json.dumps(
            {
                "ChargePeriodStart": f"{start:%Y-%m-%dT%H:%M:%SZ}",
                "EffectiveCost": f"{self.hourly * (1 + 0.01 * (hour * 7 % 5)):.6f}",
                "BillingCurrency": "USD",
                "ServiceName": self.service,
                "ChargeCategory": self.category,
                "ProviderName": "AWS",
                "BillingAccountId": "1",
                "SkuId": f"sku-{self.service}",
                "Tags": {"team": self.team, "environment": self.environment},
            }
        ).encode()

    def bills(self, hour: int) -> bool:
        return self.first <= hour < self.until and (hour - self.first) % self.every == 0


def bill(lines: Iterable[Line], first: int, until: int) -> list[bytes]:
    """Rows of all lines, in the order of time."""
    each = tuple(lines)
    return [line.row(hour) for hour in range(first, until) for line in each if line.bills(hour)]


def told(news: Iterable[News]) -> list[Anomaly]:
    return [anomaly for one in news for anomaly in one.anomalies]


def through_pipeline(lines: Iterable[Line], hours: int, **source: str) -> list[Anomaly]:
    """What a bill of so many hours raises, fed day by day."""
    pipeline, each = Pipeline(owned(**source)), tuple(lines)
    news = [
        one
        for hour in range(0, hours, DAY)
        for one in pipeline.feed("billing", bill(each, hour, min(hour + DAY, hours)), NOW)
    ]
    assert not pipeline.refused
    return told([*news, pipeline.finish()])


def owned(**source: str) -> Rules:
    """Rules that name the team and the environment by tags."""
    by_tag = {"name": "tags", "by": "tag", "keys": ["team"]}
    allocation = Allocation.model_validate({"rules": [by_tag]})
    return rules(**source).model_copy(update={"allocation": allocation})


class Deployment:
    """Ingest and detection of one partition, with the state that a restart takes over."""

    def __init__(self, **source: str) -> None:
        self.rules = owned(**source)
        self.folder = Folder(self.rules, partitions=1)
        self.core = DetectCore(self.rules)
        self.states: dict[bytes, bytes] = {}
        self.news: list[News] = []
        self.end = 0

    def feed(self, values: list[bytes]) -> None:
        """One chunk."""
        start, self.end = self.end, self.end + len(values)
        events = [Event(at, NOW * 1000, value) for at, value in enumerate(values, start)]
        folded = self.folder.fold(Span("billing", 0, 1, start, self.end), events)
        for outcome in self.core.outcomes(folded.batches):
            self.news.append(outcome.news)
            for key, value in outcome.states.items():
                self.states[key] = value or b""
        self.states = {key: value for key, value in self.states.items() if value}

    def restart(self) -> None:
        self.core = DetectCore(self.rules)
        self.core.load(dict(sorted(self.states.items())))
        assert not self.core.unreadable

    @property
    def anomalies(self) -> list[Anomaly]:
        return told(self.news)


def newest(anomalies: Iterable[Anomaly]) -> list[Anomaly]:
    """The last revision of each."""
    return list({one.anomaly_id: one for one in anomalies}.values())
