"""Silences and planned events as rows."""

from decimal import Decimal

import pytest

from alerting.cases.record import Quiet
from alerting.cases.silence import PlannedEvent, Silence
from stream.alerts.ended import ended
from stream.alerts.said_rows import bounds, kept_quiet, said_row, when
from tests.stream.alerts.records import ANN, BOB, HOUR, OPENED, case, planned, silence


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (OPENED - 1, "pending"),
        (OPENED, "active"),
        (OPENED + 2 * HOUR - 1, "active"),
        (OPENED + 2 * HOUR, "expired"),
    ],
)
def test_a_silence_holds_from_its_start_to_before_its_end(now: int, state: str) -> None:
    """As a planned event does."""
    assert when(silence(), now) == when(planned(), now) == state


def test_a_silence_keeps_open_cases_quiet_that_it_fits() -> None:
    """While it holds."""
    cases = [case(), case(team="ads")]
    assert kept_quiet(silence(), cases, OPENED) == 1
    assert kept_quiet(silence(), cases, OPENED - 1) == 0


def test_a_planned_event_keeps_quiet_what_the_worker_says() -> None:
    """It alone knows what is within its bounds."""
    covered = Quiet(kind="planned", by="P-CCCCDDDD33")
    other = Quiet(kind="silenced", by="P-CCCCDDDD33")
    cases = [case(quiet=covered), case(quiet=covered), case(quiet=other), case(quiet=None)]
    assert kept_quiet(planned(), cases, OPENED) == 2


@pytest.mark.parametrize("said", [silence(), planned()])
@pytest.mark.parametrize("now", [OPENED - HOUR, OPENED + HOUR])
def test_what_is_ended_holds_no_more(said: Silence | PlannedEvent, now: int) -> None:
    """Also if it had not begun; the comment says who ended it, the rest stays."""
    over = ended(said, BOB, now)
    assert when(over, now) == "expired"
    assert over.ends_at == now
    assert over.starts_at <= now
    assert over.comment == f"{said.comment} (ended by Bob)"
    assert (over.by, over.matchers) == (ANN, said.matchers)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (planned(), "up to 3 times what is expected"),
        (
            planned(factor=None, amount_per_day=Decimal(500)),
            "up to 500 a day beyond what is expected",
        ),
        (planned(factor=None), "however much spend moves"),
    ],
)
def test_bounds_are_said_in_words(event: PlannedEvent, said: str) -> None:
    """What is beyond them is told."""
    assert bounds(event) == said


def test_a_row_for_programs_is_complete() -> None:
    """Its names are part of what programs rely on."""
    assert said_row(planned(), [], OPENED) == {
        "planned_id": "P-CCCCDDDD33",
        "name": "Load test",
        "state": "active",
        "matchers": ["team=search"],
        "starts_at": "2026-03-02T15:00:00Z",
        "ends_at": "2026-03-02T17:00:00Z",
        "by": "Ann",
        "via": "slack",
        "comment": "before the launch",
        "created_at": "2026-03-02T15:00:00Z",
        "cases": 0,
        "factor": 3.0,
        "amount_per_day": None,
        "anomaly_id": None,
    }
    assert list(said_row(silence(), [], OPENED)) == [
        "silence_id",
        "state",
        "matchers",
        "starts_at",
        "ends_at",
        "by",
        "via",
        "comment",
        "created_at",
        "cases",
    ]
