"""Given this use of models, a team reads this: from events over the whole pipeline to the message."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

import pytest

from alerting.anomaly import Anomaly
from alerting.money import total_of
from alerting.render.anomaly import render_anomaly
from alerting.render.cause import likely_cause
from alerting.render.console import console_text
from config.rules import Rules
from stream.pipeline import Pipeline

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS, LASTS = 4, 4  # until the incident, and its hours
PRICES = [
    {
        "model": "large",
        "input_per_million": 10,
        "output_per_million": 40,
        "cache_read_per_million": 1,
    },
    {
        "model": "small",
        "input_per_million": 1,
        "output_per_million": 4,
        "cache_read_per_million": "0.1",
    },
    {
        "model": "dear",
        "input_per_million": 3,
        "output_per_million": 12,
        "cache_read_per_million": "0.3",
    },
]


class Use(NamedTuple):
    """What a service asks for in an hour."""

    model: str = "small"
    requests: int = 1000
    prompt: int = 4000
    output: int = 800
    cached: float = 0.6
    cost: float | None = None


USUAL = Use()


def rules() -> Rules:
    source = {"bucket": "1h", "lateness": "0s", "horizon": "7d", "idle_after": "1m"}
    return Rules.model_validate(
        {
            "version": 1,
            "sources": {"billing": source, "usage": source},
            "routing": {"default_channel": "#spend"},
            "digest": {"channel": "#finops"},
            "pricing": {"overrides": PRICES},
        }
    )


def events(
    incident: Callable[[Use], Use], usual: Use = USUAL, start: datetime = START
) -> Iterator[bytes]:
    """Two keys' use every half an hour, a little different each time, and then the incident."""
    random = Random(7)
    for half in range(2 * (24 * DAYS + LASTS)):
        at = start + timedelta(minutes=30 * half)
        for key in ("chat", "batch"):
            use = usual if half < 48 * DAYS else incident(usual)
            yield event(f"{half}-{key}", at, key, use, random.uniform(0.95, 1.05))


def event(name: str, at: datetime, key: str, use: Use, noise: float) -> bytes:
    requests = round(use.requests * noise)
    tokens = requests * use.prompt
    data: dict[str, object] = {
        "model": use.model,
        "service": "assistant",
        "team": "search",
        "api_key": key,
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
        "id": name,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "data": data,
    }
    return json.dumps(envelope).encode()


def told(values: Iterator[bytes]) -> Anomaly:
    """The last word on the only anomaly."""
    pipeline = Pipeline(rules())
    now = int((START + timedelta(days=DAYS + 1)).timestamp())
    news = [*pipeline.feed("usage", values, now), pipeline.finish()]
    found = {one.anomaly_id: one for each in news for one in each.anomalies}
    (only,) = found.values()
    return only


def effect_of(one: Anomaly) -> dict[str, float]:
    """Each cause's share of the impact."""
    return {each.name: float(each.impact / one.impact) for each in one.split}


CASES = [
    (
        "retry storm",
        lambda use: use._replace(requests=3500, output=500),
        "volume",
        "with outputs no longer than usual, as in a storm of retries",
    ),
    (
        "model switch",
        lambda use: use._replace(model="dear"),
        "mix",
        "requests moved from small to dear; model dear is new",
    ),
    (
        "cache loss",
        lambda use: use._replace(cached=0.05),
        "cache",
        "share of input read from cache went from 60 % to 5 %",
    ),
    ("longer output", lambda use: use._replace(output=4000), "output", "outputs 5.0x as long as"),
    ("longer prompts", lambda use: use._replace(prompt=16_000), "input", "prompts 4.0x as long as"),
]


@pytest.mark.parametrize(
    ("incident", "cause", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_message_says_why(incident: Callable[[Use], Use], cause: str, words: str) -> None:
    """The effects add up to the impact exactly, the true one makes most of it, and the message names it."""
    one = told(events(incident))
    shares = effect_of(one)

    assert total_of(each.impact for each in one.split) == one.impact
    assert max(shares, key=lambda name: shares[name]) == cause
    assert shares[cause] > 0.8
    assert abs(shares["other"]) < 0.01
    text = console_text(render_anomaly(one), "#spend")
    assert "Likely cause: " in text
    assert words in (likely_cause(one) or "")
    assert "Why: " in text


def test_a_price_that_the_source_tells_is_a_price() -> None:
    """Use that brings its own cost has no parts: price and cache are one."""
    usual = Use(cost=5.0)
    one = told(events(lambda use: use._replace(cost=15.0), usual))

    assert effect_of(one)["price"] == pytest.approx(1.0, abs=0.1)
    assert effect_of(one)["cache"] == 0
    assert "a token costs" in (likely_cause(one) or "")


def test_a_new_price_of_the_list_is_a_price() -> None:
    """A price list that changes on a day: o3 cost a fifth from 10 June 2025 on."""
    start = datetime(2025, 6, 10, tzinfo=UTC) - timedelta(days=DAYS)
    one = told(events(lambda use: use, Use(model="o3", cached=0.0), start))

    assert one.direction == "down"
    assert effect_of(one)["price"] == pytest.approx(1.0, abs=0.1)
    assert total_of(each.impact for each in one.split) == one.impact
    assert likely_cause(one) == "a token costs 0.2x its usual price"


def test_contributors_of_each_dimension_add_up() -> None:
    """Model and key each share the impact out, and who is new is said to be."""
    one = told(events(lambda use: use._replace(model="dear")))

    for dimension in ("model", "api_key"):
        rows = [each for each in one.contributors if each.dimension == dimension]
        assert total_of(each.impact for each in rows) == one.impact
        assert sum(each.share for each in rows) == pytest.approx(1.0)
    changes = {each.value: each.change for each in one.contributors if each.dimension == "model"}
    assert changes == {"dear": "added", "small": "vanished"}


def _time(value: bytes) -> str:
    return str(json.loads(value)["time"])


def test_a_new_key_is_named() -> None:
    """A script that nobody knew asks as much as all others do."""
    known = list(events(lambda use: use))
    at = START + timedelta(days=DAYS)
    new = [
        event(f"loop-{half}", at + timedelta(minutes=30 * half), "loop", Use(requests=3000), 1.0)
        for half in range(2 * LASTS)
    ]
    usual = known[4 * 24 * DAYS :]
    one = told(iter([*known[: 4 * 24 * DAYS], *sorted(usual + new, key=_time)]))
    keys = {each.value: each.change for each in one.contributors if each.dimension == "api_key"}

    assert keys["loop"] == "added"
    assert "api_key loop is new" in (likely_cause(one) or "")


def test_traffic_that_stops_is_volume() -> None:
    """A fall is split as a rise is."""
    quiet = [value for at, value in enumerate(events(lambda use: use)) if at < 4 * 24 * DAYS]
    last = event("last", START + timedelta(days=DAYS, hours=8), "chat", Use(requests=1), 1.0)
    one = told(iter([*quiet, last]))

    assert one.direction == "down"
    assert total_of(each.impact for each in one.split) == one.impact
    assert effect_of(one)["volume"] == pytest.approx(1.0, abs=0.01)
    assert one.impact < Decimal(0)
