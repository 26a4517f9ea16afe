"""How cost grows with series, partitions and workers.

    python -m benchmarks.throughput.scaling [--series 100,1000,10000,100000] [--partitions 1,4,16] [--workers 1,2]

Series: a detect core in a process of its own closes the same number of points for each series. Partitions and
workers: the real worker on a real Kafka, whole path; a run of few events is taken off from one of many.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.throughput.broker import broker
from benchmarks.throughput.deployment import Deployment
from benchmarks.throughput.kafka import publish, records
from benchmarks.throughput.points import buckets, loaded, wide_rules
from benchmarks.throughput.processes import MEASURED, OTHERS, step_aside
from benchmarks.throughput.sums import SumsReader, of_spend
from benchmarks.throughput.traffic import Traffic, rules
from stream.detect.core import DetectCore

_FEW: Final = 2
_MANY: Final = 12  # minutes of traffic
_PATIENCE: Final = 300.0
_PAGE: Final = resource.getpagesize()


class Growth(NamedTuple):
    """What a detect core with so many series costs."""

    point: float  # processor seconds
    memory: float  # resident bytes a series
    state: float  # bytes of state records a series
    recovery: float  # processor seconds a series, from records in memory


def main() -> None:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=_numbers, default=[100, 1000, 10_000, 100_000])
    parser.add_argument("--points", type=int, default=8, help="a series")
    parser.add_argument("--partitions", type=_numbers, default=[1, 4, 16])
    parser.add_argument("--workers", type=_numbers, default=[1, 2])
    options = parser.parse_args()
    step_aside()
    if options.series:
        _print_series(options.series, options.points)
    if options.partitions:
        _print_workers(options.partitions, options.workers)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def _print_series(sizes: list[int], points: int) -> None:
    print(
        f"| series ({points} points each) | µs a point | memory, KB a series | state, KB a series | recovery, µs a series |"
    )
    print("|---|---|---|---|---|")
    spawn = multiprocessing.get_context("spawn")
    for size in sizes:
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            grown = pool.submit(growth, size, points).result()
        print(
            f"| {size:,} | {grown.point * 1e6:.0f} | {grown.memory / 1024:.1f} | "
            f"{grown.state / 1024:.1f} | {grown.recovery * 1e6:.0f} |",
            flush=True,
        )


def growth(series: int, points: int) -> Growth:
    """Measure a detect core in this process."""
    known = loaded(wide_rules())
    for batch in buckets(known, 10, 3):  # imports and caches
        DetectCore(known).apply([batch])
    core = DetectCore(known)
    held: dict[bytes, bytes] = {}
    before, seconds = _resident(), 0.0
    for number, batch in enumerate(buckets(known, series, points)):
        began = time.process_time()
        outcomes = list(core.outcomes([batch]))
        seconds += (time.process_time() - began) if number else 0.0
        for outcome in outcomes:
            held |= {key: value or b"" for key, value in outcome.states.items()}
    held = {key: value for key, value in held.items() if value}
    del outcomes, outcome, batch
    size = sum(map(len, held)) + sum(map(len, held.values()))
    memory = _resident() - before - size
    began = time.process_time()
    DetectCore(known).load(held)
    recovery = time.process_time() - began
    return Growth(seconds / (series * points), memory / series, size / series, recovery / series)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def _print_workers(partitions: list[int], workers: list[int]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="spendwatch-scaling-"))
    print(
        "\n| partitions | workers | µs an event, all workers | share of the busiest |\n|---|---|---|---|"
    )
    with broker(folder) as brokers:
        for number, count in _plans(partitions, workers):
            few = _worker_seconds(brokers, folder, _FEW, number, count)
            many = _worker_seconds(brokers, folder, _MANY, number, count)
            spent = [late - early for early, late in zip(sorted(few), sorted(many), strict=True)]
            events = Traffic(_MANY - _FEW).count
            print(
                f"| {number} | {count} | {sum(spent) / events * 1e6:.1f} | {max(spent) / sum(spent):.0%} |",
                flush=True,
            )


def _plans(partitions: list[int], workers: list[int]) -> Iterator[tuple[int, int]]:
    """Each number of partitions with one worker, and the most partitions with each number of workers."""
    for number in partitions:
        yield number, workers[0]
    for count in workers[1:]:
        yield max(partitions), count


def _worker_seconds(
    brokers: str, folder: Path, minutes: int, partitions: int, workers: int
) -> list[float]:
    """Processor seconds of each worker for a load; the first one is on the measured core, others beside."""
    traffic = Traffic(minutes)
    deployment = Deployment(brokers, folder, rules(), partitions)
    deployment.create()
    publish(brokers, deployment.topics.usage, records(traffic, traffic.events(), partitions))
    reader = SumsReader(brokers, deployment.topics.spend, of_spend)
    with ExitStack() as stack:
        running = [
            stack.enter_context(deployment.worker(OTHERS if at % 2 else MEASURED))
            for at in range(workers)
        ]
        reader.wait(traffic.truth, running[0], _PATIENCE)
        seconds = [worker.cpu() for worker in running]
    deployment.delete()
    return seconds


if __name__ == "__main__":
    main()
