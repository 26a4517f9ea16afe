"""What the digest looks like."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

from alerting_examples import NOON, anomaly, spend
from hypothesis import given
from hypothesis import strategies as st

from alerting.digest import Digest, build_digest
from alerting.render.blocks import slack_blocks
from alerting.render.console import console_text
from alerting.render.digest import digest_csv, render_digest
from alerting.render.message import Fixed, Message
from config.digest import DigestRules

WEEK = timedelta(days=7)


def digest(costs: dict[str, str], top: int = 10) -> Digest:
    records = [spend(cost, team=team, expected=8.0) for team, cost in costs.items()]
    records += [spend("5", team=team, at=NOON - WEEK) for team in costs]
    rules = DigestRules(channel="#finops", top=top)
    return build_digest(date(2026, 3, 2), records, [anomaly()], rules)


def table(message: Message) -> list[str]:
    return next(list(part.lines) for part in message.parts if isinstance(part, Fixed))


def amounts(lines: list[str]) -> list[Decimal]:
    found = [re.search(r"  (-?[\d,]+\.\d\d)  ", line) for line in lines]
    return [Decimal(hit[1].replace(",", "")) for hit in found if hit]


def test_table() -> None:
    """Rows are aligned, with the change against forecast and last week, and a total below a rule."""
    shown = table(render_digest(digest({"search": "812.005", "ads": "4"})))

    assert shown == [
        "team    amount   forecast  last week",
        "────────────────────────────────────",
        "search  812.00  >+9,999 %  >+9,999 %",
        "ads       4.00      -50 %      -20 %",
        "────────────────────────────────────",
        "total   816.00   +5,000 %   +8,060 %",
    ]


def test_a_comparison_adds_up_as_it_is_shown() -> None:
    """Total less difference is the amount compared with, to the cent, though each is rounded by itself."""
    records = [spend("10.005", expected=7.994999), spend("3.334", at=NOON - WEEK)]
    statement = build_digest(date(2026, 3, 2), records, [], DigestRules(channel="#finops"))
    shown = console_text(render_digest(statement), "#finops", 200)

    assert re.search(r"\$10\.00 +\$2\.01 more than \$7\.99 ", shown)
    assert "$6.67 more than $3.33 " in shown


def test_a_forecast_of_a_part_says_of_how_much() -> None:
    """Where some buckets had no forecast, the comparison names the part of the total that it is over."""
    records = [spend("10", expected=8.0), spend("5", team="ads", expected=None)]
    statement = build_digest(date(2026, 3, 2), records, [], DigestRules(channel="#finops"))
    shown = console_text(render_digest(statement), "#finops", 240)

    assert "$2.00 more than $8.00 (+25 %); $10.00 of the total had a forecast" in shown


def test_others_are_one_row() -> None:
    """Beyond the top, teams are one row, so that the table still adds up."""
    shown = table(render_digest(digest({f"t{n}": str(n) for n in range(1, 8)}, top=3)))

    assert [line.split("  ")[0] for line in shown if not line.startswith(("team", "─"))] == [
        "t7",
        "t6",
        "t5",
        "4 others",
        "total",
    ]


@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=4),
        st.decimals(0, 10**6, places=6).map(str),
        min_size=1,
        max_size=15,
    ),
    st.integers(1, 12),
)
def test_shown_rows_add_up_to_the_shown_total(costs: dict[str, str], top: int) -> None:
    """What a reader adds up from the table is the total below it, to the cent."""
    *rows, total = amounts(table(render_digest(digest(costs, top))))

    assert total == sum(rows)


def test_says_what_finance_asks() -> None:
    """Total, comparison, unallocated share, unpriced tokens, late charges and anomalies are said."""
    records = [
        spend("7.5", expected=5.0, unpriced_tokens=1234),
        spend("2.5", team="unallocated"),
        spend("1", team="ads", late=True),
        spend("10", at=NOON - WEEK),
    ]
    found = build_digest(date(2026, 3, 2), records, [anomaly()], DigestRules(channel="#finops"))

    shown = console_text(render_digest(found), "#finops", 120)

    for said in (
        "Spend on Mon 2026-03-02 (UTC): $11.00",
        "$2.50 more than $5.00 (+50 %)",
        "$1.00 more than $10.00 (+10 %)",
        "$2.50 (22.7 % of the total)",
        "1: $1.00, included",
        "1,234 tokens of models without a price are in no amount",
        "▲ rose +$60.00 · search · OpenAI · open, medium · A-EXAMPLE234",
    ):
        assert said in shown


def test_csv_has_exact_amounts_of_all_teams() -> None:
    """The CSV holds every team and digit, and its rows add up to its total."""
    found = digest({f"t{n}": f"{n}.123456" for n in range(20)}, top=3)

    rows = list(csv.DictReader(io.StringIO(digest_csv(found))))

    teams = [Decimal(row["cost"]) for row in rows if row["row"] == "team"]
    assert len(teams) == 20
    assert [sum(teams)] == [Decimal(row["cost"]) for row in rows if row["row"] == "total"]


def test_csv_is_no_formula() -> None:
    """A team's name is never a formula for a spreadsheet, and its commas and quotes survive."""
    nasty = '=HYPERLINK("http://x","a,b")'

    (row, *_) = csv.DictReader(io.StringIO(digest_csv(digest({nasty: "1"}))))

    assert f"'{nasty}" == row["team"]


def test_fits_into_slack() -> None:
    """A digest of many teams and currencies stays under the number of blocks."""
    records = [
        spend("1", team=f"team-{n}", currency=currency)
        for n in range(40)
        for currency in (f"X{c:02}" for c in range(40))
    ]
    found = build_digest(date(2026, 3, 2), records, [], DigestRules(channel="#f", top=30))

    blocks = slack_blocks(render_digest(found))

    assert len(blocks) == 50
    assert all(len(block.get("text", {}).get("text", "")) <= 3000 for block in blocks)


def test_an_empty_digest_says_so() -> None:
    """A day without records is said, not shown as zero."""
    found = build_digest(date(2026, 3, 2), [], [], DigestRules(channel="#f1"))

    assert render_digest(found).text.endswith("nothing was recorded")
