"""Rises of unit cost in real LLM traffic, as the pipeline tells them: spend alone, and with unit cost."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from statistics import fmean, median
from typing import Final, NamedTuple

from alerting.series import SeriesKey
from benchmarks.quality.incidents import incidents
from benchmarks.quality.metered import KINDS, STEP, Client, Metered, metered, rises
from benchmarks.quality.report import share, table
from config.detection import Detection, Thresholds
from config.thresholds import ThresholdBook
from stream.detect.bucket import OpenBucket, Totals
from stream.detect.model import SeriesModel

_SEEDS: Final = (6, 8)  # the constants were chosen on others
_EACH: Final = 3  # of a kind, client and seed
_WARM_UP: Final = 302  # buckets that are not scored, 15 % of two weeks
_LEAST: Final = 1.2  # times the cost of a request; what is less the rules do not call a change
_KEY: Final = SeriesKey("usage", "team", "llm", "production", "usage", "USD")
_BOOK: Final = ThresholdBook(
    Detection(defaults=Thresholds(min_impact=Decimal(0), min_impact_per_day=Decimal(0)))
)


class _Found(NamedTuple):
    kind: str
    factor: float
    delay: int | None  # buckets; None: not found


class _Watched(NamedTuple):
    found: list[_Found]
    incidents: int  # of the clean traffic
    weeks: float


def unit_cost(data: Path) -> str:
    """Recall, delay and false incidents, on steady clients and on bursty ones."""
    return "\n".join(
        _table(list(metered(data, steady=steady)), name)
        for steady, name in ((True, "steady"), (False, "bursty"))
    )


def _table(clients: list[Client], name: str) -> str:
    rows = []
    for title, counts in (("spend alone", False), ("with unit cost", True)):
        watched = [_watched(client, counts=counts) for client in clients]
        rows.append([title, *_figures(watched)])
    title = f"rises of unit cost put into the traffic of {len(clients)} {name} clients, of seeds not tuned on"
    columns = (
        "",
        *KINDS,
        "answers doubled, 20 % or more",
        "median delay, buckets",
        "false a series-week",
    )
    return table(title, columns, rows)


def _watched(client: Client, *, counts: bool) -> _Watched:
    """The model learns the clean traffic; at each rise a copy of it goes another way."""
    planned = [rise for seed in _SEEDS for rise in rises(client, seed, _EACH)]
    model, copies, clean = _model(), [], []
    for place, bucket in enumerate(client.buckets):
        record = model.record()
        copies += [(rise, record) for rise in planned if rise.start == place]
        clean.append(_alert(model, bucket, counts=counts))
    found = []
    for rise, record in copies:
        copy = _model()
        copy.restore(record)
        told = [_alert(copy, bucket, counts=counts) for bucket in rise.buckets]
        pairs = enumerate(zip(told, clean[rise.start :], strict=False))
        delay = next((place for place, (one, other) in pairs if one == "up" != other), None)
        found.append(_Found(rise.kind, rise.factor, delay))
    times = [bucket.time for bucket in client.buckets]
    loud = [place for place, one in enumerate(clean) if one is not None and place >= _WARM_UP]
    weeks = (len(times) - _WARM_UP) * STEP / (7 * 86_400)
    return _Watched(found, len(incidents(loud, times)), weeks)


def _model() -> SeriesModel:
    return SeriesModel(_KEY, STEP, _BOOK)


def _alert(model: SeriesModel, bucket: Metered, *, counts: bool) -> str | None:
    """The direction in which a bucket is anomalous, if it is."""
    cost = Decimal(f"{bucket.cost:.6f}")
    totals = Totals(cost, 1)
    if counts:
        totals = Totals(cost, 1, bucket.requests, bucket.tokens_in, output_tokens=bucket.tokens_out)
    model.close(bucket.time, OpenBucket(totals, {}))
    track = model.track
    return None if track is None or track.ended != bucket.time + STEP else track.direction


def _figures(watched: Iterable[_Watched]) -> Iterator[str]:
    clients = list(watched)
    found = [one for client in clients for one in client.found]
    groups = [[one for one in found if one.kind == kind] for kind in KINDS]
    groups.append([one for one in groups[1] if one.factor >= _LEAST])
    for group in groups:
        yield share(fmean(one.delay is not None for one in group))
    delays = [one.delay for one in found if one.delay is not None]
    yield f"{median(delays):.0f}" if delays else "-"
    raised = sum(client.incidents for client in clients)
    yield f"{raised / sum(client.weeks for client in clients):.2f}"
