"""What the message of a case says, and in which order."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from alerting_examples import HOUR, NOON, anomaly, contributor
from case_examples import ANN, NOW, act, case, view

from alerting.cases.case import CaseState, Happening
from alerting.cases.record import Quiet
from alerting.estimate import AnomalyOutlook, Estimate
from alerting.render.blocks import slack_blocks
from alerting.render.case import render_case
from alerting.render.console import console_text
from alerting.render.message import Actions, Links, Listing, Message

WHOLE = Estimate(expected=Decimal(300), lower=Decimal(280), upper=Decimal(320))
OUTLOOK = AnomalyOutlook(
    impact_by_day_end=Decimal(410),
    impact_by_month_end=Decimal(9300),
    month_to_date=Decimal(100),
    counted_from=NOON,
    day=WHOLE,
    month=WHOLE,
)
OVER: dict[str, Any] = {"state": "resolved", "revision": 4, "ended_at": NOON + timedelta(hours=3)}


def shown(message: Message) -> str:
    return console_text(message, "#c", 400)


@pytest.mark.parametrize(
    ("state", "changes", "title"),
    [
        ("opened", {}, "Opened ▲ rose +$480.00 a day · search · OpenAI · gpt-4o 3.2x"),
        ("opened", {"severity": "high"}, "Opened, high ▲ rose +$480.00 a day"),
        ("growing", {"severity": "critical"}, "Growing, critical ▲ rose +$480.00 a day"),
        ("acknowledged", {}, "Acknowledged ▲ rose +$480.00 a day"),
        ("snoozed", {}, "Snoozed ▲ rose +$480.00 a day"),
        ("expected", {}, "Expected ▲ rose +$480.00 a day"),
        ("wrong", {}, "Marked wrong ▲ rose +$480.00 a day"),
        ("recovered", {}, "Back to normal ▲ rose +$480.00 a day"),
        ("reopened", {}, "Open again ▲ rose +$480.00 a day"),
        ("resolved", OVER, "Resolved ▲ rose +$60.00 in all over 3 h · search"),
        ("resolved", OVER | {"severity": "high"}, "Resolved ▲ rose +$60.00 in all over 3 h"),
        ("resolved", OVER | {"revision": 1}, "Found late ▲ rose +$60.00 in all over 3 h"),
        ("retracted", OVER | {"state": "retracted"}, "Retracted ▲ no rise after all · search"),
    ],
)
def test_the_first_line_says_how_it_stands(
    state: CaseState, changes: dict[str, Any], title: str
) -> None:
    """The state is a word, and what is grave and open says so."""
    assert render_case(case(anomaly(**changes)), view(state=state)).text.startswith(title)


def test_what_matters_most_stands_first() -> None:
    """Money, time and cause, then who is on it, what moved, links, buttons, the chart, small print."""
    links = (("Runbook", "https://wiki.example.com/search"),)
    one = case(acknowledged=act("acknowledge"))
    message = render_case(
        one,
        view(
            state="acknowledged", owner="search", mentions=("S0ONCALL",), links=links, can_act=True
        ),
    )
    kinds = [type(part).__name__ for part in message.parts]
    assert kinds == [
        "Heading",
        "Facts",
        "Facts",
        "Mentions",
        "Listing",
        "Links",
        "Actions",
        "Fixed",
        "Note",
    ]
    text = shown(message)
    for said in (
        "So far: +$60.00 ($90.00 against $30.00 expected)",
        "Since: 2026-03-02 12:00 UTC, 4 h ago",
        "Likely cause: requests 3.0x their usual number, at the usual cost each",
        "Acknowledged: by Ann, 12:05 UTC: on it",
        "Owner: search",
        "model gpt-4o: +$55.00 (92 %, 3.2x the usual $25.00)",
        "search · OpenAI · production · usage, from usage · severity medium",
        "rule defaults",
    ):
        assert said in text


def test_where_it_leads_is_said_while_it_is_open() -> None:
    """The pace itself stands in the title."""
    text = shown(render_case(case(anomaly(outlook=OUTLOOK)), view()))
    assert "At this pace: +$410.00 by the end of the day, +$9,300 by the end of the month" in text
    assert "Month: $100.00 so far" in text


def test_what_is_over_says_how_long_it_lasted() -> None:
    """And no pace, since nothing goes on."""
    text = shown(render_case(case(anomaly(**OVER)), view(state="resolved")))
    assert "In all: +$60.00" in text
    assert "Lasted: 3 h, from 2026-03-02 12:00 UTC to 2026-03-02 15:00 UTC" in text
    assert "At this pace" not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"snoozed": act("snooze", until=NOW + HOUR)},
            "Snoozed: until 17:00 UTC, by Ann, 12:05 UTC: on it",
        ),
        ({"snoozed": act("snooze", until=NOW - 1)}, None),
        (
            {"judged": act("expected", until=NOW + 86_400, note="")},
            "Expected: until Tue 3 Mar, 16:00 UTC, by Ann, 12:05 UTC\n",
        ),
        ({"judged": act("expected", note="")}, "Expected: from now on, by Ann, 12:05 UTC"),
        ({"judged": act("wrong", note="known")}, "Marked wrong: by Ann, 12:05 UTC: known"),
        ({"judged": act("right", note="")}, "Confirmed: by Ann, 12:05 UTC"),
        (
            {"acknowledged": act("acknowledge", at=NOW - 400 * 86_400, note="")},
            "Acknowledged: by Ann, 2025-01-26 16:00 UTC",
        ),
    ],
)
def test_who_did_what(changes: dict[str, Any], said: str | None) -> None:
    """Who, when, until when and why; what has run out is not said."""
    lines = "\n".join(
        each.strip("│ ") for each in shown(render_case(case(**changes), view())).splitlines()
    )
    if said is None:
        assert "Snoozed" not in lines
    else:
        assert said in lines


@pytest.mark.parametrize(
    ("quiet", "said"),
    [
        (
            Quiet(kind="planned", by="P-7", until=NOW + HOUR, note="Black Friday load test"),
            "Quiet: planned: Black Friday load test (P-7), until 17:00 UTC",
        ),
        (Quiet(kind="silenced", by="S-1"), "Quiet: silenced: S-1"),
        (Quiet(kind="muted", by="weekends"), "Quiet: muted: weekends"),
        (Quiet(kind="inhibited", by="A-1"), "Quiet: held back while A-1 is open"),
        (Quiet(kind="acknowledged", by="Ann"), None),  # is said with the act
    ],
)
def test_what_keeps_it_quiet(quiet: Quiet, said: str | None) -> None:
    """Its kind, name and end."""
    text = shown(render_case(case(), view(quiet=quiet)))
    assert said in text if said else "Quiet" not in text


def test_history_is_small_print() -> None:
    """What happened when and by whom; the opening alone is none."""
    past = (*case().history, Happening("worse", NOW - HOUR), Happening("acknowledge", NOW, ANN))
    said = "opened 13:00 UTC · worse 15:00 UTC · acknowledged by Ann 16:00 UTC"
    assert said in shown(render_case(case(history=past), view()))
    assert "opened 13:00" not in shown(render_case(case(), view()))
    long = tuple(Happening("doubled", NOW - HOUR) for _ in range(9))
    assert "3 before · doubled 15:00" in shown(render_case(case(history=long), view()))


@pytest.mark.parametrize(
    ("state", "changes", "buttons"),
    [
        ("opened", {}, ["acknowledge", "snooze", "expected", "wrong", "silence"]),
        ("growing", {}, ["acknowledge", "snooze", "expected", "wrong", "silence"]),
        ("acknowledged", {}, ["snooze", "expected", "wrong", "silence", "reopen"]),
        ("snoozed", {}, ["acknowledge", "expected", "wrong", "silence", "reopen"]),
        ("expected", {}, ["reopen"]),
        ("wrong", {}, ["reopen"]),
        ("recovered", {}, ["expected", "wrong", "silence"]),
        ("resolved", {}, ["expected", "wrong"]),
        ("resolved", {"judged": act("wrong")}, ["reopen"]),
        ("retracted", {}, []),
    ],
)
def test_buttons_follow_the_state(
    state: CaseState, changes: dict[str, Any], buttons: list[str]
) -> None:
    """What makes no sense is not offered; what was done can be taken back."""
    parts = render_case(case(**changes), view(state=state, can_act=True)).parts
    assert buttons == [name for part in parts if isinstance(part, Actions) for name in part.buttons]


def test_no_buttons_where_nobody_can_press_them() -> None:
    """Nor links where there are none."""
    kinds = {type(part) for part in render_case(case(), view()).parts}
    assert not kinds & {Actions, Links}


def test_ten_thousand_contributors_make_a_short_list() -> None:
    """The largest are named, the others counted."""
    crowd = tuple(
        contributor(dimension=f"d{n}", value=f"v{n}", share=0.5, impact=Decimal(30))
        for n in range(10_000)
    )
    message = render_case(case(anomaly(contributors=crowd)), view())
    (listing,) = [part for part in message.parts if isinstance(part, Listing)]
    assert len(listing.items) == 6
    assert listing.items[-1] == "and 9,995 more"
    assert len(slack_blocks(message)) < 10
