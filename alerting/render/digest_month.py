"""The month in the digest's message: what it cost so far, where it ends, and how good the day's forecast was."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from alerting.estimate import Estimate
from alerting.money import ZERO, total_of
from alerting.month import joined
from alerting.render.aligned import aligned
from alerting.render.amounts import about, cents
from alerting.render.message import Fixed, Part
from alerting.render.plain import plain
from alerting.rounding import rounded_rows
from alerting.statement import CurrencyDigest, DayForecast, MonthSpend, TeamSpend

MONTH_READING: Final = (
    "Month's end: 4 of 5 are to lie in the band; bands add up as if teams erred independently."
)
_HEAD: Final = ("team", "so far", "month's end", "80 % band")
_NAME: Final = 24
_UNKNOWN: Final = "-"
_NO_MONTH: Final = MonthSpend(to_date=ZERO, forecast=None, without_forecast=ZERO)


def month_facts(one: CurrencyDigest) -> Iterator[tuple[str, str]]:
    """What is said of the month in a line each."""
    if one.month is not None:
        yield "Month to date", _to_date(one.month, one.currency)
    if one.day_forecast is not None:
        yield "The day's forecast", _day_forecast(one.day_forecast, one.currency)


def _to_date(month: MonthSpend, currency: str) -> str:
    said = cents(month.to_date, currency)
    if month.forecast is None:
        return said
    if month.forecast.lower == month.forecast.upper:
        return f"{said}, the whole month"
    end = f"{said}; {about(month.forecast.expected, currency)} by the end of the month"
    known = f"{end}, {_band(month.forecast, currency)} in 4 of 5 cases"
    if not month.without_forecast:
        return known
    return f"{known}; of {cents(month.without_forecast, currency)} nothing is forecast"


def _day_forecast(day: DayForecast, currency: str) -> str:
    forecast = (
        f"{about(day.forecast.expected, currency)} at 00:00 ({_band(day.forecast, currency)})"
    )
    off = "" if day.wape is None else f", series were {day.wape * 100:,.0f} % off"
    came = f"{cents(day.actual, currency)} came{off}"
    return f"{forecast}; {came}, {day.covered:,} of {day.series:,} within their band"


def _band(estimate: Estimate, currency: str) -> str:
    return f"{about(estimate.lower, currency)} to {about(estimate.upper, currency)}"


def month_table(one: CurrencyDigest, top: int) -> Iterator[Part]:
    """A row a team, the dearest of the month first, the others as one, and the total; nothing without forecasts."""
    if one.month is None or one.month.forecast is None:
        return
    months = sorted(
        ((team.team, _month(team)) for team in one.teams),
        key=lambda named: (-_end(named[1]), named[0]),
    )
    shown, rest = months[:top], months[top:]
    if len(rest) == 1:
        shown, rest = months, []
    if rest:
        shown = [*shown, (f"{len(rest):,} others", joined(month for _, month in rest))]
    amounts = rounded_rows([month.to_date for _, month in shown])
    rows = [
        (plain(name, _NAME), f"{amount:,f}", *_forecast(month, one.currency))
        for (name, month), amount in zip(shown, amounts, strict=True)
    ]
    total = ("total", f"{total_of(amounts):,f}", *_forecast(one.month, one.currency))
    yield Fixed(f"Month by team, in {plain(one.currency, 12)}", aligned([_HEAD, *rows, total]))


def _month(team: TeamSpend) -> MonthSpend:
    return _NO_MONTH if team.month is None else team.month


def _end(month: MonthSpend) -> Decimal:
    return month.to_date if month.forecast is None else month.forecast.expected


def _forecast(month: MonthSpend, currency: str) -> tuple[str, str]:
    if month.forecast is None:
        return _UNKNOWN, _UNKNOWN
    return about(month.forecast.expected, currency), _band(month.forecast, currency)
