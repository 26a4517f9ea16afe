"""A real bill through the whole pipeline: which of its known changes are found, and what else is said."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from alerting.anomaly import Anomaly
from benchmarks.quality.incidents import alerts, incidents
from benchmarks.quality.series import Series
from benchmarks.quality.watching import Scored
from config.detection import Thresholds
from config.loader import load_rules
from stream.backtest import Backtest

HOUR = 3600
GLUE, RDS = "AWS Glue", "Amazon Relational Database Service"
_WITHIN = timedelta(hours=3)
_EARLY = timedelta(
    hours=6
)  # some changes come in parts; an incident that is open then tells of them


class Change(NamedTuple):
    """A lasting change that the bill shows; ``since`` is its first hour (UTC)."""

    name: str
    service: str
    since: datetime
    direction: str


def _at(month: int, day: int, hour: int) -> datetime:
    return datetime(2018, month, day, hour, tzinfo=UTC)


CHANGES = (
    Change("Glue 10 Oct, 2.2 to 4.4 USD an hour", GLUE, _at(10, 10, 0), "up"),
    Change("Glue 16 Oct, to 1.5", GLUE, _at(10, 16, 5), "down"),
    Change("Glue 18 Oct, to 4", GLUE, _at(10, 17, 23), "up"),
    Change("Glue 24 Oct, to 2", GLUE, _at(10, 24, 5), "down"),
    Change("Glue 27 Oct, to 4", GLUE, _at(10, 26, 20), "up"),
    Change("Glue 21 Nov, to nothing", GLUE, _at(11, 20, 22), "down"),
    Change("RDS 25 Nov, to nothing", RDS, _at(11, 24, 22), "down"),
)


class Raised(NamedTuple):
    """An incident that someone was told of; ``since`` is its first bucket."""

    service: str
    since: datetime
    direction: str


Judge = Callable[[Series], list[Scored]]


class Bill(NamedTuple):
    """What the pipeline made of the bill."""

    services: list[Series]  # hourly usage cost of each service
    raised: list[Raised]


def read(data: Path) -> Bill:
    """Run the bill through the pipeline with the default rules."""
    run = Backtest(load_rules(None))
    run.read(
        sorted((data / "billing").glob("*.focus.jsonl.gz")), now=int(_at(12, 2, 0).timestamp())
    )
    run.finish()
    hours: defaultdict[str, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    for record in run.spend:
        if record.charge_kind == "usage":
            hours[record.service][int(record.bucket_start.timestamp())] += float(record.delta)
    return Bill(
        [_dense(service, costs) for service, costs in sorted(hours.items())],
        list(_first_of_each(run.newest())),
    )


def _dense(service: str, costs: dict[int, float]) -> Series:
    times = list(range(min(costs), max(costs) + HOUR, HOUR))
    return Series(service, HOUR, times, [costs.get(time, 0.0) for time in times], [])


def _first_of_each(anomalies: Iterable[Anomaly]) -> Iterator[Raised]:
    """Anomalies of one service up to six hours apart are one incident, whatever their team."""
    last: dict[str, datetime] = {}
    for each in anomalies:
        if each.state == "retracted":
            continue
        before = last.get(each.service)
        if before is None or each.started_at - before > timedelta(hours=6):
            yield Raised(each.service, each.started_at, each.direction)
        last[each.service] = each.started_at


def raised_by(judge: Judge, services: Iterable[Series], thresholds: Thresholds) -> Iterator[Raised]:
    """What a peer raises on the hourly cost of each service, with the same floors for small amounts."""
    for series in services:
        scored = judge(series)
        held = [
            each if _matters(value, each, thresholds) else Scored(0.0, each.expected)
            for value, each in zip(series.values, scored, strict=True)
        ]
        for group in incidents(alerts(held), series.times):
            up = series.values[group[0]] > scored[group[0]].expected
            since = datetime.fromtimestamp(series.times[group[0]], UTC)
            yield Raised(series.name, since, "up" if up else "down")


def _matters(value: float, scored: Scored, thresholds: Thresholds) -> bool:
    impact = abs(value - scored.expected)
    return (
        impact * 24 >= thresholds.min_impact_per_day
        and impact >= abs(scored.expected) * thresholds.min_change_percent / 100
    )


def found(change: Change, raised: Iterable[Raised]) -> Raised | None:
    """The incident that tells of a change in time, if there is one."""
    return next(
        (
            each
            for each in raised
            if each.service == change.service
            and each.direction == change.direction
            and change.since - _EARLY <= each.since <= change.since + _WITHIN
        ),
        None,
    )
