"""The known load: bills and token usage of a made-up company, with what they must add up to."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final, NamedTuple

DAYS: Final = 8
START: Final = datetime(2026, 3, 2, tzinfo=UTC)
MINUTES: Final = DAYS * 24 * 60
BILLING_SHARE: Final = 0.2
TEAMS: Final = ("search", "data")
_RULES: Final = """
version: 1
sources:
  billing: {bucket: 1h, lateness: 1h, horizon: 3d, idle_after: {IDLE}}
  usage: {bucket: 15m, lateness: 15m, horizon: 12h, idle_after: {IDLE}}
allocation:
  rules:
    - {name: team, by: tag, keys: [team]}
detection:
  overrides:
    - {name: usage, match: {source: usage}, set: {resolve_after: 1h}}
routing: {default_channel: "#spend", flood: {more_than: 100000}, limit: {messages: 100000}}
digest: {channel: "#finops", at: "23:59"}
"""


def rules(idle_after: str = "4s", remember_ids: str | None = None) -> str:
    """The rules file.

    Args:
        idle_after: a publisher that is killed must be back before its topic counts as idle.
        remember_ids: of both sources; by default what the product has.
    """
    remember = "" if remember_ids is None else f", remember_ids: {remember_ids}"
    return _RULES.replace("{IDLE}", f"{idle_after}{remember}")


class Event(NamedTuple):
    """One message for a source topic."""

    source: str
    minute: int  # when it is published, in minutes of the load's time
    value: bytes


@dataclass
class Truth:
    """What must be read from `spend` in the end, by service."""

    cost: dict[str, Decimal] = field(default_factory=dict)
    charges: Counter[str] = field(default_factory=Counter)

    def add(self, service: str, cost: Decimal, charges: int = 1) -> None:
        """Note one charge, or several."""
        self.cost[service] = self.cost.get(service, Decimal(0)) + cost
        self.charges[service] += charges

    def include(self, other: "Truth") -> None:
        """Note what is published after this."""
        for service, cost in other.cost.items():
            self.add(service, cost, other.charges[service])


class Load:
    """About ``events`` events in the order of their time; the same seed gives the same ones.

    Each service has an incident of an hour or more on each of the last days but one. One service, which has
    none, gets some small charges hours late, and a few beyond the horizon: which of them come before their
    bucket closes depends on the run, and must not make an anomaly of it.

    Args:
        events: how many, about.
        seed: of the amounts and incidents.
        week: how many loads come before it in the same deployment: each goes on where the last one ended.
        named: whether rows of bills carry an id, so that a repeat of one can be told from its like.
    """

    def __init__(self, events: int, seed: int, week: int = 0, *, named: bool = False) -> None:
        self._random = Random(f"{seed}-{week}")  # noqa: S311 - a known load, not a secret
        self._start = START + week * timedelta(days=DAYS)
        self._week = week
        self._named = named
        self.truth = Truth()
        billing = int(events * BILLING_SHARE)
        made = [*self._bill(billing), *self._usage(events - billing)]
        self.events = sorted(made, key=lambda event: event.minute)

    def slices(self, count: int) -> Iterator[list[Event]]:
        """The events in ``count`` parts of about the same number, in order."""
        size = -(-len(self.events) // count)
        for at in range(0, len(self.events), size):
            yield self.events[at : at + size]

    def _bill(self, number: int) -> Iterator[Event]:
        services = [(team, f"{team}-{name}") for team in TEAMS for name in ("compute", "store")]
        for team, service in services:
            storms = self._storms()
            for index, minute in enumerate(_spread(number // len(services))):
                hour = minute - minute % 60
                grown = 4 if hour in storms else 1
                cost = self._cost(4000 * grown)
                self.truth.add(service, cost)
                name = f"{service}-{self._week}-{index}" if self._named else None
                yield Event("billing", minute, _row(name, self._time(hour), team, service, cost))

    def _usage(self, number: int) -> Iterator[Event]:
        names = ("answers", "agents", "digests")
        services = [(team, f"{team}-{name}") for team in TEAMS for name in names]
        for team, service in services:
            tardy = service == "data-digests"
            storms = set() if tardy else self._storms()
            for index, minute in enumerate(_spread(number // len(services))):
                grown = 5 if minute - minute % 60 in storms else 1
                name = f"{service}-{self._week}-{index}"
                yield self._used(name, minute, team, service, 1000 * grown)
                delay = self._delay() if tardy else 0
                if delay:
                    yield self._used(f"{name}-late", minute, team, service, 10, delay)

    def _used(
        self, key: str, minute: int, team: str, service: str, thousandths: int, delay: int = 0
    ) -> Event:
        cost = self._cost(thousandths)
        self.truth.add(service, cost)
        value = _tokens(key, self._time(minute), team, service, cost)
        return Event("usage", min(minute + delay, MINUTES - 1), value)

    def _storms(self) -> set[int]:
        """The hours of incidents: two in a row on each day from the fourth to the last but one."""
        starts = [(day * 24 + self._random.randrange(4, 18)) * 60 for day in range(3, DAYS - 1)]
        return {start + hour for start in starts for hour in (0, 60)}

    def _cost(self, thousandths: int) -> Decimal:
        return Decimal(thousandths * self._random.randint(960, 1040)) / 1_000_000

    def _time(self, minute: int) -> str:
        return (self._start + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _delay(self) -> int:
        chance = self._random.random()
        return 16 * 60 if chance < 0.005 else 3 * 60 if chance < 0.03 else 0


def _spread(number: int) -> Iterator[int]:
    """``number`` minutes, evenly over the load's time, so that each bucket has about as many."""
    for index in range(number):
        yield index * MINUTES // number


def _row(name: str | None, time: str, team: str, service: str, cost: Decimal) -> bytes:
    row: dict[str, object] = {
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "ChargePeriodStart": time,
        "EffectiveCost": str(cost),
        "ServiceName": service,
        "Tags": {"team": team},
    }
    return json.dumps(row if name is None else {**row, "x_LineItemId": name}).encode()


def _tokens(key: str, time: str, team: str, service: str, cost: Decimal) -> bytes:
    document = {
        "schema": "spendwatch.usage.v1",
        "id": key,
        "time": time,
        "model": "house-model",
        "service": service,
        "team": team,
        "cost": str(cost),
        "requests": 1,
    }
    return json.dumps(document).encode()
