"""The digest: what a UTC day cost, by team, in a form that adds up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from alerting.anomaly import Anomaly
from alerting.cases.kpi import kpis_of, newest_cases
from alerting.cases.record import CaseRecord
from alerting.digest_anomalies import DayAnomalies, anomalies_of, newest_anomalies
from alerting.money import ZERO, from_float, total_of
from alerting.month import day_forecast_of, joined, month_of, months_of, outlooks_of, team_of
from alerting.spend import SpendRecord
from alerting.statement import (
    CurrencyDigest,
    DayForecast,
    Digest,
    MonthSpend,
    TeamSpend,
)
from config.allocation import UNALLOCATED
from config.digest import DigestRules

__all__ = ["Digest", "build_digest"]

_WEEK = timedelta(days=7)
_NO_MONTH = MonthSpend(to_date=ZERO, forecast=None, without_forecast=ZERO)


def build_digest(
    day: date,
    spend: Iterable[SpendRecord],
    anomalies: Iterable[Anomaly],
    rules: DigestRules,
    cases: Iterable[CaseRecord] = (),
) -> Digest:
    """The digest of a day.

    Args:
        day: the UTC day.
        spend: records of any days in any order; the newest revision of an entry counts.
        anomalies: records of any days in any order; the newest revision of an anomaly counts.
        rules: how many teams are shown.
        cases: what became of anomalies among people, in any order; the newest record of an anomaly counts.

    Returns:
        The digest; it has no currency if nothing was recorded for the day.
    """
    spend = list(spend)
    first, _ = month_of(day)
    this_month = {first + timedelta(days=at) for at in range((day - first).days + 1)}
    records = _newest(spend, {*this_month, day - _WEEK})
    today, week_ago = _by_currency(records, {day}), _by_currency(records, {day - _WEEK})
    month, outlooks = _by_currency(records, this_month), outlooks_of(spend, day)
    known = newest_cases(cases)
    found = newest_anomalies(anomalies)
    return Digest(
        day=day,
        top=rules.top,
        currencies=tuple(
            _currency_digest(
                currency,
                today[currency],
                week_ago.get(currency, []),
                months_of(day, month[currency], outlooks.get(currency, {}), team_of),
                day_forecast_of(day, today[currency], outlooks.get(currency, {})),
                anomalies_of(day, [one for one in found if one.currency == currency], known),
            )
            for currency in sorted(today)
        ),
        alerts=kpis_of(known.values(), day, day) if known else None,
    )


def _newest(spend: Iterable[SpendRecord], days: set[date]) -> list[SpendRecord]:
    newest: dict[str, SpendRecord] = {}
    for record in spend:
        if _day(record.bucket_start) in days:
            before = newest.get(record.entry)
            if before is None or record.revision > before.revision:
                newest[record.entry] = record
    return list(newest.values())


def _by_currency(records: Iterable[SpendRecord], days: set[date]) -> dict[str, list[SpendRecord]]:
    found: defaultdict[str, list[SpendRecord]] = defaultdict(list)
    for record in records:
        if _day(record.bucket_start) in days:
            found[record.currency].append(record)
    return found


def _currency_digest(
    currency: str,
    records: list[SpendRecord],
    week_ago: list[SpendRecord],
    months: Mapping[str, MonthSpend],
    day_forecast: DayForecast | None,
    anomalies: DayAnomalies,
) -> CurrencyDigest:
    teams = _teams(_by_team(records), _by_team(week_ago), months)
    total = total_of(team.cost for team in teams)
    late = [record for record in records if record.late]
    unallocated = total_of(team.cost for team in teams if team.team == UNALLOCATED)
    forecast_cost, expected = _forecast(records)
    return CurrencyDigest(
        currency=currency,
        total=total,
        teams=teams,
        expected=expected,
        forecast_cost=forecast_cost,
        week_ago=total_of(record.cost for record in week_ago) if week_ago else None,
        unallocated=unallocated,
        unallocated_share=float(unallocated / total) if total > 0 else None,
        unpriced_tokens=sum(record.unpriced_tokens for record in records),
        late_entries=len(late),
        late_cost=total_of(record.cost for record in late),
        opened=anomalies.opened,
        still_open=anomalies.still_open,
        month=joined(months.values()),
        day_forecast=day_forecast,
        planned=anomalies.planned,
    )


def _teams(
    today: Mapping[str, list[SpendRecord]],
    week_ago: Mapping[str, list[SpendRecord]],
    months: Mapping[str, MonthSpend],
) -> tuple[TeamSpend, ...]:
    """Every team of the day, of the same day last week and of the month, the dearest first."""
    teams = [
        _team(
            team,
            today.get(team, []),
            week_ago.get(team, []),
            months.get(team, _NO_MONTH),
            known=bool(week_ago),
        )
        for team in {*today, *week_ago, *months}
    ]
    return tuple(sorted(teams, key=lambda team: (-team.cost, team.team)))


def _team(
    team: str,
    records: list[SpendRecord],
    week_ago: list[SpendRecord],
    month: MonthSpend,
    *,
    known: bool,
) -> TeamSpend:
    forecast_cost, expected = _forecast(records)
    return TeamSpend(
        team=team,
        cost=total_of(record.cost for record in records),
        forecast_cost=forecast_cost,
        expected=expected,
        week_ago=total_of(record.cost for record in week_ago) if known else None,
        month=month,
    )


def _forecast(records: Iterable[SpendRecord]) -> tuple[Decimal | None, Decimal | None]:
    """Cost and forecast of the buckets that had one."""
    known = [(record.cost, record.expected) for record in records if record.expected is not None]
    if not known:
        return None, None
    return total_of(cost for cost, _ in known), total_of(from_float(usual) for _, usual in known)


def _by_team(records: Iterable[SpendRecord]) -> dict[str, list[SpendRecord]]:
    teams: defaultdict[str, list[SpendRecord]] = defaultdict(list)
    for record in records:
        teams[record.team].append(record)
    return teams


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
