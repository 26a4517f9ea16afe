"""What every peer does with one event: price it, take team, service, time and id.

In floats, or in decimals with EXACT.
"""

from datetime import datetime
from decimal import Decimal
from os import environ
from typing import Any, NamedTuple

import orjson

BROKERS = environ["BROKERS"]
TOPIC = environ["TOPIC"]
OUT = environ["OUT"]
EXACT = bool(environ.get("EXACT"))
MINUTE = 60

_number: Any = Decimal if EXACT else float

# USD a token: input, cached input, output; from the same list as Spendwatch's.
RATES: dict[str, list[Any]] = {
    model: [_number(price) / 1_000_000 for price in prices]
    for model, prices in orjson.loads(environ["PRICES"]).items()
}


class Used(NamedTuple):
    """One priced event."""

    team: str
    service: str
    time: datetime
    tokens: int
    cost: float | Decimal
    event_id: str


def used(event: dict[str, Any]) -> Used:
    """Price an event."""
    data = event["data"]
    fresh, cached, output = RATES[data["model"]]
    input_tokens = data["input_tokens"]
    cached_tokens = data["cache_read_tokens"]
    output_tokens = data["output_tokens"]
    cost = (input_tokens - cached_tokens) * fresh + cached_tokens * cached + output_tokens * output
    return Used(
        data["team"],
        data["service"],
        datetime.fromisoformat(event["time"]),
        input_tokens + output_tokens,
        cost,
        event["id"],
    )
