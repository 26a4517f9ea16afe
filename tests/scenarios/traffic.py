"""What the stories send: usage a minute of one feature, and rows of a bill."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

INPUT, OUTPUT = Decimal("1.25"), Decimal(10)  # USD for a million tokens of `house-model`
PROMPT, ANSWER = 2000, 150  # tokens a request, usually
PRICING = """
pricing:
  overrides:
    - {model: house-model, input_per_million: 1.25, output_per_million: 10}
"""


def stamp(at: datetime) -> str:
    """As events write a moment."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def minute(
    at: datetime, requests: int, answered: int | None = None, **more: str
) -> dict[str, object]:
    """A minute's calls of the feature `answers`; those beyond ``answered`` got no answer."""
    outputs = requests if answered is None else answered
    team, service = more.get("team", "search"), more.get("service", "answers")
    return {
        "specversion": "1.0",
        "id": f"{team}-{service}-{stamp(at)}",
        "source": "gateway",
        "type": "spendwatch.usage.v1",
        "time": stamp(at),
        "data": {
            "provider": "house",
            "model": "house-model",
            "team": team,
            "service": service,
            "environment": "production",
            "api_key": f"{team}-prod",
            "requests": requests,
            "input_tokens": requests * PROMPT,
            "output_tokens": outputs * ANSWER,
        },
    }


def cost_of(events: Iterable[dict[str, object]]) -> Decimal:
    """What events cost by the list of prices."""
    total = Decimal(0)
    for event in events:
        data = event["data"]
        assert isinstance(data, dict)
        total += data["input_tokens"] * INPUT + data["output_tokens"] * OUTPUT
    return total / 1_000_000


def minutes(
    start: datetime,
    until: datetime,
    seed: int,
    times: int = 1,
    *,
    answered: bool = False,
    **more: str,
) -> Iterator[dict[str, object]]:
    """Calls minute by minute, ``times`` as many as usual; only as many as usual are answered, or all."""
    random = Random(f"{seed} {start}")
    while start < until:
        usual = random.randint(380, 420)
        calls = usual * times
        yield minute(start, calls, calls if answered else usual, **more)
        start += timedelta(minutes=1)


def row(start: datetime, cost: str, service: str, team: str, **more: object) -> dict[str, object]:
    """An hour's row of a bill."""
    return {
        "ChargePeriodStart": stamp(start),
        "BillingPeriodStart": stamp(start.replace(day=1, hour=0)),
        "BillingCurrency": "USD",
        "BillingAccountId": "1",
        "ProviderName": "AWS",
        "ChargeCategory": "Usage",
        "EffectiveCost": cost,
        "ServiceName": service,
        "Tags": {"team": team},
        **more,
    }


def write(path: Path, rows: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """Write lines of JSON; what was written."""
    written = list(rows)
    path.write_text("".join(json.dumps(one) + "\n" for one in written))
    return written
