"""Short messages for a thread: what is new of a case, and what people did."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from alerting_examples import NOON, anomaly
from case_examples import ANN, NOW, case, view

from alerting.cases.case import Happening, Reason, Said
from alerting.render.milestone import acted, render_group_milestone, render_milestone

BEFORE = Said("opened", NOW, 1, "low", "25", "opened")
OVER: dict[str, Any] = {
    "state": "resolved",
    "revision": 4,
    "ended_at": NOON + timedelta(hours=3, minutes=20),
}
FELL = OVER | {"direction": "down", "impact": Decimal(-27)}


@pytest.mark.parametrize(
    ("reason", "changes", "before", "said"),
    [
        ("opened", {}, None, "Opened ▲ rose +$480.00 a day · search · OpenAI · gpt-4o 3.2x"),
        ("worse", {}, BEFORE, "Worse: low to medium. +$60.00 so far, +$480.00 a day."),
        ("worse", {}, None, "Worse: now medium. +$60.00 so far, +$480.00 a day."),
        ("doubled", {}, BEFORE, "Doubled: +$60.00 so far, +$480.00 a day; it was +$25.00."),
        ("doubled", {"charge_kind": "tax"}, None, "Doubled: +$60.00 so far."),
        (
            "recovered",
            {},
            BEFORE,
            "Back to normal. It cost $60.00 more than expected so far. It is over if it stays so.",
        ),
        ("reopened", {}, BEFORE, "Open again: +$60.00 so far, +$480.00 a day."),
        ("resolved", OVER, BEFORE, "Over after 3 h 20 min. It cost $60.00 more than expected."),
        ("resolved", FELL, BEFORE, "Over after 3 h 20 min. It cost $27.00 less than expected."),
        (
            "resolved",
            FELL | {"channel": "ended", "actual": Decimal(0), "impact_per_day": Decimal(-216)},
            BEFORE,
            "Ended: it fell to nothing: -$216.00 a day.",
        ),
        (
            "retracted",
            OVER,
            BEFORE,
            "Taken back: late or corrected charges brought spend back to its forecast.",
        ),
        (
            "reminder",
            {},
            BEFORE,
            "Still open after 3 h: nobody acknowledged it. +$60.00 so far, +$480.00 a day.",
        ),
        (
            "escalated",
            {},
            BEFORE,
            "Escalated: nobody acknowledged it for 3 h. +$60.00 so far, +$480.00 a day.",
        ),
    ],
)
def test_what_is_new(
    reason: Reason, changes: dict[str, Any], before: Said | None, said: str
) -> None:
    """One line, with the money as it is now."""
    assert said == render_milestone(case(anomaly(**changes)), reason, view(), before).text


@pytest.mark.parametrize("impact", ["", "NaN", "much"])
def test_what_was_said_before_may_be_unreadable(impact: str) -> None:
    """Then it is left out."""
    before = Said("opened", NOW, 1, "low", impact, "opened")
    said = render_milestone(case(), "doubled", view(), before).text
    assert said == "Doubled: +$60.00 so far, +$480.00 a day."


@pytest.mark.parametrize(
    ("happening", "said"),
    [
        (Happening("acknowledge", NOW, ANN, "on it"), 'Ann acknowledged it: "on it"'),
        (Happening("snooze", NOW, ANN, "", NOW + 3600), "Ann snoozed it, until 17:00 UTC."),
        (
            Happening("expected", NOW, ANN, "load test", NOW + 86_400),
            'Ann said that it is expected, until Tue 3 Mar, 16:00 UTC: "load test"',
        ),
        (Happening("expected", NOW, ANN), "Ann said that it is expected, from now on."),
        (Happening("wrong", NOW, ANN), "Ann said that it is no anomaly."),
        (Happening("right", NOW, ANN), "Ann said that it is an anomaly."),
        (Happening("reopen", NOW, None), "Somebody took it up again."),
        (Happening("of tomorrow", NOW, ANN), "Ann of tomorrow."),
    ],
)
def test_what_somebody_did(happening: Happening, said: str) -> None:
    """Who, what, until when, and in which words."""
    assert said == acted(case(), happening).text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("worse", "Worse: 1 open, 1 resolved, +$120.00 so far, +$480.00 a day."),
        ("resolved", "Partly over: 1 open, 1 resolved, +$120.00 so far, +$480.00 a day."),
        (
            "reminder",
            "Still open, begun 4 h ago: 1 open, 1 resolved, +$120.00 so far, +$480.00 a day.",
        ),
    ],
)
def test_what_is_new_of_a_group(reason: Reason, said: str) -> None:
    """Counts and money of all of them."""
    cases = [case(), case(anomaly(**OVER, anomaly_id="A-2"))]
    assert said == render_group_milestone(cases, reason, view()).text


def test_a_group_is_over_when_all_of_it_is() -> None:
    """What it came to, once."""
    cases = [case(anomaly(**OVER)), case(anomaly(**OVER, anomaly_id="A-2"))]
    assert (
        render_group_milestone(cases, "resolved", view()).text
        == "All over: 2 resolved. +$120.00 in all."
    )


def test_who_joined_a_group() -> None:
    """What is new stands first."""
    joined = [case(anomaly(anomaly_id="A-2", impact=Decimal(5)))]
    said = render_group_milestone([case(), *joined], "opened", view(), joined).text
    assert said == "1 more: +$5.00. Now 2 open, +$65.00 so far, +$960.00 a day."
