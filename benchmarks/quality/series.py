"""The series that quality is measured on, read from the folder of public data."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median_low
from typing import NamedTuple

# USD for a million input and output tokens: made up, in the proportions that are usual.
PRICES = {"m-large": (2.5, 10.0), "m-mid": (0.4, 1.6)}
_BUSY = 0.9  # of its buckets a client must have traffic in


class Series(NamedTuple):
    """A series of points and, where it is labelled, its events."""

    name: str
    step: int  # seconds a bucket
    times: list[int]  # epoch seconds
    values: list[float]
    events: list[tuple[int, int]]  # first and last point of each

    @property
    def warm_up(self) -> int:
        """Points that are not scored: 15 % of them, at most seven days."""
        return min(int(0.15 * len(self.times)), 7 * 86_400 // self.step)

    @property
    def weeks(self) -> float:
        """How long it is scored."""
        return (len(self.times) - self.warm_up) * self.step / (7 * 86_400)


def microsoft(data: Path) -> Iterator[Series]:
    """Microsoft's hourly cloud monitoring series; an event is a run of points labelled 1.

    What lies wholly in the warm-up is no event.
    """
    for path in sorted((data / "ms-cloud-monitoring").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["Value"]]  # a gap is no point
        times = [_seconds(row["TimeStamp"]) for row in rows]
        series = _series(path.stem, times, [float(row["Value"]) for row in rows], [])
        events = [
            event
            for event in _runs([row["Label"] == "1" for row in rows])
            if event[1] >= series.warm_up
        ]
        yield series._replace(events=events)


def nab(data: Path) -> Iterator[Series]:
    """The series of the Numenta Anomaly Benchmark; an event is a labelled window."""
    folder = data / "nab"
    windows = json.loads((folder / "labels" / "combined_windows.json").read_text(encoding="utf-8"))
    for path in sorted((folder / "data").glob("*/*.csv")):
        name = f"{path.parent.name}/{path.name}"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        times = [_seconds(row["timestamp"]) for row in rows]
        events = [
            (times.index(_seconds(first)), times.index(_seconds(last)))
            for first, last in windows[name]
        ]
        yield _series(name, times, [float(row["value"]) for row in rows], events)


def servegen(data: Path) -> Iterator[Series]:
    """The steady clients of ServeGen's production LLM traffic: what their tokens cost, each 10 minutes.

    Where all steady clients of a model are silent at once the trace has a gap, not a fall of one client:
    these buckets, and the cut ones beside them, are no points.
    """
    for model, clients in sorted(_clients(data).items()):
        gap = gaps(list(clients.values()))
        for client, values in sorted(clients.items()):
            points = [
                (place * 600, value) for place, value in enumerate(values) if place not in gap
            ]
            times, kept = [time for time, _ in points], [value for _, value in points]
            yield _series(f"{model}/{client}", times, kept, [])


def _clients(data: Path) -> dict[str, dict[str, list[float]]]:
    clients: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    path = data / "token-usage" / "servegen-10min.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            price_in, price_out = PRICES[row["model"]]
            tokens_in, tokens_out = float(row["in_tok"] or 0), float(row["out_tok"] or 0)
            cost = (tokens_in * price_in + tokens_out * price_out) / 1e6
            clients[row["model"]][row["client"]].append(cost)
    return {
        model: {client: values for client, values in of_model.items() if is_steady(values)}
        for model, of_model in clients.items()
    }


def is_steady(values: list[float]) -> bool:
    """Whether a client has traffic in nine of ten buckets."""
    return sum(value > 0 for value in values) >= _BUSY * len(values)


def gaps(clients: list[list[float]]) -> set[int]:
    """Places where all clients are silent at once, and those beside them."""
    silent = {place for place, values in enumerate(zip(*clients, strict=True)) if not any(values)}
    return {place + beside for place in silent for beside in (-1, 0, 1)}


def _series(
    name: str, times: list[int], values: list[float], events: list[tuple[int, int]]
) -> Series:
    step = median_low([later - earlier for earlier, later in pairwise(times) if later > earlier])
    return Series(name, step, times, values, events)


def _runs(marked: list[bool]) -> Iterator[tuple[int, int]]:
    for is_event, run in groupby(enumerate(marked), key=lambda point: point[1]):
        places = [place for place, _ in run]
        if is_event:
            yield places[0], places[-1]


def _seconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())
