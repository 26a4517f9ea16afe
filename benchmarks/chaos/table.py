"""A row of the table for each scenario."""

from typing import Final

from benchmarks.chaos.scenario import Outcome
from benchmarks.chaos.workers import WATCHDOG

_HEADER: Final = (
    "scenario", "brokers", "workers", "faults", "events", "lost", "doubled", "anomalies without / with faults",
    "messages", "told again", "longest stall, s", "ended by themselves", "seconds",
)  # fmt: skip


def header() -> str:
    """The head of a Markdown table."""
    return f"| {' | '.join(_HEADER)} |\n|{'---|' * len(_HEADER)}"


def row(outcome: Outcome, expected: frozenset[str]) -> str:
    """One scenario; ``expected`` are the anomalies of a run without faults. ``messages`` are distinct."""
    cells = (
        outcome.name,
        str(outcome.brokers),
        str(outcome.workers),
        ", ".join(f"{count} {kind}" for kind, count in outcome.faults.items()) or "none",
        f"{outcome.events:,}",
        str(outcome.lost),
        str(outcome.doubled),
        f"{len(expected)} / {len(outcome.anomalies)}{_differs(outcome.anomalies != expected)}",
        f"{len(outcome.told)}{_differs(set(outcome.told) != outcome.anomalies)}",
        str(outcome.told.total() - len(outcome.told)),
        f"{outcome.stall:.1f}",
        _ended(outcome),
        f"{outcome.seconds:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def faulty(outcome: Outcome, expected: frozenset[str], *, same_detector: bool = True) -> list[str]:
    """What is not as it must be, a line each."""
    findings = [
        (outcome.lost, f"{outcome.lost} charges lost"),
        (outcome.doubled, f"{outcome.doubled} charges doubled"),
        (outcome.wrong, f"wrong cost: {', '.join(outcome.wrong)}"),
        (outcome.repeated, f"revisions written twice: {outcome.repeated[:3]}"),
        (
            same_detector and outcome.anomalies != expected,
            f"other anomalies than without faults: {sorted(outcome.anomalies ^ expected)}",
        ),
        (set(outcome.told) != outcome.anomalies, "not every anomaly was told"),
    ]
    return [f"{outcome.name}: {said}" for is_so, said in findings if is_so]


def notes(outcome: Outcome) -> list[str]:
    """What a row has no room for."""
    if not outcome.points:
        return []
    said = ", ".join(f"{point} {count}" for point, count in sorted(outcome.points.items()))
    return [f"{outcome.name}: killed at {said}"]


def _ended(outcome: Outcome) -> str:
    others = outcome.own_accord.total() - outcome.own_accord[WATCHDOG]
    stopped = f"{outcome.own_accord[WATCHDOG]} watchdog"
    return f"{stopped}, {others} other" if others else "0" if stopped[0] == "0" else stopped


def _differs(is_so: bool) -> str:  # noqa: FBT001 - private, two uses
    return " (differ)" if is_so else ""
