"""What the message of an anomaly says."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from alerting_examples import NOON, anomaly, contributor
from hypothesis import given
from hypothesis import strategies as st

from alerting.render.anomaly import render_anomaly
from alerting.render.cause import likely_cause
from alerting.render.console import console_text

OVER: dict[str, Any] = {"state": "resolved", "revision": 4, "ended_at": NOON + timedelta(hours=3)}
FELL: dict[str, Any] = {
    "direction": "down",
    "actual": Decimal(3),
    "impact": Decimal(-27),
    "impact_per_day": Decimal(-216),
    "contributors": (),
}


NEW: dict[str, Any] = {
    "channel": "new",
    "expected": Decimal(0),
    "impact_per_day": Decimal(48),
    "contributors": (),
}
ENDED: dict[str, Any] = {**FELL, **OVER, "channel": "ended", "actual": Decimal(0)}


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        (NEW, "Opened ▲ new: search · OpenAI began to spend at $48.00 a day"),
        (
            {**NEW, **OVER, "impact": Decimal("51.2")},
            "Resolved ▲ new: search · OpenAI began to spend, $51.20 in all",
        ),
        (
            {**NEW, "charge_kind": "purchase", "actual": Decimal(480)},
            "Opened ▲ new: search · OpenAI began with a purchase of $480.00",
        ),
        (
            {**NEW, "charge_kind": "of tomorrow", "actual": Decimal(480)},
            "Opened ▲ new: search · OpenAI began with a charge of $480.00",
        ),
        (
            {**NEW, "expected": Decimal("0.1")},
            "Opened ▲ rose +$48.00 a day · search · OpenAI",
        ),
        (ENDED, "Resolved ▼ ended: search · OpenAI fell to nothing: -$216.00 a day"),
        (
            {**ENDED, "revision": 1},
            "Resolved ▼ ended: search · OpenAI fell to nothing: -$216.00 a day",
        ),
        (
            {"channel": "unit_cost", "contributors": ()},
            "Opened ▲ unit cost rose, +$480.00 a day · search · OpenAI 3.0x",
        ),
        (
            {"charge_kind": "recurring", "channel": "fee", "contributors": ()},
            "Opened ▲ rose +$60.00 · search · OpenAI 3.0x",
        ),
        (
            {
                "charge_kind": "credit",
                "channel": "fee",
                "contributors": (),
                "actual": Decimal(-30),
                "expected": Decimal(-90),
            },
            "Opened ▲ credit shrank, +$60.00 · search · OpenAI",
        ),
        (
            {"contributors": (contributor(share=5.0),)},  # credits took most of it back
            "Opened ▲ rose +$480.00 a day · search · OpenAI 3.0x",
        ),
        (
            {**ENDED, "actual": Decimal("0.01")},
            "Resolved ▼ ended: search · OpenAI fell to next to nothing: -$216.00 a day",
        ),
        (
            {**ENDED, "state": "retracted"},
            "Retracted ▼ no fall after all · search · OpenAI",
        ),
    ],
)
def test_titles_of_what_begins_or_ends(changes: dict[str, Any], title: str) -> None:
    """There is no usual amount to compare with, so none is named."""
    assert render_anomaly(anomaly(**changes)).text.startswith(title)


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Opened ▲ rose +$480.00 a day · search · OpenAI · gpt-4o 3.2x"),
        ({"revision": 2}, "Open ▲ rose +$480.00 a day · search · OpenAI · gpt-4o 3.2x"),
        (OVER, "Resolved ▲ rose +$60.00 in all over 3 h · search · OpenAI · gpt-4o 3.2x"),
        (
            OVER | {"state": "retracted"},
            "Retracted ▲ no rise after all · search · OpenAI · gpt-4o",
        ),
        (
            OVER | {"revision": 1},
            "Found late ▲ rose +$60.00 in all over 3 h · search · OpenAI · gpt-4o 3.2x",
        ),
        (FELL, "Opened ▼ fell -$216.00 a day · search · OpenAI 0.1x"),
        ({"contributors": ()}, "Opened ▲ rose +$480.00 a day · search · OpenAI 3.0x"),
        (
            {"contributors": (), "expected": Decimal(0)},
            "Opened ▲ rose +$480.00 a day · search · OpenAI",
        ),
        (
            {"contributors": (contributor(expected=Decimal(0), change="added"),)},
            "Opened ▲ rose +$480.00 a day · search · OpenAI · gpt-4o new",
        ),
        (
            {"contributors": (contributor(actual=Decimal(0), change="vanished"),)},
            "Opened ▲ rose +$480.00 a day · search · OpenAI · gpt-4o gone",
        ),
        (
            {"contributors": (contributor(value="OpenAI: gpt-4o"),)},
            "Opened ▲ rose +$480.00 a day · search · OpenAI · gpt-4o 3.2x",
        ),
        (
            {"impact_per_day": Decimal("9340.55"), "contributors": ()},
            "Opened ▲ rose +$9,341 a day · search · OpenAI 3.0x",
        ),
        (
            {"currency": "EUR", "contributors": ()},
            "Opened ▲ rose +EUR 480.00 a day · search · OpenAI 3.0x",
        ),
    ],
)
def test_the_first_line_says_it_all(changes: dict[str, Any], title: str) -> None:
    """State, direction by word and sign, amount, team, and what it is about with its factor."""
    assert title == render_anomaly(anomaly(**changes)).text


def test_everything_an_owner_asks_is_there() -> None:
    """Where, actual against expected, since when, impact, pace, cause, contributors, rule and id are said."""
    shown = console_text(render_anomaly(anomaly()), "#search-alerts")

    for said in (
        "#search-alerts",
        "search",
        "OpenAI",
        "production",
        "+$60.00 ($90.00 against $30.00 expected)",
        "+$480.00 a day",
        "2026-03-02 12:00 UTC",
        "model gpt-4o: +$55.00 (92 %, 3.2x the usual $25.00)",
        "requests 3.0x their usual number, at the usual cost each",
        "rule defaults",
        "A-EXAMPLE234",
        "█",
    ):
        assert said in shown


def test_an_end_is_not_found_late() -> None:
    """It is told when it is clear, with what is saved."""
    said = console_text(render_anomaly(anomaly(**{**ENDED, "revision": 1})), "#c")
    assert "Found late" not in said
    assert "Saved" in said


def test_unit_cost_is_compared_with_its_volume() -> None:
    """The forecast of spend is another one."""
    said = console_text(render_anomaly(anomaly(channel="unit_cost")), "#c", 400)
    assert "$90.00 against $30.00 expected for this volume" in said


def test_late_charges_are_said() -> None:
    """A message says what part of the impact came late, and why one was retracted."""
    restated = console_text(render_anomaly(anomaly(restated=Decimal(7))), "#c")
    retracted = console_text(render_anomaly(anomaly(**OVER | {"state": "retracted"})), "#c")

    assert "Restated: +$7.00 of the impact came with late charges" in restated
    assert "Retracted: late or corrected charges brought spend back to its forecast" in retracted
    assert "What moved" not in retracted
    found = console_text(render_anomaly(anomaly(**OVER | {"revision": 1})), "#c")
    assert "Found late: it was over when late charges showed it" in found


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"requests_ratio": 3.0}, "requests 3.0x their usual number, at the usual cost each"),
        (
            {"requests_ratio": 1.5},
            "requests 1.5x their usual number, each at 2.0x the usual cost",
        ),
        ({"requests_ratio": 1.0}, "requests as many as usual, each at 3.0x the usual cost"),
        ({"requests_ratio": 0.5}, None),
        ({"requests_ratio": None}, None),
        ({"requests_ratio": 3.0, "expected": Decimal(0)}, None),
        (FELL | {"requests_ratio": 0.1}, "requests 0.1x their usual number"),
        (FELL | {"requests_ratio": 0.0}, "no requests at all"),
        (FELL | {"requests_ratio": 0.9}, None),
        (
            {
                "requests_ratio": None,
                "contributors": (contributor(expected=Decimal(0), change="added"),),
            },
            "model gpt-4o is new",
        ),
        (
            {
                "requests_ratio": None,
                "expected": Decimal(0),
                "contributors": (contributor(expected=Decimal(0), change="added"),),
            },
            None,  # where all is new, none is told apart
        ),
        (
            {
                "charge_kind": "credit",
                "expected": Decimal(-90),
                "actual": Decimal(0),
                "requests_ratio": None,
            },
            "no credit came, where $90.00 is usual",
        ),
        (
            {
                "charge_kind": "credit",
                "expected": Decimal(-90),
                "actual": Decimal(-30),
                "requests_ratio": None,
            },
            None,
        ),
        (
            {"channel": "creep", "requests_ratio": None},
            "spend on OpenAI grew a little each day, +200 % in 3 weeks",
        ),
        (
            {"channel": "creep", "requests_ratio": None, "expected": Decimal(0)},
            None,
        ),
    ],
)
def test_likely_cause(changes: dict[str, Any], cause: str | None) -> None:
    """A cause is named where requests or a newcomer explain it, and only there."""
    assert cause == likely_cause(anomaly(**changes))


amounts = st.decimals(-(10**12), 10**12, places=6)


@given(amounts, amounts, st.floats(0, 1e9), st.integers(1, 86_400))
def test_any_numbers_render(actual: Decimal, expected: Decimal, ratio: float, step: int) -> None:
    """Zero, negative and huge amounts all make a message."""
    one = anomaly(
        actual=actual,
        expected=expected,
        impact=actual - expected,
        requests_ratio=ratio,
        bucket_seconds=step,
        contributors=(contributor(actual=actual, expected=expected, share=ratio),),
    )

    assert render_anomaly(one).text
