"""ServeGen's production LLM traffic with its counts, and rises of unit cost put into it: seeded, so that every run has the same."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Literal, NamedTuple, get_args

from benchmarks.quality.series import PRICES, gaps, is_steady

Kind = Literal["cache lost", "answers doubled", "dearer model"]
KINDS: tuple[Kind, ...] = get_args(Kind)

STEP = 600  # seconds
WINDOW = 72  # buckets, half a day, within which a rise must be found
_LEARNED = 7 * 86_400 // STEP  # buckets before the first rise
_BUSY = 0.5  # of the usual spend; where there is none, nothing gets dearer
_LIVELY = 0.3  # of its buckets a client that is not steady must have traffic in
_SCALE = 1000.0  # the clients are small, and money has six digits after the point
_CACHE = (3.0, 10.0)  # times the price of input that was read from cache before
_DEARER = 3.0
_LONGER = 2.0
_FEWER = 0.5  # of the requests


class Metered(NamedTuple):
    """A bucket of a client."""

    time: int  # epoch seconds
    requests: int
    tokens_in: int
    tokens_out: int
    cost: float

    @property
    def tokens(self) -> int:
        """Both kinds."""
        return self.tokens_in + self.tokens_out


class Client(NamedTuple):
    """A client of a model."""

    name: str
    prices: tuple[float, float]  # of input and output
    buckets: list[Metered]


class Rise(NamedTuple):
    """Buckets that take the place of a client's, from ``start`` on."""

    kind: Kind
    start: int
    buckets: list[Metered]
    factor: float  # of the cost of a request


def metered(data: Path, *, steady: bool) -> Iterator[Client]:
    """Clients with traffic in nine of ten buckets; or those with less, but in three of ten."""
    for model, clients in sorted(_clients(data).items()):
        spends = {name: [one.cost for one in buckets] for name, buckets in clients.items()}
        steadies = [values for values in spends.values() if is_steady(values)]
        gap = gaps(steadies) if steady else set()
        for name, buckets in sorted(clients.items()):
            share = fmean(cost > 0 for cost in spends[name])
            if is_steady(spends[name]) is steady and share >= _LIVELY:
                kept = [one for place, one in enumerate(buckets) if place not in gap]
                yield Client(f"{model}/{name}", PRICES[model], kept)


def _clients(data: Path) -> dict[str, dict[str, list[Metered]]]:
    found: defaultdict[str, defaultdict[str, list[Metered]]] = defaultdict(
        lambda: defaultdict(list)
    )
    path = data / "token-usage" / "servegen-10min.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            requests, tokens_in, tokens_out = (
                int(float(row[name] or 0)) for name in ("requests", "in_tok", "out_tok")
            )
            prices = PRICES[row["model"]]
            bucket = _priced(int(row["ts"]), requests, tokens_in, tokens_out, prices)
            found[row["model"]][row["client"]].append(bucket)
    return {model: dict(clients) for model, clients in found.items()}


def _priced(
    time: int, requests: int, tokens_in: int, tokens_out: int, prices: tuple[float, float]
) -> Metered:
    cost = _SCALE * (tokens_in * prices[0] + tokens_out * prices[1]) / 1e6
    return Metered(time, requests, tokens_in, tokens_out, cost)


def rises(client: Client, seed: int, each: int) -> Iterator[Rise]:
    """``each`` rises of every kind, at places where the client is at work."""
    for kind in KINDS:
        chance = Random(f"{seed} {client.name} {kind}")  # noqa: S311 - repeatable, not secret
        for _ in range(each):
            start = _place(client, chance)
            if start is None:
                continue
            cache = _CACHE[0] * (_CACHE[1] / _CACHE[0]) ** chance.random()
            usual = client.buckets[start : start + WINDOW]
            dear = [_dear(kind, one, client.prices, cache) for one in usual]
            yield Rise(kind, start, dear, _each(dear) / _each(usual))


def _each(buckets: list[Metered]) -> float:
    return sum(one.cost for one in buckets) / sum(one.requests for one in buckets)


def _dear(kind: Kind, one: Metered, prices: tuple[float, float], cache: float) -> Metered:
    if kind == "cache lost":
        dearer = _priced(one.time, 0, one.tokens_in, one.tokens_out, (prices[0] * cache, prices[1]))
        return dearer._replace(requests=one.requests)
    fewer = round(one.requests * _FEWER)
    share = fewer / one.requests if one.requests else 0.0
    tokens_in, tokens_out = round(one.tokens_in * share), one.tokens_out * share
    if kind == "answers doubled":
        return _priced(one.time, fewer, tokens_in, round(tokens_out * _LONGER), prices)
    price = (prices[0] * _DEARER, prices[1] * _DEARER)
    return _priced(one.time, fewer, tokens_in, round(tokens_out), price)


def _place(client: Client, chance: Random) -> int | None:
    costs = [one.cost for one in client.buckets]
    usual = fmean(costs)
    for _ in range(200):
        start = chance.randrange(_LEARNED, len(costs) - WINDOW)
        if fmean(costs[start : start + 18]) >= _BUSY * usual:
            return start
    return None
