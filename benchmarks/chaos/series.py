"""Several scenarios, one after the other, on one Kafka for those of a size."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.chaos import table
from benchmarks.chaos.brokers import Brokers, cluster
from benchmarks.chaos.catalogue import SCENARIOS, Scenario, Sizes, plan
from benchmarks.chaos.revisions import PRESENT, checked_out, older_form
from benchmarks.chaos.scenario import Outcome, run
from stream.errors import UserError


def run_all(
    names: Sequence[str], sizes: Sizes, from_revision: str | None, folder: Path
) -> list[str]:
    """Run the scenarios and print their rows; what is not as it must be, a line each.

    Raises:
        benchmarks.chaos.revisions.RevisionError: if the older revision is not to be had.
        kafka_server.KafkaStartError: if Kafka does not start.
    """
    references: dict[str, frozenset[str]] = {}
    findings: list[str] = []
    said: list[str] = []
    print(table.header(), flush=True)
    with ExitStack() as stack:
        tree = PRESENT
        if any(SCENARIOS[name].is_upgrade for name in names):
            revision = from_revision or older_form()
            said.append(f"rolling: from {revision[:12]}")
            tree = stack.enter_context(checked_out(revision, folder / "older"))
        for brokers, name in _on_brokers(_with_references(names), folder):
            scenario = SCENARIOS[name]
            first = tree if scenario.is_upgrade else PRESENT
            try:
                outcome = run(plan(name, sizes, first), brokers, folder / name)
            except (RuntimeError, UserError) as error:  # the others are run all the same
                print(f"| {name} | not run to its end |", flush=True)
                findings.append(f"{name}: {error}")
                continue
            expected = _expected(name, scenario, outcome, references)
            print(table.row(outcome, expected), flush=True)
            same_detector = not scenario.is_upgrade
            findings += table.faulty(outcome, expected, same_detector=same_detector)
            said += table.notes(outcome)
    print("\n" + "\n".join(said), flush=True)
    return findings


def _with_references(names: Sequence[str]) -> list[str]:
    wanted = {*names} | {SCENARIOS[name].reference for name in names}
    return [name for name in SCENARIOS if name in wanted]


def _on_brokers(names: Sequence[str], folder: Path) -> Iterator[tuple[Brokers, str]]:
    """The scenarios that need one broker on one Kafka, then the others on a cluster."""
    for size in sorted({SCENARIOS[name].brokers for name in names}):
        with cluster(size, folder / f"kafka-{size}") as brokers:
            yield from ((brokers, name) for name in names if SCENARIOS[name].brokers == size)


def _expected(
    name: str, scenario: Scenario, outcome: Outcome, references: dict[str, frozenset[str]]
) -> frozenset[str]:
    if scenario.reference is None:
        references[name] = outcome.anomalies
    return references.get(scenario.reference or name, frozenset())
