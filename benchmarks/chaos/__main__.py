"""Run the scenarios and print a row for each; exit code 1 if something was lost, doubled or not told.

    python -m benchmarks.chaos [--minutes 1] [--faults sigkill,sigterm] [--brokers 1] [--workers 2]

A first run without faults says what the others are compared with; each kind of fault has a run of its own,
and with more than one kind a last run mixes them.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks.chaos import table
from benchmarks.chaos.brokers import Member, cluster
from benchmarks.chaos.faults import KINDS
from benchmarks.chaos.load import Load
from benchmarks.chaos.scenario import NotCountedError, Outcome, Plan, run


def main() -> None:
    options = _options()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(1)
    )  # everything that was started ends with it
    folder = options.logs or Path(tempfile.mkdtemp(prefix="spendwatch-chaos-"))
    with cluster(options.brokers, folder) as members:
        findings = _run_all(options, members, folder)
    print(f"\nlogs: {folder}")
    if findings:
        raise SystemExit("\n".join(findings))


def _run_all(options: argparse.Namespace, members: list[Member], folder: Path) -> list[str]:
    kinds = [kind for kind in options.faults.split(",") if kind]
    mixes = [("undisturbed", []), *((kind, [kind]) for kind in kinds)]
    if len(kinds) > 1:
        mixes.append(("all-mixed", kinds))
    brokers = ",".join(member.brokers for member in members)
    undisturbed: Outcome | None = None
    findings: list[str] = []
    print(table.header(), flush=True)
    for name, faults in mixes:
        plan = _plan(options, name, faults)
        try:
            outcome = run(plan, brokers, members, folder / name)
        except NotCountedError as error:
            print(f"| {name} | {error} |", flush=True)
            findings.append(str(error))
            continue
        undisturbed = undisturbed or outcome
        print(table.row(outcome, undisturbed), flush=True)
        findings += table.faulty(outcome, undisturbed)
    return findings


def _plan(options: argparse.Namespace, name: str, faults: list[str]) -> Plan:
    return Plan(
        name=name,
        faults=faults,
        workers=options.workers,
        partitions=options.partitions,
        load=Load(options.events, options.seed),
        seconds=options.minutes * 60,
        seed=options.seed,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="of load and faults, a scenario")
    parser.add_argument("--faults", default=",".join(KINDS), help=f"of {', '.join(KINDS)}")
    parser.add_argument("--brokers", type=int, default=1, choices=(1, 3))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--partitions", type=int, default=12)
    parser.add_argument("--events", type=int, default=60_000, help="a scenario")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--logs", type=Path, help="folder for logs; by default a temporary one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
