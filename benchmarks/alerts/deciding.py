"""What deciding costs, Kafka and Slack apart: ticks at rest, a burst, memory, and taking over.

    python -m benchmarks.alerts.deciding [--cases 1000 10000] [--silences 0 100] [--burst 5000]

A tick comes five times a second. At rest nothing is heard and every case stays open; each tick looks at some of them,
since silences, reminders and intervals begin and end with time.
"""

import argparse
import asyncio
import gc
import statistics
import time
import tracemalloc
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import yaml

from alerting import inbox
from alerting.cases.acts import Actor
from alerting.cases.silence import Silence
from benchmarks.alerts.examples import revision, rules
from config.rules import Rules
from stream.kafka.topics import Topics
from stream.notify.core import NotifyCore
from stream.notify.steps import Way

NOW: Final = 1_800_000_000
_SINKS: Final = frozenset({"slack"})
_WAYS: Final = {"slack": Way(edits=True, threads=True)}
_A_SECOND: Final = 5  # ticks
_TICKS: Final = 100
_OF_MEMORY: Final = 1000  # cases; each is counted one by one, which is slow
_SAID_BY: Final = Actor("U0ANN", "Ann", "slack")


class Record(NamedTuple):
    """A record of `alerts`."""

    offset: int
    value: bytes
    timestamp: int


class Rest(NamedTuple):
    """Ticks in which nothing happens."""

    cases: int
    silences: int
    median: float  # seconds a tick
    worst: float

    @property
    def share(self) -> float:
        """Of a core."""
        return self.median * _A_SECOND


