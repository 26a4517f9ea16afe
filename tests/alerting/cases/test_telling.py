"""Whether to tell, and why: a table of what was said, what is true, and what is quiet."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from cases_examples import HOUR, T0, act, case, recovered, revised, said

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act
from alerting.cases.case import Case, Reason, Said
from alerting.cases.record import Quiet, QuietKind
from alerting.cases.telling import decide, remembered, said_of

HELD: tuple[QuietKind, ...] = (
    "silenced",
    "planned",
    "inhibited",
    "muted",
    "snoozed",
    "expected",
    "wrong",
)
ACK = act("acknowledge")
OPEN = case()
RECOVERED = case(revised(), recovered())
RESOLVED = case(revised(), revised(2, state="resolved"))
RETRACTED = case(revised(), revised(2, state="retracted"))


@dataclass
class Row:
    """What was said, what happened since the opening, and why to tell now."""

    why: str
    said: Said | None
    happened: tuple[Anomaly | Act, ...]
    reason: Reason | None
    quiet: QuietKind | None = None
    after: int = 600
    repeat: int | None = None


AS_OPENED = said()
SNOOZED = act("snooze", until=T0 + HOUR)

ROWS = [
    # never said
    Row("a new one is told", None, (), "opened"),
    Row("a new one that is acknowledged already is told", None, (ACK,), "opened", "acknowledged"),
    Row("a new one in quiet waits", None, (), None, "silenced"),
    Row("what was held back and lasts is told late", None, (revised(2, "500"),), "opened"),
    Row("what was held back and is normal now is told", None, (recovered(),), "opened"),
    Row("what was too short to be told is told when over", None, (revised(2, state="resolved"),), "opened"),
    Row("what began and ended in quiet is not", None, (revised(2, state="resolved"),), None, "muted"),
    Row("what was no anomaly after all is not", None, (revised(2, state="retracted"),), None),
    Row("a new one is told as opened, however grave", None, (revised(2, severity="critical"),), "opened"),
    # nothing new
    Row("what was said is not said again", AS_OPENED, (), None),
    Row("growth below twice is no news", AS_OPENED, (revised(2, "119.99"),), None),
    Row("less is no news", AS_OPENED, (revised(2, "20"),), None),
    Row("what somebody does is no news by itself", AS_OPENED, (ACK,), None),
    Row("taking it back is none either", AS_OPENED, (ACK, act("reopen", 61)), None),
    # worse
    Row("a severity more is told", AS_OPENED, (revised(2, severity="high"),), "worse"),
    Row("two severities more are told once", AS_OPENED, (revised(2, severity="critical"),), "worse"),
    Row("a severity less is not told", AS_OPENED, (revised(2, severity="low"),), None),
    Row("worse goes before doubled", AS_OPENED, (revised(2, "500", severity="high"),), "worse"),
    Row("worse is told of what is acknowledged", AS_OPENED, (ACK, revised(2, severity="high")), "worse", "acknowledged"),
    Row("worse in quiet waits", AS_OPENED, (revised(2, severity="high"),), None, "silenced"),
    Row("worse is measured by what was said", said(severity="high"), (revised(2, severity="high"),), None),
    # doubled
    Row("twice the money is told", AS_OPENED, (revised(2, "120"),), "doubled"),
    Row("twice what was said last", said(impact="120"), (revised(2, "200"),), None),
    Row("twice again is told again", said(impact="120"), (revised(2, "240"),), "doubled"),
    Row("doubled waits if it is acknowledged", AS_OPENED, (ACK, revised(2, "500")), None, "acknowledged"),
    Row("doubled in quiet waits", AS_OPENED, (revised(2, "500"),), None, "inhibited"),
    Row("nothing cannot double", said(impact="0"), (revised(2, "500"),), None),
    Row("a fall doubles as well", said(impact="-60"), (revised(2, "-120", direction="down"),), "doubled"),
    # recovered and reopened
    Row("back to normal is told", AS_OPENED, (recovered(),), "recovered"),
    Row("and told once", said(RECOVERED), (recovered(),), None),
    Row("back to normal is told of what is acknowledged", AS_OPENED, (ACK, recovered()), "recovered", "acknowledged"),
    Row("back to normal in quiet waits", AS_OPENED, (recovered(),), None, "snoozed"),
    Row("normal goes before worse", AS_OPENED, (recovered(severity="high"),), "recovered"),
    Row("what is normal does not double", said(RECOVERED), (recovered(impact="500"),), None),
    Row("nor is anybody reminded", said(RECOVERED), (recovered(),), None, None, 9 * HOUR, HOUR),
    Row("anomalous again is told", said(RECOVERED), (recovered(), revised(3)), "reopened"),
    Row("also if it is graver now", said(RECOVERED), (recovered(), revised(3, severity="high")), "reopened"),
    Row("anomalous again in quiet waits", said(RECOVERED), (recovered(), revised(3)), None, "planned"),
    Row("back and forth unsaid is no news", AS_OPENED, (recovered(), revised(3)), None),
    Row("open again after its end is told", said(RETRACTED), (revised(2, state="retracted"), revised(3)), "reopened"),
    # the end
    Row("the end is told", AS_OPENED, (revised(2, state="resolved"),), "resolved"),
    Row("the end after normal is told", said(RECOVERED), (revised(2, state="resolved"),), "resolved"),
    Row("that it was none is told", AS_OPENED, (revised(2, state="retracted"),), "retracted"),
    Row("the end is told once", said(RESOLVED), (revised(2, state="resolved"),), None),
    Row("more money after the end is no news", said(RESOLVED), (revised(3, "500", state="resolved"),), None),
    Row("retracted after the end is no news", said(RESOLVED), (revised(3, state="retracted"),), None),
    Row("nobody is reminded of what is over", said(RESOLVED), (revised(2, state="resolved"),), None, None, 9 * HOUR, HOUR),
    Row("the end of what was judged is told", AS_OPENED, (act("wrong"), revised(2, state="resolved")), "resolved", "wrong"),
    # reminders
    Row("nobody is reminded without an interval", AS_OPENED, (), None, None, 99 * HOUR),
    Row("not before it has passed", AS_OPENED, (), None, None, HOUR - 1, HOUR),
    Row("but then", AS_OPENED, (), "reminder", None, HOUR, HOUR),
    Row("not of what is acknowledged", AS_OPENED, (ACK,), None, "acknowledged", 9 * HOUR, HOUR),
    Row("again if that is taken back", AS_OPENED, (ACK, act("reopen", 61)), "reminder", None, HOUR, HOUR),
    Row("not in quiet", AS_OPENED, (), None, "muted", 9 * HOUR, HOUR),
    Row("counted from what was said last", said(after=HOUR), (), None, None, 2 * HOUR - 1, HOUR),
    Row("doubled goes before", AS_OPENED, (revised(2, "500"),), "doubled", None, HOUR, HOUR),
    # what was put off
    Row("a snooze that lasts is quiet", AS_OPENED, (SNOOZED,), None, "snoozed"),
    Row("its end reminds", AS_OPENED, (SNOOZED,), "reminder", None, HOUR),
    Row("once", said(after=HOUR), (SNOOZED,), None, None, 2 * HOUR),
    Row("not if it was acknowledged since", AS_OPENED, (SNOOZED, act("acknowledge", 90)), None, "acknowledged", HOUR),
    Row("also if it was acknowledged before", AS_OPENED, (ACK, SNOOZED), "reminder", "acknowledged", HOUR),
    Row("not of what is normal again", said(RECOVERED), (SNOOZED, recovered()), None, None, HOUR),
    Row("its end says worse if it is", AS_OPENED, (SNOOZED, revised(2, severity="high")), "worse", None, HOUR),
    Row("what was expected until now reminds", AS_OPENED, (act("expected", until=T0 + HOUR),), "reminder", None, HOUR),
    Row("an end before its beginning does not", AS_OPENED, (act("snooze", until=T0 + 30),), None, None, HOUR),
    # passed over
    Row("what was passed over stays so", said(RESOLVED, is_silent=True), (revised(2, state="resolved"),), None),
    Row("also if it is retracted", said(RESOLVED, is_silent=True), (revised(2, state="retracted"),), None),
    Row("open again it is new", said(RESOLVED, is_silent=True), (revised(2, state="resolved"), revised(3)), "opened"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.why)
def test_why_to_tell(row: Row) -> None:
    """Each row's title is its rule."""
    one = case(revised(), *row.happened)
    quiet = None if row.quiet is None else Quiet(kind=row.quiet, by="somebody")

    assert row.reason == decide(row.said, one, quiet, T0 + row.after, row.repeat)


