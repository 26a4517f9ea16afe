"""A row of the table, and what is not as it must be."""

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.chaos import table
from benchmarks.chaos.scenario import Outcome

GOOD = Outcome(
    name="sigkill",
    brokers=1,
    workers=2,
    faults=Counter(sigkill=10),
    points=Counter(),
    events=200_000,
    lost=0,
    doubled=0,
    wrong=[],
    repeated=[],
    anomalies=frozenset({"A-1", "A-2"}),
    told=Counter({"A-1": 1, "A-2": 1}),
    exits=Counter({0: 2}),
    own_accord=Counter(),
    stopping=[1.0],
    stall=6.25,
    seconds=80.4,
)
EXPECTED = frozenset({"A-1", "A-2"})


def test_a_row_says_all_of_a_run() -> None:
    """The cells stand under the columns of the head."""
    row = table.row(GOOD, EXPECTED)
    assert row == (
        "| sigkill | 1 | 2 | 10 sigkill | 200,000 | 0 | 0 | 2 / 2 | 2 | 0 | 6.2 | 0 | 80 |"
    )
    assert row.count("|") == table.header().splitlines()[0].count("|")
    assert table.faulty(GOOD, EXPECTED) == []


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (replace(GOOD, lost=3), "sigkill: 3 charges lost"),
        (replace(GOOD, doubled=3), "sigkill: 3 charges doubled"),
        (replace(GOOD, wrong=["store"]), "sigkill: wrong cost: store"),
        (replace(GOOD, repeated=["a revision 2"]), "revisions written twice: ['a revision 2']"),
        (
            replace(GOOD, anomalies=frozenset({"A-1"})),
            "other anomalies than without faults: ['A-2']",
        ),
        (replace(GOOD, told=Counter({"A-1": 1})), "sigkill: not every anomaly was told"),
    ],
)
def test_what_must_not_be_is_said(outcome: Outcome, said: str) -> None:
    """Each difference has its line."""
    assert any(said in line for line in table.faulty(outcome, EXPECTED))


def test_a_message_that_is_sent_twice_is_shown_and_no_fault() -> None:
    """A process that dies between the answer of a sink and its note tells again: the row says so."""
    twice = replace(GOOD, told=Counter({"A-1": 2, "A-2": 1}))
    assert "| 2 | 1 |" in table.row(twice, EXPECTED)
    assert table.faulty(twice, EXPECTED) == []


def test_an_upgrade_may_find_other_anomalies() -> None:
    """An older revision has an older detector; charges must be the same all the same."""
    other = replace(GOOD, anomalies=frozenset({"A-1"}), told=Counter({"A-1": 1}))
    assert table.faulty(other, EXPECTED, same_detector=False) == []
    assert "2 / 1 (differ)" in table.row(other, EXPECTED)
