"""What a worker that owns every partition costs while nothing comes: processor time and memory.

python -m benchmarks.throughput.idle [--seconds 60] [--partitions 12]
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.throughput.broker import broker
from benchmarks.throughput.deployment import Deployment
from benchmarks.throughput.processes import step_aside
from benchmarks.throughput.traffic import rules

_SETTLE: Final = (
    20.0  # seconds from the start until all partitions are open and nothing is left to do
)


def main() -> None:
    """Measure one worker and print a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--partitions", type=int, default=12)
    options = parser.parse_args()
    step_aside()
    folder = Path(tempfile.mkdtemp(prefix="spendwatch-idle-"))
    with broker(folder) as brokers:
        deployment = Deployment(brokers, folder, rules(idle_after="1m"), options.partitions)
        deployment.create()
        with deployment.worker() as worker:
            time.sleep(_SETTLE)
            before = worker.cpu()
            time.sleep(options.seconds)
            share = (worker.cpu() - before) / options.seconds
            print(
                f"{options.partitions} partitions, {options.seconds:.0f} s: "
                f"{share:.2%} of a core, {worker.memory() >> 20} MB"
            )


if __name__ == "__main__":
    main()
