"""Run scenarios and print a row for each; exit code 1 if something was lost, doubled or not told.

    python -m benchmarks.chaos [--scenario sigkill ...] [--events 200000] [--faults 10] [--minutes 2]
    python -m benchmarks.chaos --list
    python -m benchmarks.chaos --soak 8

Each scenario is compared with one without faults, which is run first. Apache Kafka and workers are started as
processes of their own and end with this one.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from kafka_jars import NoToolsError
from kafka_server import KafkaStartError

from benchmarks.chaos import soak
from benchmarks.chaos.catalogue import SCENARIOS, Sizes
from benchmarks.chaos.revisions import RevisionError
from benchmarks.chaos.series import run_all


def main() -> None:
    options = _options()
    if options.list:
        print("\n".join(f"{name:16}{one.says}" for name, one in SCENARIOS.items()))
        return
    # everything that was started ends with this process
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = options.logs or Path(tempfile.mkdtemp(prefix="spendwatch-chaos-"))
    print(f"logs: {folder}\n", flush=True)
    try:
        if options.soak is None:
            names = options.scenario or list(SCENARIOS)
            findings = run_all(names, _sizes(options), options.from_revision, folder)
        else:
            findings = soak.run(options.soak, _sizes(options), folder)
    except (RevisionError, KafkaStartError, NoToolsError, RuntimeError) as error:
        raise SystemExit(str(error)) from None
    if findings:
        raise SystemExit("\n" + "\n".join(findings))


def _sizes(options: argparse.Namespace) -> Sizes:
    return Sizes(
        events=options.events,
        faults=options.faults,
        minutes=options.minutes,
        partitions=options.partitions,
        workers=options.workers,
        seed=options.seed,
        cut_seconds=options.cut_seconds,
        delivery=options.delivery,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.chaos",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--list", action="store_true", help="say which scenarios there are")
    add("--scenario", nargs="+", choices=list(SCENARIOS), metavar="NAME", help="by default all")
    add("--events", type=int, default=200_000, help="of a scenario")
    add("--faults", type=int, default=10, help="of a scenario")
    add("--minutes", type=float, help="of load and faults; by default what the faults need")
    add("--workers", type=int, help="by default each scenario's own number, 2 or 3")
    add("--partitions", type=int, default=12)
    add("--cut-seconds", type=float, default=30.0, help="for which Kafka is cut off")
    add("--from-revision", metavar="COMMIT", help="by default the last one with an older state")
    add("--delivery", choices=("append", "snapshot"), default="append", help="of exported bills")
    add("--soak", type=float, metavar="HOURS", help="mixed faults for so long, a row each hour")
    add("--seed", type=int, default=1)
    add("--logs", type=Path, help="folder for logs; by default a temporary one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
