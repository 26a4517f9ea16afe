"""Why a case is quiet: the first reason that holds."""

from dataclasses import dataclass
from typing import Any

import pytest
from cases_examples import HOUR, LABELS, T0, act, case, event, revised, silence

from alerting.cases.book import Book
from alerting.cases.quiet import quiet_of
from alerting.cases.record import Quiet, QuietKind

UNTIL = T0 + HOUR
ORDER: list[QuietKind] = [
    "wrong",
    "expected",
    "planned",
    "silenced",
    "inhibited",
    "muted",
    "snoozed",
    "acknowledged",
]
SAID: dict[QuietKind, Quiet] = {
    "wrong": Quiet(kind="wrong", by="Ann", note="tags", who="Ann"),
    "expected": Quiet(kind="expected", by="Ann", until=UNTIL, who="Ann"),
    "planned": Quiet(
        kind="planned", by="P-1", until=T0 + 2 * HOUR, note="Black Friday load test", who="Bob"
    ),
    "silenced": Quiet(kind="silenced", by="S-1", until=T0 + 2 * HOUR, note="deploy", who="Ann"),
    "inhibited": Quiet(kind="inhibited", by="A-OTHER"),
    "muted": Quiet(kind="muted", by="weekends"),
    "snoozed": Quiet(kind="snoozed", by="Ann", until=UNTIL, who="Ann"),
    "acknowledged": Quiet(kind="acknowledged", by="Ann", note="on it", who="Ann"),
}


def quiet(kinds: set[QuietKind], now: int = T0 + 60) -> Quiet | None:
    """Why the example is quiet if it has all these reasons."""
    acts: dict[str, Any] = {
        "acknowledged": act("acknowledge", note="on it"),
        "snoozed": act("snooze", until=UNTIL),
        "expected": act("expected", until=UNTIL),
        "wrong": act("wrong", note="tags"),
    }
    book = Book()
    if "planned" in kinds:
        book.plan(event())
    if "silenced" in kinds:
        book.put(silence())
    done = [one for kind, one in acts.items() if kind in kinds]
    return quiet_of(
        case(revised(), *done),
        LABELS,
        book,
        "A-OTHER" if "inhibited" in kinds else None,
        "weekends" if "muted" in kinds else None,
        now,
    )


@pytest.mark.parametrize("kind", ORDER)
def test_each_reason_is_told_with_who_and_until_when(kind: QuietKind) -> None:
    """A person's name, an id or an interval; the end where there is one; their words."""
    assert SAID[kind] == quiet({kind})


@pytest.mark.parametrize(
    ("kinds", "first"),
    [(set(ORDER[at:]) - {"expected"} if at == 0 else set(ORDER[at:]), ORDER[at]) for at in range(len(ORDER))],
    ids=ORDER,
)  # fmt: skip
def test_the_first_that_holds_is_told(kinds: set[QuietKind], first: QuietKind) -> None:
    """What is about the anomaly goes before what is about its labels, and that before what is put off."""
    found = quiet(kinds)

    assert found is not None
    assert first == found.kind


@dataclass
class Row:
    """A reason, a moment, and whether it holds then."""

    kind: QuietKind
    after: int
    holds: bool


@pytest.mark.parametrize(
    "row",
    [
        Row("wrong", 999 * HOUR, True),
        Row("expected", HOUR - 1, True),
        Row("expected", HOUR, False),
        Row("snoozed", HOUR - 1, True),
        Row("snoozed", HOUR, False),
        Row("silenced", 2 * HOUR - 1, True),
        Row("silenced", 2 * HOUR, False),
        Row("planned", 999 * HOUR, True),
        Row("acknowledged", 999 * HOUR, True),
    ],
    ids=str,
)
def test_what_has_an_end_ends(row: Row) -> None:
    """A planned event is about event time, so the clock does not end it."""
    assert row.holds == (quiet({row.kind}, T0 + row.after) is not None)


def test_nothing_is_quiet_by_itself() -> None:
    """Nor because somebody says that it was right to alert, or took all back."""
    assert quiet(set()) is None
    for done in ([act("right")], [act("wrong"), act("reopen", 61)]):
        assert quiet_of(case(revised(), *done), LABELS, Book(), None, None, T0 + 90) is None
