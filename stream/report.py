"""The report of a backtest: what was spent, and what the rules would have raised. It fits 80 columns."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alerting.anomaly import Anomaly
from alerting.render.amounts import money, signed_money
from alerting.render.plain import plain
from config.durations import format_duration
from stream.backtest import Backtest
from stream.ledger import Ledger


def print_report(run: Backtest, console: Console) -> None:
    """Print totals by team and service, and every anomaly in the order in which they began."""
    console.print(_spend(run.ledger()))
    console.print()
    anomalies = run.newest()
    if anomalies:
        console.print(_anomalies(anomalies))
    else:
        console.print("[bold]No anomaly[/bold]: nothing would have been alerted.")


def print_difference(run: Backtest, without: Backtest, console: Console) -> None:
    """Print what feedback changed, beside the same files without it."""
    told, before = ({one.anomaly_id for one in each.newest()} for each in (run, without))
    said, unsaid = (0, 0) if run.answers is None else (run.answers.said, run.answers.unsaid)
    console.print()
    console.print(
        f"[bold]Feedback[/bold]: {len(told):,} anomalies with it, {len(before):,} without: "
        f"{len(before - told):,} of those are gone, {len(told - before):,} are new."
    )
    heard = "1 answer was" if said == 1 else f"{said:,} answers were"
    console.print(f"{heard} heard, {unsaid:,} found no anomaly to be said of.")


def _spend(ledger: Ledger) -> Table:
    table = _table("Spend")
    table.add_column("team", overflow="fold")
    table.add_column("service", overflow="fold")
    table.add_column("cost", justify="right", no_wrap=True)
    for line in ledger.totals(("team", "service")):
        table.add_row(*map(_name, line.group), money(line.cost, line.currency))
    for line in ledger.totals(()):
        table.add_row("[bold]total", "", money(line.cost, line.currency))
    return table


def _anomalies(anomalies: list[Anomaly]) -> Table:
    table = _table(f"Anomalies: {len(anomalies):,}")
    table.add_column("since (UTC)", no_wrap=True)
    table.add_column("for", no_wrap=True)
    table.add_column("team · service · environment", overflow="fold")
    table.add_column("impact", justify="right", no_wrap=True)
    table.add_column("a day", justify="right", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    for anomaly in anomalies:
        where = (anomaly.team, anomaly.service, anomaly.environment)
        table.add_row(
            f"{anomaly.started_at:%Y-%m-%d %H:%M}",
            _lasted(anomaly),
            " · ".join(_name(name) for name in where if name),
            signed_money(anomaly.impact, anomaly.currency),
            signed_money(anomaly.impact_per_day, anomaly.currency),
            f"{anomaly.score_max:.1f}",
        )
    return table


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)


def _name(name: str) -> str:
    """A name as plain text: square brackets in it are no markup."""
    return escape(plain(name))


def _lasted(anomaly: Anomaly) -> str:
    """``open``, or how long it lasted: ``35m``, ``9h``, ``2d3h``."""
    if anomaly.ended_at is None:
        return "open"
    return format_duration(int((anomaly.ended_at - anomaly.started_at).total_seconds()))
