"""Each stage on one core, Kafka apart: ingest by event format, detect by charge and by point, recovery, memory.

Ingest is decode, validate, price, allocate, fold and encode for the topic `charges`, beside a loop that decodes
the same messages with orjson and adds up one number. Detect is measured on batches made before.

    python -m benchmarks.throughput.stages [--series 2000] [--runs 3]
"""

import argparse
import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable

import orjson

from benchmarks.throughput.pipeline import company
from benchmarks.throughput.points import buckets, loaded, wide_rules
from config.loader import load_rules
from config.rules import Rules
from stream.demo.run import COMPANY_RULES
from stream.detect.core import DetectCore
from stream.ingest import batch as wire
from stream.ingest.fold import Folder
from stream.ingest.source import Span
from stream.pipeline import Event

RULES = load_rules(COMPANY_RULES)
PARTITIONS = 12
CHUNK = 2000
POINTS = 300
CASES = (
    ("usage", 1, "usage events, one a message"),
    ("usage", 50, "usage events, 50 a message"),
    ("billing", 1, "FOCUS rows, one a message"),
)


def messages(source: str, per_message: int) -> list[bytes]:
    """Messages of the simulated company with so many events each, as a JSON array where more than one."""
    values = [value for name, value in company() if name == source][:60_000]
    if per_message == 1:
        return values
    groups = [values[at : at + per_message] for at in range(0, len(values), per_message)]
    return [b"[" + b",".join(group) + b"]" for group in groups]


def ingest(source: str, values: list[bytes], chunk: int) -> None:
    """What the ingest agent does with chunks, but for sending."""
    folder = Folder(RULES, PARTITIONS)
    now = int(time.time() * 1000)
    for start in range(0, len(values), chunk):
        part = values[start : start + chunk]
        events = [Event(start + at, now, value) for at, value in enumerate(part)]
        for batch in folder.fold(Span(source, 0, 1, start, start + len(part)), events).batches:
            wire.encode(batch)


def bare(source: str, values: list[bytes]) -> None:
    """Decode with orjson and add up one number."""
    total = 0.0
    for value in values:
        rows = orjson.loads(value)
        for row in rows if isinstance(rows, list) else [rows]:
            total += (
                float(row["EffectiveCost"]) if source == "billing" else row["data"]["input_tokens"]
            )


def cpu(work: Callable[[], object]) -> float:
    """Processor seconds."""
    before = time.process_time()
    work()
    return time.process_time() - before


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    ingest_table(options.runs)
    detect_table(options.series)


def ingest_table(runs: int) -> None:
    """Ingest by event format."""
    print("| ingest | Spendwatch, µs an event | events a second | bare orjson loop, µs | ratio |")
    print("|---|---|---|---|---|")
    for source, per_message, title in CASES:
        values = messages(source, per_message)
        taken = [ingest_pair(source, values, CHUNK // per_message) for _ in range(runs)]
        count = len(values) * per_message
        ours, theirs = (statistics.median(run[side] for run in taken) / count for side in (0, 1))
        ratio = statistics.median(run[1] / run[0] for run in taken)
        print(
            f"| {title} | {ours * 1e6:.1f} | {1 / ours:,.0f} | {theirs * 1e6:.2f} | {ratio:.3f} |"
        )


def ingest_pair(source: str, values: list[bytes], chunk: int) -> tuple[float, float]:
    """Processor seconds of Spendwatch and of the bare loop, one after the other."""
    return cpu(lambda: ingest(source, values, chunk)), cpu(lambda: bare(source, values))


def detect_table(series: int) -> None:
    """Detect by charge and by point, memory and recovery."""
    few = max(series // 20, 1)
    known = loaded(wide_rules())
    print("\n| detect | result |\n|---|---|")
    dense = list(buckets(known, few, 30, a_bucket=200))
    core = DetectCore(known)
    seconds = cpu(lambda: [list(core.outcomes([batch])) for batch in dense])
    charges = few * 200 * len(dense)
    print(
        f"| apply charges to buckets, with their ids, {few} series | {seconds / charges * 1e6:.2f} µs a charge |"
    )
    thin = list(buckets(known, few, POINTS))
    core = DetectCore(known)
    seconds = cpu(lambda: [list(core.outcomes([batch])) for batch in thin])
    print(
        f"| close, forecast, score, learn and encode a point, {few} series, {POINTS} points each | "
        f"{seconds / (few * POINTS) * 1e6:.1f} µs a point |"
    )
    memory(known, series)


def memory(known: Rules, series: int) -> None:
    """What series hold after 30 points, in the core and in its state records, and what it takes to take them over."""
    tracemalloc.start()
    core = _filled(known, series)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    print(f"| memory a series after 30 points, {series} series | {size / series / 1024:.1f} KB |")
    held: dict[bytes, bytes] = {}
    core = DetectCore(known)
    for each in buckets(known, series, 30):
        for outcome in core.outcomes([each]):
            held |= {key: value or b"" for key, value in outcome.states.items()}
    held = {key: value for key, value in held.items() if value}
    print(f"| state records a series | {sum(map(len, held.values())) / series / 1024:.1f} KB |")
    heir = DetectCore(known)
    taken = cpu(lambda: heir.load(held)) / series * 1e6
    read = cpu(lambda: [one.model for one in heir.series.values()]) / series * 1e6
    print(f"| recovery from state records in memory | {taken:.0f} µs a series |")
    print(f"| reading its model, once the series needs it | {read:.0f} µs a series |")


def _filled(known: Rules, series: int) -> DetectCore:
    """A core with series of 30 points, without the records that went to Kafka."""
    core = DetectCore(known)
    for each in buckets(known, series, 30):
        for _ in core.outcomes([each]):
            pass
    return core


if __name__ == "__main__":
    main()
