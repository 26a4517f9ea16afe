"""The digest as a message: rows to the cent that add up to the total below them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from alerting.money import ZERO, add, quantized, subtract, total_of
from alerting.render.aligned import aligned
from alerting.render.amounts import cents, percent, signed_money
from alerting.render.digest_csv import digest_csv
from alerting.render.digest_kind import kind_of
from alerting.render.digest_month import MONTH_READING, month_facts, month_table
from alerting.render.digest_people import alerts_in_words, among_people
from alerting.render.message import Facts, Fixed, Heading, Listing, Message, Note, Paragraph, Part
from alerting.render.plain import plain
from alerting.render.rareness import rareness
from alerting.rounding import CENT, rounded_rows
from alerting.statement import AnomalyLine, CurrencyDigest, Digest, TeamSpend

__all__ = ["digest_csv", "render_digest"]

_MAX_ANOMALIES: Final = 10
_NAME: Final = 24
_HEAD: Final = ("team", "amount", "forecast", "last week")
_UNKNOWN: Final = "-"
_OF_SPEND: Final = {"growing", "recovered", "reopened"}
_READING: Final = (
    "Forecast: of the buckets that had one. Last week: the same day.",
    "Rows are rounded so that they add up; the CSV has exact amounts.",
)


def render_digest(digest: Digest) -> Message:
    """The statement of a day, one currency after the other."""
    totals = " + ".join(cents(one.total, one.currency) for one in digest.currencies)
    title = f"Spend on {digest.day:%a %Y-%m-%d} (UTC): {totals or 'nothing was recorded'}"
    parts: list[Part] = [Heading(title)]
    for one in digest.currencies:
        parts += _currency(one, digest.top)
    if digest.alerts is not None and digest.currencies:
        parts.append(Paragraph(alerts_in_words(digest.alerts), "Alerts of the day (medians):"))
    if digest.currencies:
        has_forecast = any(one.month and one.month.forecast for one in digest.currencies)
        parts.append(Note((*_READING, MONTH_READING) if has_forecast else _READING))
    return Message(title, tuple(parts))


def _currency(one: CurrencyDigest, top: int) -> Iterator[Part]:
    yield Facts(tuple(_facts(one)))
    yield Fixed(f"By team, in {plain(one.currency, 12)}", _table(one, top))
    yield from month_table(one, top)
    if one.unpriced_tokens:
        text = f"{one.unpriced_tokens:,} tokens of models without a price are in no amount"
        yield Paragraph(f"{text}; add their prices to the rules under pricing.", "Unpriced:")
    yield from _anomalies("Anomalies detected on the day", one.opened, one.currency)
    yield from _anomalies("Detected before and not over", one.still_open, one.currency)
    yield from _anomalies("Planned", one.planned, one.currency, _woken(one.planned))


def _facts(one: CurrencyDigest) -> Iterator[tuple[str, str]]:
    yield "Total", cents(one.total, one.currency)
    yield "Against forecast", _against_forecast(one)
    yield "Against last week", _compared(one.total, one.week_ago, one.currency)
    yield from month_facts(one)
    share = one.unallocated_share
    said = "" if share is None else f" ({share * 100:.1f} % of the total)"
    yield "Unallocated", f"{cents(one.unallocated, one.currency)}{said}"
    if one.late_entries:
        yield (
            "Late charges",
            f"{one.late_entries:,}: {cents(one.late_cost, one.currency)}, included",
        )


def _against_forecast(one: CurrencyDigest) -> str:
    """The comparison, and over how much of the total it is where that is not all of it."""
    said = _compared(one.forecast_cost, one.expected, one.currency)
    if one.forecast_cost is None or one.forecast_cost == one.total:
        return said
    return f"{said}; {cents(one.forecast_cost, one.currency)} of the total had a forecast"


def _compared(now: Decimal | None, before: Decimal | None, currency: str) -> str:
    """The difference of the amounts as they are shown, so that a reader's own sum agrees."""
    if now is None or before is None:
        return "not known"
    moved = subtract(quantized(now, CENT), quantized(before, CENT))
    relative = _change(now, before)
    word = "as much as" if moved == 0 else "more than" if moved > 0 else "less than"
    size = "" if moved == 0 else f"{cents(abs(moved), currency)} "
    said = f"{size}{word} {cents(before, currency)}"
    return said if relative == _UNKNOWN else f"{said} ({relative})"


