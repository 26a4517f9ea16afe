"""Cases in words: who did what, why it is quiet, where it was told."""

from zoneinfo import ZoneInfo

import pytest

from alerting.cases.case import Happening
from alerting.cases.record import Quiet, ToldIn
from stream.alerts.case_rows import COLUMNS, case_cells, case_row
from stream.alerts.details import details
from stream.alerts.words import happened, quiet, slack_link, state_line, told
from tests.stream.alerts.records import ANN, HOUR, OPENED, act, case

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Happening("opened", OPENED), "opened"),
        (Happening("acknowledge", OPENED, ANN, "on it"), 'acknowledged by Ann via slack: "on it"'),
        (
            Happening("snooze", OPENED, ANN, "", OPENED + HOUR),
            "snoozed by Ann via slack until 2026-03-02 17:00 CET",
        ),
        (Happening("a kind of later", OPENED), "a kind of later"),
        (
            Happening("wrong", OPENED, ANN, "\x1b[31m red\nline"),
            'judged wrong by Ann via slack: "[31m red line"',
        ),
    ],
)
def test_what_happened_is_said_in_words(one: Happening, said: str) -> None:
    """On one line, without what a terminal obeys."""
    assert happened(one, BERLIN) == said


def test_quiet_says_why_and_until_when() -> None:
    """And by what or whom."""
    why = Quiet(kind="silenced", by="S-1", until=OPENED, note="maintenance")
    assert quiet(why, BERLIN) == 'silenced by S-1 until 2026-03-02 16:00 CET: "maintenance"'
    assert quiet(Quiet(kind="muted", by="weekends")) == "muted by weekends"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (
            ToldIn(sink="slack", address="#a", notice="N", receipt=("C1", "1700000000.000100")),
            "slack #a: https://slack.com/archives/C1/p1700000000000100",
        ),
        (ToldIn(sink="slack", address="#a", notice="N"), "slack #a"),
        (ToldIn(sink="slack", address="#a", notice="N", receipt=("#a", "x")), "slack #a"),
        (ToldIn(sink="email", address="a@b", notice="N", receipt=("C1", "1.0")), "email a@b"),
        (
            ToldIn(sink="slack", address="#a", notice="N", problem="is_archived"),
            "slack #a: not told: is_archived",
        ),
        (
            ToldIn(
                sink="slack", address="#a", notice="N", receipt=("C1", "1.0"), problem="is_archived"
            ),
            "slack #a: told in https://slack.com/archives/C1/p10: is_archived",
        ),
    ],
)
def test_where_it_was_told_has_a_link_if_slack_gave_one(place: ToldIn, said: str) -> None:
    """And the problem where it could not be."""
    assert told(place) == said


def test_a_link_is_never_made_of_anything_else() -> None:
    """Only of ids and moments as Slack writes them."""
    for receipt in (("C1/../x", "1.0"), ("C1", "1"), ("C1", "1.0?x"), ("", "1.0")):
        assert slack_link(ToldIn(sink="slack", address="#a", notice="N", receipt=receipt)) == ""


def test_a_state_is_one_line() -> None:
    """After something was done."""
    assert state_line(case(state="acknowledged", acknowledged=act())) == (
        'A-EXAMPLE234 is acknowledged · search · OpenAI · production · rose +$60.00 · acknowledged by Ann: "on it"'
    )


def test_a_row_for_programs_has_exact_amounts() -> None:
    """And UTC times; empty is what there is not."""
    row = case_row(case(state="acknowledged", acknowledged=act()))
    assert tuple(row) == COLUMNS
    assert row["impact"] == "60"
    assert row["started_at"] == "2026-03-02T12:00:00Z"
    assert row["ended_at"] == row["quiet"] == row["act_until"] == ""
    assert (row["act"], row["act_by"], row["act_note"]) == ("acknowledge", "Ann", "on it")


def test_a_row_for_people_says_why_it_is_quiet() -> None:
    """Rather than who did something."""
    why = Quiet(kind="silenced", by="S-1")
    cells = case_cells(case(acknowledged=act(), quiet=why), BERLIN)
    assert cells == (
        "A-EXAMPLE234",
        "opened\nmedium",
        "+$60.00\n+$480.00/day",
        "search · OpenAI · production\nsince 2026-03-02 13:00 CET\nsilenced by S-1",
    )


def test_details_leave_out_what_there_is_not() -> None:
    """But say where it was told, also if nowhere."""
    labels = dict(details(case(told=()), BERLIN))
    assert labels["Told in"] == ["nowhere"]
    assert labels["History"] == ["2026-03-02 16:00 CET  opened"]
    assert labels["Route"] == ["root/search"]
    assert "Told together with others" not in labels
    assert "Quiet" not in labels
    assert "Owner" not in labels


def test_a_message_of_several_says_how_to_list_them() -> None:
    """Once, also if it is in several places."""
    group = ToldIn(sink="slack", address="#a", notice="G-1")
    own = ToldIn(sink="slack", address="#a", notice="A-EXAMPLE234")
    labels = dict(details(case(told=(group, own, group)), BERLIN))
    assert labels["Told together with others"] == ["spendwatch anomalies list --notice G-1"]
