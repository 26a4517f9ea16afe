"""Long random histories of metered use: storms, lost caches, other models, falls, pauses, late and unpriced events.

Whatever comes: spend is the plain sum, an outlook's month is what the records of that month add up to, each record of an
anomaly adds up and follows the one before, and a worker that dies before each transaction tells the same and keeps the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

import msgspec
import pytest

from alerting.spend import SpendRecord
from config.rules import Rules
from stream.ingest.fold import Folder
from stream.ingest.source import Span
from stream.pipeline import Event
from tests.life_of_anomalies import assert_lives_are_sound
from tests.stream.detect.mortal import Worker
from tests.stream.test_why import PRICES, Use

START = datetime(2026, 3, 20, tzinfo=UTC)  # a month ends within, and Germany has two holidays
DAYS = 16
USUAL = Use(requests=200)
MOODS: tuple[Callable[[Use], Use], ...] = (
    lambda use: use._replace(requests=use.requests * 12, output=use.output // 2),
    lambda use: use._replace(cached=0.0),
    lambda use: use._replace(model="large"),
    lambda use: use._replace(output=use.output * 8, requests=use.requests // 3),
    lambda use: use._replace(model="unknown"),  # no price
    lambda use: use._replace(requests=0),
    lambda use: use._replace(requests=1),
    lambda use: use._replace(cost=0.3, model="billed"),
)


class Place(NamedTuple):
    """A service in an environment, and the hours of its life."""

    service: str
    environment: str
    first: int
    until: int


def rules(horizon: str, series: int) -> Rules:
    source = {
        "bucket": "1h",
        "lateness": "1h",
        "horizon": horizon,
        "idle_after": "1m",
        "new_after": "2d",
    }
    calendar = {
        "name": "germany",
        "match": {"environment": "production"},
        "timezone": "Europe/Berlin",
        "holidays": ["DE"],
    }
    return Rules.model_validate(
        {
            "version": 1,
            "sources": {"billing": source, "usage": source},
            "routing": {"default_channel": "#spend"},
            "digest": {"channel": "#finops"},
            "pricing": {"overrides": PRICES},
            "limits": {"series": series},
            "calendars": [calendar],
            "detection": {"defaults": {"min_impact": "0.5", "min_impact_per_day": 1}},
        }
    )


def events(random: Random) -> Iterator[bytes]:
    """Two services in three environments, hour by hour; one begins, one ends, all may pause."""
    places = [
        Place(
            service,
            environment,
            random.choice([0, 0, 96, 24 * 9]) + random.randrange(24),
            random.choice([10_000, 10_000, 24 * random.randrange(5, DAYS)]),
        )
        for service in ("assistant", "search")
        for environment in ("production", "staging", "dev")
    ]
    moods: dict[Place, tuple[Callable[[Use], Use] | None, int]] = {}
    number = 0
    pause = random.randrange(24 * DAYS)
    for hour in range(24 * DAYS):
        if pause <= hour < pause + 30:
            continue
        for place in places:
            if not place.first <= hour < place.until:
                continue
            if random.random() < 0.01:
                moods[place] = random.choice(MOODS), hour + random.randrange(1, 30)
            mood, until = moods.get(place, (None, 0))
            use = USUAL if mood is None or hour >= until else mood(USUAL)
            if not use.requests:
                continue
            late = random.choice([3, 20, 200]) if random.random() < 0.03 else 0
            number += 1
            yield event(
                number, START + timedelta(hours=hour - late), place, use, random.uniform(0.9, 1.1)
            )


def event(number: int, at: datetime, place: Place, use: Use, noise: float) -> bytes:
    requests = max(1, round(use.requests * noise))
    tokens = requests * use.prompt
    data: dict[str, object] = {
        "model": use.model,
        "service": place.service,
        "environment": place.environment,
        "api_key": place.service,
        "requests": requests,
        "input_tokens": tokens,
        "cache_read_tokens": round(tokens * use.cached),
        "output_tokens": requests * use.output,
    }
    if use.cost is not None:
        data["cost"] = f"{use.cost * noise:.6f}"
    envelope = {
        "specversion": "1.0",
        "type": "spendwatch.usage.v1",
        "source": "/gateway",
        "id": str(number),
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "data": data,
    }
    return msgspec.json.encode(envelope)


def chunks(random: Random) -> Iterator[list[bytes]]:
    """The events as they come: some at a time, or a day at once after a worker stood still."""
    values = list(events(random))
    at = 0
    while at < len(values):
        size = random.choice([5, 30, 30, 150])
        yield values[at : at + size]
        at += size


@pytest.mark.parametrize("series", [3, 100])
@pytest.mark.parametrize(("seed", "horizon"), [(1, "6h"), (2, "2d"), (3, "40d")])
def test_any_use_adds_up(seed: int, horizon: str, series: int) -> None:
    """Spend, months and anomalies, and the same whether the worker dies or not."""
    steady, dying = worked(rules(horizon, series), chunks(Random(seed)))
    assert len({one.channel for one in steady.anomalies}) > 2
    assert_lives_are_sound(steady.anomalies)
    assert_months_are_what_records_add_up_to(steady.spend)
    assert_alike(steady, dying)


def test_a_series_that_begins_without_a_price_borrows_once_it_has_one() -> None:
    """What its sibling knows by then, whether the worker died in between or not."""
    known, new = Place("assistant", "production", 0, 0), Place("assistant", "staging", 0, 0)
    values = []
    for hour in range(24 * 6):
        at, noise = START + timedelta(hours=hour), 1 + hour % 24 / 24
        values.append([event(2 * hour, at, known, USUAL, noise)])
        use = USUAL._replace(model="unknown") if hour < 24 * 5 + 4 else USUAL
        if hour >= 24 * 5:
            values.append([event(2 * hour + 1, at, new, use, noise)])
    steady, dying = worked(rules("2d", 100), values)
    assert_alike(steady, dying)


def worked(known: Rules, chunked: Iterable[list[bytes]]) -> tuple[Worker, Worker]:
    """A worker that never dies, and one that dies before each transaction, after the same events."""
    steady, dying = Worker(known, dies=False), Worker(known, dies=True)
    folder, at = Folder(known, 1), 0
    for values in chunked:
        messages = [Event(offset, 1 << 45, value) for offset, value in enumerate(values, at)]
        folded = folder.fold(Span("usage", 0, 1, at, at + len(values)), messages)
        assert not folded.dead
        at += len(values)
        for worker in (steady, dying):
            worker.apply(folded.batches)
    return steady, dying


def assert_alike(steady: Worker, dying: Worker) -> None:
    """Both told the same in the same order, and keep the same."""
    assert dying.spend == steady.spend
    assert dying.anomalies == steady.anomalies
    assert dying.states == steady.states


def assert_months_are_what_records_add_up_to(spend: list[SpendRecord]) -> None:
    """To the last digit, at the moment of each outlook that is told first with its bucket."""
    months: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    told: dict[str, Decimal] = {}
    for record in spend:
        month = record.series, record.bucket_start.month
        months[month] += record.delta
        told[record.entry] = told.get(record.entry, Decimal(0)) + record.delta
        assert record.cost == told[record.entry]
        if record.outlook is not None and record.revision == 1:
            assert record.outlook.month_to_date == months[month], record