def _change(now: Decimal | None, before: Decimal | None) -> str:
    """Relative change; ``-`` where it cannot be said."""
    if now is None or before is None or before < 0:
        return _UNKNOWN
    if before == 0:
        return "new" if now > 0 else _UNKNOWN
    return percent(float(subtract(now, before) / before))


def _table(one: CurrencyDigest, top: int) -> tuple[str, ...]:
    """Head, a row a team, the others as one row, and the total."""
    shown, rest = one.teams[:top], one.teams[top:]
    if len(rest) == 1:
        shown, rest = one.teams, ()
    teams = [*shown, *([_others(rest)] if rest else [])]
    amounts = rounded_rows([team.cost for team in teams])
    rows = [
        (
            plain(team.team, _NAME),
            f"{amount:,f}",
            _change(team.forecast_cost, team.expected),
            _change(team.cost, team.week_ago),
        )
        for team, amount in zip(teams, amounts, strict=True)
    ]
    total = (
        "total",
        f"{add(total_of(amounts), ZERO.quantize(CENT)):,f}",
        _change(one.forecast_cost, one.expected),
        _change(one.total, one.week_ago),
    )
    return aligned([_HEAD, *rows, total])


def _others(teams: Sequence[TeamSpend]) -> TeamSpend:
    """Teams beyond the top as one."""
    return TeamSpend(
        team=f"{len(teams):,} others",
        cost=total_of(team.cost for team in teams),
        forecast_cost=_known([team.forecast_cost for team in teams]),
        expected=_known([team.expected for team in teams]),
        week_ago=_known([team.week_ago for team in teams]),
    )


def _known(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return total_of(known) if known else None


def _anomalies(
    label: str, lines: Sequence[AnomalyLine], currency: str, besides: str = ""
) -> Iterator[Part]:
    if not lines:
        return
    items = [_anomaly(line, currency) for line in lines[:_MAX_ANOMALIES]]
    if len(lines) > _MAX_ANOMALIES:
        items.append(f"and {len(lines) - _MAX_ANOMALIES:,} more with a smaller impact")
    yield Listing(f"{label}: {len(lines):,}{besides}", tuple(items))


def _woken(lines: Sequence[AnomalyLine]) -> str:
    """How many of what was planned were told all the same, as before the plan was made."""
    told = sum(line.people is not None and line.people.is_told for line in lines)
    return f", {told:,} of them told" if told else ", nobody was woken"


def _anomaly(line: AnomalyLine, currency: str) -> str:
    sign = "▲" if line.direction == "up" else "▼"
    where = f"{plain(line.team, 40)} · {plain(line.service, 40)}"
    if line.state == "retracted":  # what is left of its impact is no news
        what = f"{sign} no {'rise' if line.direction == 'up' else 'fall'} after all"
        words: tuple[str | None, ...] = (_state(line), among_people(line.people))
    else:
        what = f"{sign} {kind_of(line)} {signed_money(line.impact, currency)}"
        rare = rareness(line.once_in_days, line.never_in_days)
        words = (_state(line), line.severity, rare, among_people(line.people))
    state = ", ".join(word for word in words if word)
    return f"{what} · {where} · {state} · {plain(line.anomaly_id, 20)}"


def _state(line: AnomalyLine) -> str:
    """As spend has it; what people did stands beside it."""
    if line.people is None or line.people.state not in _OF_SPEND:
        return line.state
    return line.people.state
