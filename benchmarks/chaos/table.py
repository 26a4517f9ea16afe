"""A row of the table for each scenario."""

from typing import Final

from benchmarks.chaos.scenario import Outcome

_HEADER: Final = (
    "scenario", "faults", "events", "lost", "doubled", "anomalies", "messages", "repeats",
    "watchdog", "other exits", "SIGTERM s", "seconds",
)  # fmt: skip


def header() -> str:
    """The head of a Markdown table."""
    return f"| {' | '.join(_HEADER)} |\n|{'---|' * len(_HEADER)}"


def row(outcome: Outcome, undisturbed: Outcome) -> str:
    """One scenario. ``messages`` are anomalies that were told; ``repeats`` are tellings beyond the first."""
    made = ", ".join(f"{count} {kind}" for kind, count in outcome.faults.items()) or "none"
    others = {code: count for code, count in outcome.exits.items() if code not in {0, 70}}
    cells = (
        outcome.name,
        made,
        f"{outcome.events:,}",
        str(outcome.lost),
        str(outcome.doubled),
        _against(len(outcome.anomalies), outcome.anomalies == undisturbed.anomalies),
        _against(len(outcome.told), set(outcome.told) == set(undisturbed.told)),
        str(outcome.told.total() - len(outcome.told)),
        str(outcome.exits[70]),
        str(others) if others else "0",
        f"{max(outcome.stopping, default=0):.1f}",
        f"{outcome.seconds:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def faulty(outcome: Outcome, undisturbed: Outcome) -> list[str]:
    """What is not as it must be, a line each."""
    findings = [
        (outcome.lost, f"{outcome.lost} charges lost"),
        (outcome.doubled, f"{outcome.doubled} charges doubled"),
        (outcome.wrong, f"wrong cost: {', '.join(outcome.wrong)}"),
        (outcome.repeated, f"revisions written twice: {outcome.repeated[:3]}"),
        (outcome.anomalies != undisturbed.anomalies, "other anomalies than undisturbed"),
        (set(outcome.told) != outcome.anomalies, "not every anomaly was told"),
    ]
    return [f"{outcome.name}: {said}" for is_so, said in findings if is_so]


def _against(count: int, same: bool) -> str:  # noqa: FBT001 - private, two uses
    return str(count) if same else f"{count} (differs)"