class Held:
    """A core with its state records, as Kafka would keep them."""

    def __init__(self, *, floods: bool = False) -> None:
        self._rules = Rules.model_validate(yaml.safe_load(rules(floods=floods)))
        self.core = self.new()
        self.states: dict[bytes, bytes] = {}
        self.now = NOW
        self._offset = 0

    def new(self) -> NotifyCore:
        """An empty core."""
        return NotifyCore(self._rules, Topics())

    def keep(self, states: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Keep what is written."""
        for key, value in states:
            if value is None:
                self.states.pop(key, None)
            else:
                self.states[key] = value

    def hear(self, heard: Sequence[inbox.Heard], chunk: int = 500) -> float:
        """Take in, in chunks; seconds of processor."""
        records = [
            Record(self._offset + number, inbox.encode(one), self.now * 1000)
            for number, one in enumerate(heard)
        ]
        self._offset += len(records)
        began = time.process_time()
        for at in range(0, len(records), chunk):
            self.keep(self.core.apply(records[at : at + chunk]).states.items())
        return time.process_time() - began

    def tick(self) -> float:
        """One round as the deliverer makes it, with nothing sent; seconds of processor."""
        self.now += 1
        began = time.process_time()
        self.keep(self.core.tick(self.now, _SINKS).states.items())
        self.core.steps("slack", _WAYS["slack"], self.now)
        self.core.settled(_WAYS)
        return time.process_time() - began

    async def tell(self) -> None:
        """Note all as told."""
        for bundle in list(self.core.memory.gathering.bundles.values()):
            for place in bundle.places:
                told = bundle.delivery(place)
                told.receipt, told.version, told.said, told.charts = (
                    ("C1", "1.1"),
                    bundle.version,
                    bundle.numbered,
                    2,
                )
                self.keep(self.core.note(bundle.id, place, told).states.items())

    def until_told(self) -> float:
        """Tick until all was looked at, and note it as told; seconds of processor of the ticks."""
        spent = 0.0
        seen = -1
        while seen != (
            seen := sum(len(b.members) for b in self.core.memory.gathering.bundles.values())
        ):
            spent += self.tick() + self.tick()
        asyncio.run(self.tell())
        return spent


def anomalies(count: int) -> list[inbox.Heard]:
    """So many that open."""
    return [inbox.AnomalyHeard(revision(f"A-{number:06}", 1)) for number in range(count)]


def silences(count: int) -> list[inbox.Heard]:
    """So many that match nothing: half of a team, half of anything whose name is like something."""
    return [
        inbox.SilenceHeard(
            Silence(
                silence_id=f"S-{number}",
                matchers=(
                    (f"team=elsewhere-{number}", "environment=~prod.*")
                    if number % 2
                    else (f"service=~elsewhere-{number}.*",)
                ),
                starts_at=NOW - 3600,
                ends_at=NOW + 10**6,
                by=_SAID_BY,
                comment="",
                created_at=NOW - 3600,
            )
        )
        for number in range(count)
    ]


def rest(cases: int, quiet: int) -> Rest:
    """Ticks with so many open cases and silences."""
    held = Held()
    held.hear(silences(quiet))
    held.hear(anomalies(cases))
    held.until_told()
    for _ in range(_TICKS // 4):
        held.tick()
    gc.collect()
    gc.freeze()  # as the worker does
    spent = [held.tick() for _ in range(_TICKS)]
    gc.unfreeze()
    return Rest(cases, quiet, statistics.mean(spent), max(spent))


def burst(count: int, *, floods: bool) -> tuple[float, float, float, int, int]:
    """Seconds to take in, to decide, the longest tick; messages; bytes of the largest state record."""
    held = Held(floods=floods)
    taken = held.hear(anomalies(count))
    ticks = []
    while not ticks or len(ticks) * 500 < count + 500:
        ticks.append(held.tick())
    bundles = held.core.memory.gathering.bundles
    largest = max(len(value) for value in held.states.values())
    return taken, sum(ticks), max(ticks), len(bundles), largest


def taking_over(cases: int) -> tuple[float, float, float, float]:
    """Seconds to load, to the end of the first tick, until all was looked at; megabytes of state records."""
    held = Held()
    held.hear(anomalies(cases))
    held.until_told()
    megabytes = sum(len(key) + len(value) for key, value in held.states.items()) / 1e6
    held.core = held.new()
    began = time.process_time()
    held.core.load(dict(held.states))
    loaded = time.process_time() - began
    first = held.tick()
    every = first + sum(held.tick() for _ in range(-(-cases // 500)))
    return loaded, loaded + first, loaded + every, megabytes


def memory(cases: int) -> float:
    """Kilobytes a case, with its message."""
    gc.collect()
    tracemalloc.start()
    held = Held()
    held.hear(anomalies(cases))
    held.until_told()
    held.states.clear()
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return kept / cases / 1000


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--silences", type=int, nargs="+", default=[0, 100])
    parser.add_argument("--burst", type=int, default=5000)
    options = parser.parse_args()
    print(
        "| open cases | silences | µs a tick | longest, µs | share of a core |\n|---|---|---|---|---|"
    )
    for cases in options.cases:
        for quiet in options.silences:
            one = rest(cases, quiet)
            print(
                f"| {cases:,} | {quiet} | {one.median * 1e6:,.0f} | {one.worst * 1e6:,.0f} | {one.share:.1%} |",
                flush=True,
            )
    print(
        f"\n| {options.burst:,} at once | taken in, s | decided, s | longest tick, ms | messages | largest record, KB |"
    )
    print("|---|---|---|---|---|---|")
    for name, floods in (("floods by default", True), ("no floods", False)):
        taken, decided, longest, messages, largest = burst(options.burst, floods=floods)
        print(
            f"| {name} | {taken:.2f} | {decided:.2f} | {longest * 1e3:.0f} | {messages:,} | {largest / 1e3:,.0f} |",
            flush=True,
        )
    print("\n| cases taken over | state, MB | load, s | to the first tick, s | all looked at, s |")
    print("|---|---|---|---|---|")
    for cases in options.cases:
        loaded, first, every, megabytes = taking_over(cases)
        print(
            f"| {cases:,} | {megabytes:.1f} | {loaded:.2f} | {first:.2f} | {every:.2f} |",
            flush=True,
        )
    print(f"\n{memory(_OF_MEMORY):.1f} KB of memory a case, its message included")


if __name__ == "__main__":
    main()
