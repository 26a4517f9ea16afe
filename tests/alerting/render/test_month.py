"""How the month looks in the digest and in alerts."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from alerting_examples import NOON, anomaly, spend

from alerting.digest import Digest, build_digest
from alerting.estimate import AnomalyOutlook, Estimate, Outlook
from alerting.render.amounts import about
from alerting.render.anomaly import render_anomaly
from alerting.render.console import console_text
from alerting.render.digest import digest_csv, render_digest
from alerting.render.message import Fixed
from config.digest import DigestRules

DAY = date(2026, 3, 2)
END = NOON.replace(hour=23)


def estimate(expected: str, lower: str, upper: str) -> Estimate:
    return Estimate(expected=Decimal(expected), lower=Decimal(lower), upper=Decimal(upper))


def outlook(month: Estimate, to_date: str) -> Outlook:
    return Outlook(
        as_of=END + timedelta(hours=1),
        counted_from=NOON,
        month_to_date=Decimal(to_date),
        day=estimate("10", "8", "13"),
        next_day=estimate("10", "8", "13"),
        month=month,
        next_month=month,
    )


def digest(teams: int = 2) -> Digest:
    records = [
        spend(
            f"{10 + at}.005",
            team=f"team{at}",
            series=f"series{at}",
            at=END,
            outlook=outlook(estimate("9312.6", "8000", "11000"), f"{10 + at}.005"),
        )
        for at in range(teams)
    ]
    return build_digest(DAY, records, [], DigestRules(channel="#finops", top=3))


def test_the_digest_says_where_the_month_ends() -> None:
    """So far to the cent, the forecast with its band, and how good the day's was."""
    shown = console_text(render_digest(digest()), "#finops", 400)
    assert "$21.01; $18,630 by the end of the month, $16,770 to $21,010 in 4 of 5 cases" in shown
    assert "$20.00 at 00:00 ($17.17 to $24.24); $21.01 came, series were 5 % off" in shown
    assert "2 of 2 within their band" in shown


def test_the_month_by_team() -> None:
    """A row a team, the others as one, and a total that the rows add up to."""
    lines = [part.lines for part in render_digest(digest(5)).parts if isinstance(part, Fixed)][1]
    assert [line.split("  ")[0] for line in lines if not line.startswith("─")] == [
        "team",
        "team0",
        "team1",
        "team2",
        "2 others",
        "total",
    ]
    amounts = [Decimal(line.split()[-5]) for line in lines[2:5]]
    others, total = (Decimal(line.split()[2 - at]) for at, line in ((0, lines[5]), (1, lines[7])))
    assert sum(amounts) + others == total == Decimal("60.02")


def test_a_month_that_is_over_is_no_forecast() -> None:
    """On its last day there is nothing to come."""
    whole = estimate("10.5", "10.5", "10.5")
    record = spend("10.5", at=END.replace(day=31), outlook=outlook(whole, "10.5"))
    found = build_digest(date(2026, 3, 31), [record], [], DigestRules(channel="#finops"))
    assert "$10.50, the whole month" in console_text(render_digest(found), "#finops", 200)


def test_without_forecasts_only_the_sum_is_said() -> None:
    """No table of dashes."""
    found = build_digest(DAY, [spend("5")], [], DigestRules(channel="#finops"))
    message = render_digest(found)
    assert sum(isinstance(part, Fixed) for part in message.parts) == 1
    assert "Month to date" in console_text(message, "#finops", 200)


def test_the_csv_has_the_month() -> None:
    """All teams with exact sums, which add up to the total's."""
    rows = list(csv.DictReader(io.StringIO(digest_csv(digest(20)))))
    teams = [row for row in rows if row["row"] == "team"]
    (total,) = [row for row in rows if row["row"] == "total"]
    for column in ("month_to_date", "month_forecast"):
        assert sum(Decimal(row[column]) for row in teams) == Decimal(total[column])
    assert Decimal(total["month_forecast_lower"]) < Decimal(total["month_forecast"])


def _leads(**changes: Decimal | None) -> AnomalyOutlook:
    fields: dict[str, Decimal | None] = {
        "impact_by_day_end": Decimal(410),
        "impact_by_month_end": Decimal("9300.4"),
        **changes,
    }
    return AnomalyOutlook(
        **fields,  # type: ignore[arg-type]  # by name, as the table of the test has them
        month_to_date=Decimal("512.345"),
        counted_from=NOON,
        day=estimate("100", "90", "110"),
        month=estimate("3120.5", "2800", "3500"),
    )


def test_an_alert_says_where_it_leads() -> None:
    """In the line of the pace; and the month without it."""
    shown = console_text(render_anomaly(anomaly(outlook=_leads())), "#x", 400)
    assert "a day: +$410.00 by the end of the day, +$9,300 by the end of the month" in shown
    assert "$512.34 so far, $3,120 forecast without more of it ($2,800 to $3,500)" in shown


@pytest.mark.parametrize("channel", ["new", "creep"])
def test_a_forecast_that_follows_the_anomaly_is_not_without_it(channel: str) -> None:
    """A new service and a creep are in the forecast of the month."""
    shown = console_text(render_anomaly(anomaly(outlook=_leads(), channel=channel)), "#x", 400)
    assert "$512.34 so far, $3,120 forecast ($2,800 to $3,500)" in shown


def test_a_fee_leads_nowhere() -> None:
    """It has no pace; its month is said."""
    leads = _leads(impact_by_day_end=None, impact_by_month_end=None)
    shown = console_text(render_anomaly(anomaly(outlook=leads, charge_kind="tax")), "#x", 400)
    assert "pace" not in shown
    assert "by the end of the day" not in shown
    assert "so far" in shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "$0.00"),
        ("0.004", "$0.00"),
        ("41.256", "$41.26"),
        ("410", "$410.00"),
        ("9340.6", "$9,341"),
        ("12345.6", "$12,350"),
        ("-12345.6", "-$12,350"),
        ("9999999", "$10,000,000"),
    ],
)
def test_forecasts_promise_no_cents(amount: str, shown: str) -> None:
    """Four digits are more than a forecast knows."""
    assert about(Decimal(amount), "USD") == shown
