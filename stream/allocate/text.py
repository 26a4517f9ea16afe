"""The tally for people: tables of 80 columns whose rows, rounded to the cent, add up to the totals below them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alerting.render.amounts import cents
from alerting.render.plain import plain
from alerting.rounding import rounded_rows
from config.allocation import AllocationRule
from stream.allocate.sums import NOTHING, Sum
from stream.allocate.tally import ALL, Resource, Tally

NOBODY = "(no rule)"
_MOST_CONFLICTS = 20
_DIM = "[dim]"


class _Row(NamedTuple):
    names: tuple[str, ...]
    currency: str
    sum: Sum


def print_tally(tally: Tally, top: int, console: Console) -> None:
    """Print all of it; of accounts and resources without an owner the ``top`` largest of each currency."""
    _print("Claimed by rule", _table(("rule", "by"), tally, _rules(tally)), console)
    _print("Owners", _table(("team", "of which shared"), tally, _teams(tally)), console)
    for title, sums in (("Cost centres", tally.cost_centers), ("Products", tally.products)):
        if any(key for key, _, _ in sums.largest()):
            rows = [_Row((key or "(none)",), cur, one) for key, cur, one in sums.largest()]
            _print(title, _table((title.lower().removesuffix("s"),), tally, rows), console)
    _print_unclaimed(tally, top, console)
    _print_conflicts(tally, console)
    _print_idle(tally, console)


def _rules(tally: Tally) -> list[_Row]:
    rows = []
    for rule in tally.rules:
        for currency, one in (tally.claimed.of(rule.name) or {"": NOTHING}).items():
            rows.append(_Row((rule.name, _how(rule)), currency, one))
    rows += [_Row((NOBODY, ""), currency, one) for currency, one in tally.claimed.of("").items()]
    return rows


def _how(rule: AllocationRule) -> str:
    first, after = rule.days
    days = (("from", first), ("until", after))
    return " ".join([rule.by, *(f"{word} {day}" for word, day in days if day is not None)])


def _teams(tally: Tally) -> list[_Row]:
    rows = []
    for team, currency, one in tally.teams.largest():
        shared = tally.shared.of(team).get(currency)
        said = "" if shared is None else cents(shared.amount, currency)
        rows.append(_Row((team, said), currency, one))
    return rows


def _print_unclaimed(tally: Tally, top: int, console: Console) -> None:
    if not tally.claimed.of(""):
        console.print("[bold]No charge is without an owner.[/bold]\n")
        return
    accounts = [_Row((key or "(none)",), cur, one) for key, cur, one in tally.accounts.largest()]
    _print("Without an owner, by account", _plain(("account",), accounts, top), console)
    resources = [_Row(_said(key), cur, one) for key, cur, one in tally.resources.largest()]
    names = ("account", "service", "resource")
    _print("Without an owner, by resource", _plain(names, resources, top), console)


def _said(place: Resource) -> tuple[str, ...]:
    return tuple(name or "(none)" for name in place)


def _print_conflicts(tally: Tally, console: Console) -> None:
    rows = [
        _Row((one.rule, one.team, one.later, one.other_team), currency, total)
        for one, currency, total in tally.conflicts.largest()
    ]
    if rows:
        names = ("claimed by", "for", "also by", "for")
        title = "Claimed twice; the first counts"
        _print(title, _plain(names, rows, _MOST_CONFLICTS), console)


def _print_idle(tally: Tally, console: Console) -> None:
    for said, names in (
        ("Rules that match no charge", tally.never()),
        ("Rules that come too late: others say all before them", tally.too_late()),
    ):
        if names:
            console.print(f"[bold]{said}[/bold]: {', '.join(map(_shown, names))}")
    if tally.unpriced:
        console.print(f"{tally.unpriced:,} charges have no known price, and count as nothing.")


def _table(names: Sequence[str], tally: Tally, rows: list[_Row]) -> Table:
    """A table of everything, with its total."""
    table = _empty(names)
    for row, amount in zip(rows, _rounded(rows), strict=True):
        _add(table, row, amount)
    for currency, one in tally.total.of(ALL).items():
        shown = rounded_rows([one.amount])[0]
        total = _Row(("total", *("" for _ in names[1:])), currency, one)
        _add(table, total, shown, "[bold]")
    return table


def _rounded(rows: Sequence[_Row]) -> list[Decimal]:
    """To the cent, by currency, so that they add up."""
    shown: dict[int, Decimal] = {}
    for currency in {row.currency for row in rows}:
        places = [place for place, row in enumerate(rows) if row.currency == currency]
        amounts = rounded_rows([rows[place].sum.amount for place in places])
        shown |= dict(zip(places, amounts, strict=True))
    return [shown[place] for place in range(len(rows))]


def _plain(names: Sequence[str], rows: Iterable[_Row], most: int) -> Table:
    """A table of the largest rows of each currency, and of how many more there are."""
    table = _empty(names)
    seen: dict[str, int] = {}
    for row in rows:
        seen[row.currency] = seen.get(row.currency, 0) + 1
        if seen[row.currency] <= most:
            _add(table, row, row.sum.amount)
    more = sum(max(count - most, 0) for count in seen.values())
    if more:
        table.add_row(f"{_DIM}and {more:,} more", *("" for _ in names[1:]), "", "")
    return table


def _print(title: str, table: Table, console: Console) -> None:
    console.print(f"[bold]{title}[/bold]", table, "", sep="\n")


def _empty(names: Sequence[str]) -> Table:
    table = Table(box=None, header_style="italic", pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    table.add_column("charges", justify="right", no_wrap=True)
    table.add_column("cost", justify="right", no_wrap=True)
    return table


def _add(table: Table, row: _Row, amount: Decimal, style: str = "") -> None:
    cost = cents(amount, row.currency) if row.currency else "-"
    table.add_row(*(f"{style}{_shown(name)}" for name in row.names), f"{row.sum.charges:,}", cost)


def _shown(name: str) -> str:
    """A name as plain text: square brackets in it are no markup."""
    return escape(plain(name)) if name else ""
