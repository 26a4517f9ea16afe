"""Processor time of Spendwatch and of its peers for the same events, on one core and a real Kafka.

    python3 -m venv .cache/peers && .cache/peers/bin/pip install --group peers
    python -m benchmarks.peers [--events 300000] [--runs 3] [--only bare,bytewax]

Each program sums token usage by team, service and minute. A run of few events is taken off from one of many, so
that neither the start nor the imports count; each run's sums are compared with the truth before it counts.
"""

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.peers.runs import Bench
from benchmarks.throughput.broker import broker
from benchmarks.throughput.processes import step_aside
from benchmarks.throughput.traffic import EVENTS_A_MINUTE, Traffic

_FEW: Final = 2  # minutes of the run that is taken off
_BARE: Final = "bare"
PROGRAMS: Final = {
    _BARE: ("bare aiokafka and orjson: tokens by team", Bench.bare),
    "ingest": ("Spendwatch's worker, ingest alone", Bench.spendwatch_ingest),
    "spendwatch": ("Spendwatch's worker, whole path", Bench.spendwatch),
    "bytewax": ("Bytewax", Bench.bytewax),
    "bytewax-exact": (
        "Bytewax with decimals, repeats found by id, recovery",
        Bench.bytewax_exact,
    ),
    "quix": ("Quix Streams, group_by", Bench.quix),
    "quix-keyed": ("Quix Streams, events keyed by their producer", Bench.quix_keyed),
}


def main() -> None:
    """Run all in turns and print the table."""
    options = _options()
    step_aside()
    folder = Path(tempfile.mkdtemp(prefix="spendwatch-peers-"))
    names = options.only.split(",") if options.only else list(PROGRAMS)
    taken: dict[str, list[float]] = {name: [] for name in names}
    minutes = max(options.events // EVENTS_A_MINUTE, 1)
    with broker(folder) as brokers:
        bench = Bench(brokers, folder, options.python.absolute())
        for number in range(options.runs):
            for name in names:
                run = PROGRAMS[name][1]
                few = run(bench, Traffic(_FEW, seed=number))
                many = run(bench, Traffic(_FEW + minutes, seed=number))
                taken[name].append((many - few) / (minutes * EVENTS_A_MINUTE))
                print(
                    f"{name} {few:.2f} s, {many:.2f} s: {taken[name][-1] * 1e6:.2f} µs", flush=True
                )
    _print(taken, minutes * EVENTS_A_MINUTE)


def _print(taken: dict[str, list[float]], events: int) -> None:
    runs = len(next(iter(taken.values())))
    print(f"\n{events:,} events, median of {runs} runs, processor time\n")
    print(
        "| program | µs an event | events a second | rate against the bare loop |\n|---|---|---|---|"
    )
    for name, each in taken.items():
        seconds = statistics.median(each)
        ratio = "-"
        if _BARE in taken:
            pairs = zip(taken[_BARE], each, strict=True)
            ratio = f"{statistics.median(bare / own for bare, own in pairs):.3f}"
        print(f"| {PROGRAMS[name][0]} | {seconds * 1e6:.1f} | {1 / seconds:,.0f} | {ratio} |")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help=f"of {', '.join(PROGRAMS)}")
    parser.add_argument(
        "--python",
        type=Path,
        default=Path(".cache/peers/bin/python"),
        help="the interpreter that has the peers",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
