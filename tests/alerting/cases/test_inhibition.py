"""Who keeps whom quiet, after Alertmanager's documentation and its own tests."""

import time
from typing import Any

import pytest
from cases_examples import LABELS
from hypothesis import given
from hypothesis import strategies as st

from alerting.cases.inhibition import Inhibition, Rule, inhibitor

GRAVER = Rule("graver", ("severity=critical",), ("severity=~low|medium",), ("team",))


def labels(**changes: str) -> dict[str, str]:
    return {**LABELS, **changes}


CRITICAL = ("A-1", labels(severity="critical", service="Bedrock"))


@pytest.mark.parametrize(
    ("about", "firing", "rules", "by"),
    [
        (labels(), [CRITICAL], [GRAVER], "A-1"),
        (labels(), [CRITICAL], [], None),
        (labels(), [], [GRAVER], None),
        (labels(team="ads"), [CRITICAL], [GRAVER], None),
        (labels(severity="high"), [CRITICAL], [GRAVER], None),
        # labels that are missing on both sides, or empty on one, are equal
        (labels(), [CRITICAL], [GRAVER._replace(equal=("region",))], "A-1"),
        (labels(region=""), [CRITICAL], [GRAVER._replace(equal=("region",))], "A-1"),
        (labels(region="eu"), [CRITICAL], [GRAVER._replace(equal=("region",))], None),
        # without labels that must be equal, any will do
        (labels(team="ads"), [CRITICAL], [GRAVER._replace(equal=())], "A-1"),
        # nothing inhibits itself, and what matches both sides is not inhibited by what does
        (labels(), [("A-0", labels())], [Rule("self", ("team=search",), ("team=search",), ())], None),
        (labels(), [("A-9", labels())], [Rule("both", ("team=search",), ("team=search",), ())], None),
        (
            labels(),
            [("A-9", labels(team="ads")), ("A-8", labels())],
            [Rule("some", ("service=OpenAI",), ("team=search",), ())],
            "A-9",
        ),
        # of several the first by id, of several rules the first
        (labels(), [("A-3", CRITICAL[1]), CRITICAL], [GRAVER], "A-1"),
        (
            labels(),
            [CRITICAL, ("A-9", labels(kind="shift"))],
            [Rule("shift", ("kind=shift",), ("kind=spike",), ()), GRAVER],
            "A-9",
        ),
        # built in: a source that stopped
        (labels(direction="down"), [("F-1", {"kind": "freshness", "source": "usage"})], [], "F-1"),
        (labels(kind="ended"), [("F-1", {"kind": "freshness", "source": "usage"})], [], "F-1"),
        (labels(), [("F-1", {"kind": "freshness", "source": "usage"})], [], None),
        (labels(direction="down"), [("F-1", {"kind": "freshness", "source": "bill"})], [], None),
        (
            {"kind": "freshness", "source": "usage", "direction": "down"},
            [("F-1", {"kind": "freshness", "source": "usage", "direction": "down"})],
            [],
            None,
        ),
    ],
)  # fmt: skip
def test_who_keeps_it_quiet(
    about: dict[str, str], firing: list[Any], rules: list[Rule], by: str | None
) -> None:
    """A firing source, a target, and the same values of what must be equal."""
    assert by == inhibitor(about, "A-0", firing, rules)


@given(st.permutations([(f"A-{n}", CRITICAL[1]) for n in range(5)]))
def test_the_order_of_what_fires_makes_no_difference(firing: list[Any]) -> None:
    """After a restart the same one is named."""
    assert inhibitor(labels(), "A-X", firing, [GRAVER]) == "A-0"


def test_a_thousand_that_fire_are_asked_quickly() -> None:
    """Each is asked whether one of the others keeps it quiet; the work grows with their number, not its square."""
    rules = [GRAVER._replace(name=f"r{n}", equal=("team", "service")) for n in range(10)]
    firing = [
        (f"A-{n:04}", labels(severity="critical" if n % 2 else "low", service=f"s{n // 2}"))
        for n in range(1000)
    ]
    begun = time.process_time()

    inhibition = Inhibition(firing, rules)
    found = [inhibition.inhibitor(each, anomaly_id) for anomaly_id, each in firing]

    assert time.process_time() - begun < 1  # 0.04 s measured
    assert found == [None if n % 2 else f"A-{n + 1:04}" for n in range(1000)]
