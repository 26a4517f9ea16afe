"""Draws the pictures of the README from the simulated company: ``python docs/images/make.py``."""

import io
import time
from datetime import timedelta
from pathlib import Path

from rich.console import Console, RenderableType
from slack_look import picture
from talk import flood, opened, over

from alerting.anomaly import Anomaly
from alerting.digest import build_digest
from alerting.render.anomaly import render_anomaly
from alerting.render.console import render_console
from alerting.render.digest import render_digest
from alerting.routing.labels import labels_of
from alerting.routing.tree import targets_of
from config.loader import load_rules
from config.rules import Rules
from stream.backtest import Backtest
from stream.demo.company import END, HIDDEN, simulate
from stream.demo.run import COMPANY_RULES

HERE = Path(__file__).parent
WEEKS = 3
CHUNK = 4000


def replay(rules: Rules) -> Backtest:
    """Three weeks of the simulated company."""
    run = Backtest(rules)
    events = list(simulate(WEEKS, END))
    for start in range(0, len(events), CHUNK):
        part = events[start : start + CHUNK]
        for source in ("billing", "usage"):
            run.feed(
                source, [event.value for event in part if event.topic == source], int(time.time())
            )
    run.finish()
    return run


def draw(name: str, title: str, shown: RenderableType) -> None:
    """Write one picture."""
    console = Console(record=True, width=98, force_terminal=True, file=io.StringIO())
    console.print(shown)
    (HERE / f"{name}.svg").write_text(console.export_svg(title=title), encoding="utf-8")


def first_told(run: Backtest, service: str) -> Anomaly:
    """An anomaly as it was when its team first heard of it."""
    return next(anomaly for anomaly in run.anomalies if anomaly.service == service)


def revisions(run: Backtest, first: Anomaly) -> list[Anomaly]:
    """All that was told of an anomaly."""
    return [one for one in run.anomalies if one.anomaly_id == first.anomaly_id]


def main() -> None:
    """Draw all pictures."""
    rules = load_rules(COMPANY_RULES)
    run = replay(rules)
    storm = HIDDEN[0]
    anomaly = first_told(run, storm.service)
    channel = targets_of(rules, labels_of(anomaly), ["console"])[0].places[0].address
    draw("alert", "an alert", render_console(render_anomaly(anomaly), channel))
    picture(opened(anomaly), HERE / "slack-open.png")
    picture(over(anomaly, revisions(run, anomaly)), HERE / "slack-resolved.png")
    picture(flood(anomaly), HERE / "slack-flood.png")
    day = storm.start.date()
    digest = build_digest(day, run.spend, run.anomalies, rules.digest)
    title = f"the digest of {day}, sent on {day + timedelta(days=1)}"
    draw("digest", title, render_console(render_digest(digest), rules.digest.channel))


if __name__ == "__main__":
    main()
