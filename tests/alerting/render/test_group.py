"""One message for many anomalies."""

from decimal import Decimal

import pytest
from alerting_examples import anomaly, contributor
from case_examples import act, case, view

from alerting.cases.case import Case
from alerting.render.console import console_text
from alerting.render.group import render_group
from alerting.render.group_title import Kind
from alerting.render.message import Listing


def many(count: int) -> list[Case]:
    """Cases of different services and sizes, the largest last."""
    return [
        case(anomaly(anomaly_id=f"A-{n}", service=f"svc{n}", impact=Decimal(n)))
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("kind", "count", "title"),
    [
        ("group", 3, "Open: ▲ 3 anomalies, +$1,440 a day · search · gpt-4o"),
        ("flood", 57, "Flood: ▲ 57 anomalies, +$27,360 a day · search · gpt-4o"),
        ("limit", 1, "Open: ▲ 1 more anomaly, +$480.00 a day · search"),
    ],
)
def test_the_first_line_counts_and_says_what_they_share(kind: Kind, count: int, title: str) -> None:
    """How many, how fast, and whose."""
    assert title == render_group(many(count), view(), kind, (("team", "search"),)).text


def test_what_is_over_has_no_pace() -> None:
    """Its money is all there is."""
    over = [case(anomaly(anomaly_id=str(n), state="resolved", revision=2)) for n in range(3)]
    text = render_group(over, view(), "flood", ()).text
    assert text == "Over: ▲ 3 anomalies, +$180.00 in all · gpt-4o · OpenAI · search"


def test_rises_and_falls_and_currencies_stay_apart() -> None:
    """No amount hides another, and none is converted."""
    mixed = [
        case(anomaly(anomaly_id="A-1")),
        case(anomaly(anomaly_id="A-2", direction="down", impact=Decimal(-20))),
        case(anomaly(anomaly_id="A-3", currency="EUR", impact=Decimal(7))),
    ]
    text = console_text(render_group(mixed, view(), "group", ()), "#c", 300)
    assert "So far: +EUR 7.00, +$60.00 and -$20.00" in text
    assert "Open: 3 anomalies" in text


def test_the_largest_are_named_and_the_others_can_be_listed() -> None:
    """Ten by size, and the command that lists all."""
    message = render_group(many(14), view(notice="G-1"), "flood", ())
    items = next(
        part.items
        for part in message.parts
        if isinstance(part, Listing) and part.label == "The largest"
    )
    assert len(items) == 11
    assert items[0] == "▲ rose +$480.00 a day · svc14 3.2x · A-14"
    assert items[-1] == "and 4 more: spendwatch anomalies list --notice G-1"


def test_what_they_share_and_who_is_on_it() -> None:
    """What all have is one line, what most have has its share of the impact."""
    cases = [
        case(anomaly(anomaly_id=str(n), contributors=() if n == 0 else (contributor(),)))
        for n in range(5)
    ]
    cases[0] = case(cases[0].anomaly, acknowledged=act("acknowledge"))
    text = console_text(render_group(cases, view(owner="search"), "group", ()), "#c", 300)
    assert (
        "all: service OpenAI, team search, environment production, source usage, kind spike, direction up"
        in text
    )
    assert "4 of them: model gpt-4o, 80 % of the impact" in text
    assert "Acknowledged: 1 by Ann" in text
    assert "Severity: 5 medium" in text


def test_none_at_all_is_still_a_message() -> None:
    """Nothing is divided by their number."""
    assert render_group([], view(), "group", ()).text == "Over: 0 anomalies, nothing in all"