@pytest.mark.parametrize("kind", HELD)
@pytest.mark.parametrize("row", [row for row in ROWS if row.quiet is None], ids=lambda row: row.why)
def test_quiet_holds_back_all_but_an_end(row: Row, kind: QuietKind) -> None:
    """Of what was told its end passes, whatever keeps it quiet; nothing else does."""
    one = case(revised(), *row.happened)

    reason = decide(row.said, one, Quiet(kind=kind, by="it"), T0 + row.after, row.repeat)

    assert (row.reason if row.reason in {"resolved", "retracted"} else None) == reason


@pytest.mark.parametrize("row", [row for row in ROWS if row.reason], ids=lambda row: row.why)
def test_what_was_said_is_said(row: Row) -> None:
    """Nothing is told twice at the same moment."""
    one, now = case(revised(), *row.happened), T0 + row.after
    assert row.reason is not None

    told = said_of(one, row.reason, now)

    assert decide(told, one, None, now, row.repeat) is None


def test_what_is_said_is_kept() -> None:
    """Reason, time, revision, severity, exact money and state."""
    one = case(revised(), recovered(7, impact="60.0000001", severity="high"))

    assert said_of(one, "recovered", T0 + 9) == Said(
        "recovered", T0 + 9, 7, "high", "60.0000001", "recovered"
    )
    assert Decimal(said_of(one, "recovered", 0).impact) == one.anomaly.impact


@pytest.mark.parametrize(
    ("before", "one", "reason", "kept"),
    [
        (None, OPEN, None, None),
        (None, OPEN, "opened", said()),
        (AS_OPENED, OPEN, None, AS_OPENED),
        (None, RESOLVED, None, said(RESOLVED, reason="resolved", is_silent=True)),
        (None, RETRACTED, None, said(RETRACTED, reason="retracted", is_silent=True)),
        (AS_OPENED, RESOLVED, None, AS_OPENED),
        (AS_OPENED, RESOLVED, "resolved", said(RESOLVED, reason="resolved")),
    ],
)
def test_what_is_remembered(
    before: Said | None, one: Case, reason: Reason | None, kept: Said | None
) -> None:
    """What was told; of what ended untold, that it did."""
    assert kept == remembered(before, one, reason, T0)
