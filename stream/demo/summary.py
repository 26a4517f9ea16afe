"""The end of the demo: do the amounts agree, were the hidden events found, where to look next."""

from rich.console import Console
from rich.table import Table

from alerting.anomaly import Anomaly
from alerting.render.amounts import money
from alerting.routes import channel_for
from config.rules import Rules
from stream.demo.company import HIDDEN, HiddenEvent
from stream.demo.tally import Tally
from stream.demo.watcher import Watcher


class Summary:
    """What was sent against what came out."""

    def __init__(self, tally: Tally, watcher: Watcher, rules: Rules, *, simulated: bool) -> None:
        self._tally = tally
        self._watcher = watcher
        self._rules = rules
        self._hidden = HIDDEN if simulated else ()
        self._out = {line.currency: line.cost for line in watcher.ledger.totals(())}
        self.anomalies = sorted(
            (entry.anomaly for entry in watcher.outbox.entries.values()),
            key=lambda anomaly: anomaly.started_at,
        )

    def amounts_agree(self) -> bool:
        """Whether exactly what was sent came out, in every currency."""
        return (
            self._tally.amounts == self._out and self._tally.refused == self._watcher.dead_letters
        )

    def found(self, event: HiddenEvent) -> Anomaly | None:
        """The anomaly that is a hidden event, if it was alerted."""
        for anomaly in self.anomalies:
            same = (anomaly.team, anomaly.service) == (event.team, event.service)
            if (
                same
                and anomaly.direction == "up"
                and event.start <= anomaly.detected_at <= event.end
            ):
                return anomaly
        return None

    def adds_up(self) -> bool:
        """Whether the run shows what it should."""
        return self.amounts_agree() and all(self.found(event) for event in self._hidden)

    def print(self, console: Console, seconds: float) -> None:
        """Print the summary."""
        table = Table(title="Summary", title_justify="left", box=None, show_header=False)
        table.add_row("events", f"{self._tally.events:,} published in {seconds:.0f} s")
        table.add_row("not readable", f"{self._tally.refused:,}, in the dead-letter topic")
        for currency, sent in sorted(self._tally.amounts.items()):
            out = self._out.get(currency)
            verdict = "equal to the last digit" if out == sent else f"[red]but {out} came out[/red]"
            table.add_row("amount", f"{money(sent, currency)} in and out, {verdict}")
        table.add_row("alerts", f"{len(self.anomalies)} anomalies, one message each")
        for event in self._hidden:
            table.add_row("hidden", self._line(event))
        table.add_row(
            "next", "docs/config.md to set your own rules, `spendwatch worker` on your Kafka,"
        )
        table.add_row("", "`spendwatch backtest FILE` to see what your own bill would have raised")
        console.print(table)

    def _line(self, event: HiddenEvent) -> str:
        anomaly = self.found(event)
        what = f"{event.title} ({event.team}, {event.service})"
        if anomaly is None:
            return f"[red]missed[/red]: {what}"
        minutes = (anomaly.detected_at - event.start).total_seconds() / 60
        channel = channel_for(self._rules.routing, anomaly)[0]
        return f"found: {what}, told to {channel} after {minutes:.0f} minutes of event time"
