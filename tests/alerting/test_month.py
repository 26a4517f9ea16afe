"""The digest's month: exact so far, and where it ends."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from alerting_examples import spend
from hypothesis import given
from hypothesis import strategies as st

from alerting.digest import build_digest
from alerting.estimate import Estimate, Outlook
from alerting.month import joined, month_of
from alerting.spend import SpendRecord
from alerting.statement import CurrencyDigest, MonthSpend
from config.digest import DigestRules

DAY = date(2026, 3, 10)
RULES = DigestRules(channel="#finops")


def _at(day: date, hour: int = 23) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def estimate(expected: float, away: float = 0.0) -> Estimate:
    return Estimate(
        expected=Decimal(str(expected)),
        lower=Decimal(str(expected - away)),
        upper=Decimal(str(expected + away)),
    )


def outlook(on: date, to_date: str, **changes: Any) -> Outlook:
    fields: dict[str, Any] = {
        "as_of": _at(on) + timedelta(hours=1),
        "counted_from": _at(on.replace(day=1), 0),
        "month_to_date": Decimal(to_date),
        "day": estimate(10, 2),
        "next_day": estimate(10, 2),
        "month": estimate(310, 30),
        "next_month": estimate(300, 40),
    }
    return Outlook(**{**fields, **changes})


def told(cost: str, day: date = DAY, team: str = "search", **changes: Any) -> SpendRecord:
    """The last hour of a day of a team's one series, with its outlook."""
    fields = {"series": f"{team}-series", "team": team, "at": _at(day), **changes}
    return spend(cost, **fields)


def month(records: list[SpendRecord], day: date = DAY) -> CurrencyDigest:
    (one,) = build_digest(day, records, [], RULES).currencies
    return one


def spent(one: CurrencyDigest) -> MonthSpend:
    assert one.month is not None
    return one.month


def test_the_month_so_far_is_exact_and_of_newest_revisions() -> None:
    """What series say of it does not count: the records do, restated ones and late ones too."""
    records = [
        told("1.005", outlook=outlook(DAY, "99")),
        told("7", date(2026, 3, 1), revision=1),
        told("3.33", date(2026, 3, 1), revision=2),
        told("0.01", date(2026, 3, 2), late=True, entry="x|late-1"),
        told("100", date(2026, 2, 28)),
        told("100", date(2026, 3, 11)),
    ]
    assert spent(month(records)).to_date == Decimal("4.345")


def test_the_end_is_what_was_spent_and_what_is_to_come() -> None:
    """A late charge that the outlook did not know raises both."""
    one = spent(month([told("5", outlook=outlook(DAY, "100")), told("97", date(2026, 3, 1))]))
    assert one.to_date == 102
    assert one.forecast == estimate(312, 30)
    assert one.without_forecast == 0


def test_bands_add_up_as_independent() -> None:
    """Two series off by 30 and 40 are off by 50 together."""
    records = [
        told("5", outlook=outlook(DAY, "5")),
        told("5", team="ads", outlook=outlook(DAY, "5", month=estimate(200, 40))),
    ]
    one = month(records)
    assert spent(one).forecast == estimate(510, 50)
    by_team = {team.team: team.month and team.month.forecast for team in one.teams}
    assert by_team == {"search": estimate(310, 30), "ads": estimate(200, 40)}


def test_a_series_without_an_outlook_is_named() -> None:
    """What it spent is in the forecast, and said to have none."""
    records = [told("5", outlook=outlook(DAY, "5")), told("3", team="ads")]
    one = spent(month(records))
    assert one.forecast == estimate(313, 30)
    assert one.without_forecast == 3
    assert spent(month([told("3")])).forecast is None


def test_an_outlook_of_some_days_ago_is_cut_to_what_is_left() -> None:
    """Half of its rest is over at the day: half of it is still to come."""
    before = date(2026, 3, 1)
    records = [told("10", before, outlook=outlook(before, "10", month=estimate(310, 30)))]
    records.append(told("1", date(2026, 3, 16), series="other"))
    one = month(records, date(2026, 3, 16))
    (search,) = [team for team in one.teams if team.team == "search"]
    assert search.month is not None
    assert search.month.forecast == estimate(161, 15)  # 15 of 30 days, and the other series' 1


def test_fees_of_last_month_are_to_come() -> None:
    """A fee has no record until it comes: last month's outlook speaks of this one."""
    before = date(2026, 2, 15)
    fee = told(
        "60",
        before,
        team="ads",
        charge_kind="recurring",
        outlook=outlook(before, "60", day=None, next_month=estimate(60, 6)),
    )
    one = month([fee, told("1", outlook=outlook(DAY, "1"))])
    assert [(team.team, team.month) for team in one.teams][1] == (
        "ads",
        MonthSpend(to_date=Decimal(0), forecast=estimate(60, 6), without_forecast=Decimal(0)),
    )


def test_usage_of_last_month_is_not() -> None:
    """A series of usage has an outlook each day that it lives."""
    gone = told("60", date(2026, 2, 28), team="gone", outlook=outlook(date(2026, 2, 28), "60"))
    one = month([gone, told("1", outlook=outlook(DAY, "1"))])
    assert [team.team for team in one.teams] == ["search"]


@pytest.mark.parametrize(
    ("day", "first", "end"),
    [
        (date(2026, 2, 28), date(2026, 2, 1), date(2026, 3, 1)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_months(day: date, first: date, end: date) -> None:
    """February and the turn of the year."""
    assert month_of(day) == (first, end)


def test_currencies_are_never_mixed() -> None:
    """Each has a month of its own, also where series share a name."""
    records = [
        told("5", outlook=outlook(DAY, "5")),
        told("7", currency="EUR", outlook=outlook(DAY, "7", month=estimate(70, 7))),
    ]
    euros, dollars = build_digest(DAY, records, [], RULES).currencies
    assert (spent(euros).forecast, spent(dollars).forecast) == (estimate(70, 7), estimate(310, 30))


def test_the_days_forecast_is_judged() -> None:
    """By series, over what came of those that had one."""
    records = [
        told("11", outlook=outlook(DAY, "11")),  # 10 +- 2: inside
        told("14", team="ads", outlook=outlook(DAY, "14")),  # outside
        told("99", team="new", outlook=outlook(DAY, "99", day=None)),
    ]
    judged = month(records).day_forecast
    assert judged is not None
    assert judged.forecast.expected == 20
    assert (judged.actual, judged.wape, judged.covered, judged.series) == (25, 0.2, 1, 2)


def test_no_forecast_is_judged_where_none_was_made() -> None:
    """Nor one of another day."""
    before = DAY - timedelta(days=1)
    assert month([told("1"), told("1", before, outlook=outlook(before, "1"))]).day_forecast is None


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**6)), min_size=2, max_size=6))
def test_teams_and_total_agree(pairs: list[tuple[int, int]]) -> None:
    """Joining parts gives what joining all gives, whatever the order."""
    months = [
        MonthSpend(to_date=Decimal(a), forecast=estimate(a + b, b), without_forecast=Decimal(0))
        for a, b in pairs
    ]
    whole = joined(months)
    parts = joined([joined(months[1:]), joined(months[:1])])
    assert whole.to_date == parts.to_date
    assert whole.forecast is not None
    assert parts.forecast is not None
    assert whole.forecast.expected == parts.forecast.expected
    assert abs(whole.forecast.upper - parts.forecast.upper) <= Decimal("0.00001") * len(pairs)
