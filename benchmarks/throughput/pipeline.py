"""The pipeline over the simulated company or over files, beside the least that any program must do.

The peer decodes each event with orjson and adds up its cost (or its tokens) by service and hour, in floats:
no validation, no exact money, no pricing, no allocation, no forecast.

    python -m benchmarks.throughput.pipeline [--runs 3] [FILE ...]
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from config.loader import load_rules
from stream.backtest import Backtest
from stream.demo.company import END, simulate
from stream.demo.run import COMPANY_RULES
from stream.files import read_events

CHUNK = 4000
Events = list[tuple[str, bytes]]


def company() -> Events:
    """Three weeks of the simulated company: 13,104 billing rows and 232,980 usage events."""
    return [(event.topic, event.value) for event in simulate(3, END)]


def files(paths: list[Path]) -> Events:
    """The events of files, read before the clock starts."""
    return [
        (event.source, event.value)
        for path in paths
        for event in read_events(path, with_time=False)
    ]


def pipeline(events: Events) -> None:
    """Decode, validate, price, allocate, fold, close, forecast, score, learn."""
    run = Backtest(load_rules(COMPANY_RULES))
    now = int(time.time())
    for start in range(0, len(events), CHUNK):
        part = events[start : start + CHUNK]
        for source in ("billing", "usage"):
            run.feed(source, [value for name, value in part if name == source], now)
    run.finish()


def bare(events: Events) -> None:
    """Decode and add up, and nothing else."""
    sums: defaultdict[tuple[Any, Any], float] = defaultdict(float)
    for _, value in events:
        row = orjson.loads(value)
        data = row.get("data", row)
        service = data.get("service") or data.get("ServiceName")
        when = (row.get("time") or row.get("ChargePeriodStart"))[:13]
        amount = data.get("EffectiveCost")
        sums[service, when] += float(data.get("input_tokens", 0) if amount is None else amount)


def seconds(work: Callable[[Events], None], events: Events) -> float:
    """Processor seconds of one run."""
    before = time.process_time()
    work(events)
    return time.process_time() - before


def main() -> None:
    """Measure in turns and print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    events = files(options.files) if options.files else company()
    taken = [(seconds(pipeline, events), seconds(bare, events)) for _ in range(options.runs)]
    print(f"{len(events):,} events, median of {options.runs} runs, processor time")
    for name, column in (("spendwatch pipeline", 0), ("bare orjson and a dict", 1)):
        median = statistics.median(run[column] for run in taken)
        rate = len(events) / median
        print(
            f"{name:24} {median:8.2f} s  {median / len(events) * 1e6:7.2f} µs an event  {rate:10,.0f} a second"
        )
    ratio = statistics.median(run[1] / run[0] for run in taken)
    print(f"ratio of rates           {ratio:8.3f}")


if __name__ == "__main__":
    main()
