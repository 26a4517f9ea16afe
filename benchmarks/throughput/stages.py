"""Each stage on one core, Kafka apart: ingest by event format, detect by charge and by point, recovery, memory.

Ingest is decode, validate, price, allocate, fold and encode for the topic `charges`, beside a loop that decodes
the same messages with orjson and adds up one number. Detect is measured on batches made before.

    python -m benchmarks.throughput.stages [--series 2000] [--runs 3]
"""

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Callable
from decimal import Decimal

import orjson

from alerting.series import SeriesKey
from benchmarks.throughput.pipeline import company
from config.loader import load_rules
from stream.demo.run import COMPANY_RULES
from stream.detect.core import DetectCore
from stream.ingest import batch as wire
from stream.ingest.batch import VERSION, ChargeBatch, ChargeLine, SeriesCharges
from stream.ingest.fold import Folder, Span
from stream.pipeline import Event

RULES = load_rules(COMPANY_RULES)
PARTITIONS = 12
CHUNK = 2000
POINTS = 300
START = 1_767_225_600
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


def batches(series: int, per_bucket: int, buckets: int) -> list[ChargeBatch]:
    """One batch a bucket of 5 minutes, with so many charges for each series."""
    keys = [
        SeriesKey("usage", f"team-{n % 50}", f"service-{n}", "production", "usage", "USD")
        for n in range(series)
    ]
    usage = (3, 4000, 1000, 0, 300, 0)
    made = []
    for bucket in range(buckets):
        time_of = START + bucket * 300
        offset = bucket * series * per_bucket
        rows = [
            SeriesCharges(
                key,
                [
                    ChargeLine(
                        offset + n,
                        time_of + n % 300,
                        Decimal("0.0123") + n % 7,
                        0,
                        usage,
                        offset + n * series + at + 1,
                    )
                    for n in range(per_bucket)
                ],
            )
            for at, key in enumerate(keys)
        ]
        following = offset + series * per_bucket
        made.append(
            ChargeBatch(
                VERSION,
                "usage",
                0,
                1,
                offset,
                following,
                time_of + 299,
                False,
                ["model=m;region=r"],
                rows,
            )
        )
    return made


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
    print("\n| detect | result |\n|---|---|")
    dense = batches(few, 200, 30)
    core = DetectCore(RULES)
    charges = few * 200 * 30
    print(
        f"| apply charges to buckets, with their ids, {few} series | {cpu(lambda: [core.apply([b]) for b in dense]) / charges * 1e6:.2f} µs a charge |"
    )
    thin = batches(few, 1, POINTS)
    core = DetectCore(RULES)
    seconds = cpu(lambda: [core.apply([b]) for b in thin])
    print(
        f"| close, forecast, score, learn and encode a point, {few} series | {seconds / (few * (POINTS - 1)) * 1e6:.1f} µs a point |"
    )

    states: dict[bytes, bytes] = {}
    core = DetectCore(RULES)
    tracemalloc.start()
    for each in batches(series, 1, 30):
        for key, value in core.apply([each]).states.items():
            states[key] = value or b""
    held = {key: value for key, value in states.items() if value}
    del states
    size = tracemalloc.get_traced_memory()[0] - sum(map(len, held.values())) - sum(map(len, held))
    tracemalloc.stop()
    print(f"| memory a series after 30 points, {series} series | {size / series / 1024:.1f} KB |")
    print(f"| state records a series | {sum(map(len, held.values())) / series / 1024:.1f} KB |")
    heir = DetectCore(RULES)
    seconds = cpu(lambda: heir.load(held))
    print(f"| recovery from state records in memory | {seconds / series * 1e6:.0f} µs a series |")


if __name__ == "__main__":
    main()
