"""The end of the demo: do the amounts agree, were the hidden events found, where to look next."""

from rich.console import Console
from rich.table import Table

from alerting.anomaly import Anomaly
from alerting.render.amounts import money
from stream.demo.company import HIDDEN, HiddenEvent
from stream.demo.tally import Tally
from stream.demo.watcher import Watcher


class Summary:
    """What was sent against what came out."""

    def __init__(self, tally: Tally, watcher: Watcher, sink: str, *, simulated: bool) -> None:
        self._tally = tally
        self._watcher = watcher
        self._hidden = HIDDEN if simulated else ()
        self._out = {line.currency: line.cost for line in watcher.ledger.totals(())}
        self.anomalies = sorted(watcher.anomalies.values(), key=lambda anomaly: anomaly.started_at)
        self._told = {
            name: next(one.address for one in case.told if one.sink == sink and one.receipt)
            for name, case in watcher.cases.items()
            if any(one.sink == sink and one.receipt for one in case.told)
        }
        self._digest_told = all(
            receipt is not None
            for sent in watcher.digests.values()
            for receipt in sent.receipts.values()
        ) and bool(watcher.digests)

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
        found = all(self.found(event) for event in self._hidden)
        return self.amounts_agree() and found and self._all_told()

    def _all_told(self) -> bool:
        return len(self._told) == len(self.anomalies) and self._digest_told

    def print(self, console: Console, seconds: float) -> None:
        """Print the summary."""
        table = Table(title="Summary", title_justify="left", box=None, show_header=False)
        table.add_row("events", f"{self._tally.events:,} published in {seconds:.0f} s")
        table.add_row("not readable", f"{self._tally.refused:,}, in the dead-letter topic")
        for currency, sent in sorted(self._tally.amounts.items()):
            out = self._out.get(currency)
            verdict = "equal to the last digit" if out == sent else f"[red]but {out} came out[/red]"
            table.add_row("amount", f"{money(sent, currency)} in and out, {verdict}")
        table.add_row("alerts", self._alerts())
        if not self._digest_told:
            table.add_row("digest", "[red]not delivered[/red]: the errors above say why")
        for event in self._hidden:
            table.add_row("hidden", self._line(event))
        table.add_row("next", "`spendwatch backtest FILE`: what your own bill would have raised")
        table.add_row("", "docs/config.md: your own rules; `spendwatch worker`: on your Kafka")
        console.print(table)

    def _alerts(self) -> str:
        count, told = len(self.anomalies), len(self._told)
        if told < count:
            missed = f"[red]{count - told} not delivered[/red]: the errors above say why"
            return f"{count} found, {missed}"
        return f"{count} found, one message each" if count else "none"

    def _line(self, event: HiddenEvent) -> str:
        anomaly = self.found(event)
        what = f"{event.title} ({event.team}, {event.service})"
        if anomaly is None:
            return f"[red]missed[/red]: {what}"
        minutes = (anomaly.detected_at - event.start).total_seconds() / 60
        channel = self._told.get(anomaly.anomaly_id, "nobody")
        return f"found: {what}, {minutes:.0f} minutes after its start, for {channel}"
