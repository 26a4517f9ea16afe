"""Hours of mixed faults on one deployment, compared each hour with the pipeline run without Kafka."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.chaos import kinds, table
from benchmarks.chaos.brokers import cluster
from benchmarks.chaos.catalogue import PATIENT, Sizes
from benchmarks.chaos.load import Load, rules
from benchmarks.chaos.reference import Reference
from benchmarks.chaos.scenario import Plan, deployed

_KINDS: Final = (
    kinds.SIGKILL,
    kinds.LEADER_KILL,
    kinds.SIGSTOP,
    kinds.KILL_POINT,
    kinds.JOIN_LEAVE,
    kinds.SIGTERM,
    kinds.CUT,
    kinds.KILL_POINT,
)
_ROUND: Final = 58.0  # minutes of an hour in which there is load; the rest is for counting


def run(hours: float, sizes: Sizes, folder: Path) -> list[str]:
    """Load and faults for so many hours on three brokers and three workers, and a row after each hour.

    The deployment lives on from hour to hour: each row counts from the start. Returns what is not as it
    must be; the first hour with such a finding is the last.
    """
    minutes = sizes.minutes or _ROUND
    deadline = time.monotonic() + hours * 3600
    folder.mkdir(parents=True, exist_ok=True)
    print(table.header(), flush=True)
    with cluster(3, folder / "kafka") as brokers:
        plan = _plan(sizes, minutes * 60)
        reference = Reference(plan.rules, folder / "reference.yaml")
        with deployed(plan, brokers, folder / plan.name) as deployment:
            week = 0
            while True:
                load = plan.load if week == 0 else Load(sizes.events, sizes.seed, week)
                expected = reference.after(load)
                outcome = deployment.go_on(load, is_last=False)
                shown = replace(outcome, name=f"soak, hour {week + 1}")
                print(table.row(shown, expected), flush=True)
                findings = table.faulty(shown, expected)
                week += 1
                if findings or time.monotonic() >= deadline:
                    print("\n" + "\n".join(table.notes(shown)), flush=True)
                    return findings


def _plan(sizes: Sizes, seconds: float) -> Plan:
    each = sum(kind.every for kind in _KINDS) / len(_KINDS)
    return Plan(
        name="soak",
        load=Load(sizes.events, sizes.seed),
        kinds=_KINDS,
        faults=max(int(seconds / each / 2), 1),  # half as dense as in the scenarios: hours are long
        seconds=seconds,
        workers=sizes.workers or 3,
        partitions=sizes.partitions,
        rules=rules(PATIENT),
        behind_proxies=True,
        obedient=True,
        cut_seconds=sizes.cut_seconds,
        seed=sizes.seed,
    )
