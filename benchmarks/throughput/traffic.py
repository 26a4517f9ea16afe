"""The known load of the runs on Kafka: token usage as CloudEvents of about 400 bytes, and its exact sums."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final, NamedTuple

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
EVENTS_A_MINUTE: Final = 10_000  # of event time, over all series

# USD for a million tokens: input, cached input, output. Peers get them as floats, Spendwatch as overrides.
PRICES: Final = {
    "gpt-4o": ("2.50", "1.25", "10.00"),
    "gpt-4o-mini": ("0.15", "0.075", "0.60"),
    "claude-sonnet-4-5": ("3.00", "0.30", "15.00"),
    "claude-haiku-4-5": ("1.00", "0.10", "5.00"),
}
_MODELS: Final = tuple(PRICES)
_MILLION: Final = Decimal(1_000_000)

Key = tuple[str, str, int]  # team, service, start of the minute in epoch seconds


class Sums(NamedTuple):
    """What came in one minute of one team and service."""

    events: int
    tokens: int  # input and output
    cost: Decimal


@dataclass
class _Minute:
    events: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0

    def sums(self, model: str) -> Sums:
        fresh, cached, out = (Decimal(price) for price in PRICES[model])
        cost = (self.input - self.cached) * fresh + self.cached * cached + self.output * out
        return Sums(self.events, self.input + self.output, cost / _MILLION)


class Traffic:
    """Events in the order of their time; each series has an even share of each minute.

    Args:
        minutes: of event time.
        series: pairs of team and service; each uses one model.
        a_minute: events in a minute over all series.
        seed: the same one makes the same events.
    """

    def __init__(
        self, minutes: int, series: int = 100, a_minute: int = EVENTS_A_MINUTE, seed: int = 1
    ) -> None:
        self.minutes = minutes
        self.a_minute = a_minute
        self._series = series
        self._seed = seed
        self.truth: dict[Key, Sums] = {}

    @property
    def count(self) -> int:
        """Number of events."""
        return self.minutes * self.a_minute

    def names(self, at: int) -> tuple[str, str, str]:
        """Team, service and model of a series by its number."""
        return f"team-{at % 20:02}", f"service-{at:03}", _MODELS[at % len(_MODELS)]

    def events(self) -> Iterator[tuple[int, bytes]]:
        """Number of the series and the event; `truth` is complete once all were taken."""
        random = Random(self._seed)  # noqa: S311 - a known load, not a secret
        templates = [_template(*self.names(at)) for at in range(self._series)]
        for minute in range(self.minutes):
            start = START + timedelta(minutes=minute)
            sums = [_Minute() for _ in range(self._series)]
            for n in range(self.a_minute):
                at = n % self._series
                time = start + timedelta(seconds=n * 60 // self.a_minute)
                yield at, _event(templates[at], minute * self.a_minute + n, time, sums[at], random)
            for at, held in enumerate(sums):
                team, service, model = self.names(at)
                self.truth[team, service, int(start.timestamp())] = held.sums(model)

    def closing(self) -> Iterator[tuple[int, bytes]]:
        """One event a series, hours later: it closes the windows of programs that wait for later events."""
        late = START + timedelta(minutes=self.minutes, hours=6)
        for at in range(self._series):
            random = Random(at)  # noqa: S311 - the same
            yield at, _event(_template(*self.names(at)), -1, late, _Minute(), random)


def _event(template: bytes, number: int, time: datetime, sums: _Minute, random: Random) -> bytes:
    tokens = 500 + int(random.random() * 3000)
    cached = tokens // 3
    output = 50 + int(random.random() * 500)
    sums.events += 1
    sums.input += tokens
    sums.cached += cached
    sums.output += output
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return template % (number, stamp, tokens, cached, output)


def _template(team: str, service: str, model: str) -> bytes:
    """An event with places for id, time and the three counts."""
    provider = "openai" if model.startswith("gpt") else "anthropic"
    return (
        '{"specversion":"1.0","type":"spendwatch.usage.v1","source":"/gateways/eu-central-1",'
        '"id":"01JQ7Z8K4M-%010d","time":"%b","datacontenttype":"application/json","data":{'
        f'"provider":"{provider}","model":"{model}","team":"{team}","service":"{service}",'
        f'"environment":"production","api_key":"{team}-{service}-prod",'
        '"requests":1,"input_tokens":%d,"cache_read_tokens":%d,"output_tokens":%d}}'
    ).encode()


def rules(bucket: str = "1m", lateness: str = "1m", idle_after: str = "4s") -> str:
    """Rules for this load: its prices, and minutes as buckets."""
    prices = "\n".join(
        f"    - {{model: {model}, input_per_million: {fresh}, cache_read_per_million: {cached}, "
        f"output_per_million: {out}}}"
        for model, (fresh, cached, out) in PRICES.items()
    )
    return f"""
version: 1
sources:
  billing: {{bucket: 1h, lateness: 1h, horizon: 3d, idle_after: {idle_after}}}
  usage: {{bucket: {bucket}, lateness: {lateness}, horizon: 2h, idle_after: {idle_after}}}
pricing:
  overrides:
{prices}
allocation:
  rules:
    - {{name: team, by: tag, keys: [team]}}
routing: {{default_channel: "#spend", flood: {{more_than: 100000}}, limit: {{messages: 100000}}}}
digest: {{channel: "#finops", at: "23:59"}}
"""
