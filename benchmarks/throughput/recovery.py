"""How long a worker needs to take over many series from Kafka, until it works on the first chunk.

    python -m benchmarks.throughput.recovery [--series 0,5000,50000] [--partitions 12] [--points 30]

The state topic is filled with the records of a real detect core, the same ones for each partition. A message that
closes no bucket waits in each partition of `charges`; the clock runs from the worker's start until all of them
are committed. The run with no series says how much of that is the start itself.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.throughput.broker import broker
from benchmarks.throughput.deployment import Deployment
from benchmarks.throughput.kafka import publish
from benchmarks.throughput.points import buckets, loaded, one_event, wide_rules
from benchmarks.throughput.processes import step_aside
from benchmarks.throughput.waiting import wait_until_committed
from config.rules import Rules
from stream.detect.core import DetectCore
from stream.ingest import batch as wire
from stream.ingest.fold import Folder
from stream.ingest.source import Span

_PATIENCE: Final = 300.0


class Start(NamedTuple):
    """One start of a worker: seconds of wall clock and of processor until all partitions work, and bytes then."""

    wall: float
    cpu: float
    memory: int
    state: int  # bytes of state records


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", default="0,5000,50000")
    parser.add_argument("--partitions", type=int, default=12)
    parser.add_argument("--points", type=int, default=30, help="that each series has had")
    options = parser.parse_args()
    step_aside()
    folder = Path(tempfile.mkdtemp(prefix="spendwatch-recovery-"))
    print("| series | state, MB | start to first chunk, s | processor, s | memory, MB |")
    print("|---|---|---|---|---|")
    with broker(folder) as brokers:
        for series in [int(part) for part in options.series.split(",")]:
            start = _start(brokers, folder, series, options.partitions, options.points)
            print(
                f"| {series:,} | {start.state / 1e6:.0f} | {start.wall:.1f} | {start.cpu:.1f} | "
                f"{start.memory / 1e6:.0f} |",
                flush=True,
            )


def _start(brokers: str, folder: Path, series: int, partitions: int, points: int) -> Start:
    text = wide_rules()
    rules = loaded(text)
    deployment = Deployment(brokers, folder, text, partitions)
    deployment.create()
    topics = deployment.topics
    held = _state(rules, series // partitions, points)
    records = ((key, value, at) for at in range(partitions) for key, value in held.items())
    publish(brokers, topics.state("detect"), records)
    first = points * (series // partitions) + series  # behind what the state has applied
    span = Span("usage", 0, 1, first, first + 1)
    chunk = Folder(rules, partitions).fold(span, [one_event(points, first)])
    waiting = ((None, wire.encode(batch), at) for at, batch in enumerate(chunk.batches))
    publish(brokers, topics.charges, waiting)
    size = partitions * sum(len(key) + len(value) for key, value in held.items())
    began = time.monotonic()
    with deployment.worker() as worker:
        wait_until_committed(brokers, topics.group, topics.charges, partitions, worker, _PATIENCE)
        start = Start(time.monotonic() - began, worker.cpu(), worker.memory(), size)
    deployment.delete()
    return start


def _state(rules: Rules, series: int, points: int) -> dict[bytes, bytes]:
    """The state records of a partition with so many series that have had so many points."""
    core = DetectCore(rules)
    held: dict[bytes, bytes] = {}
    for batch in buckets(rules, series, points) if series else ():
        for outcome in core.outcomes([batch]):
            held |= {key: value or b"" for key, value in outcome.states.items()}
    return {key: value for key, value in held.items() if value}


if __name__ == "__main__":
    main()
