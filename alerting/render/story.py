"""Why an anomaly is told: what came late, how rare it is, its likely cause, what moved, and its chart."""

from collections.abc import Iterator

from alerting.anomaly import Anomaly
from alerting.render.amounts import signed_money
from alerting.render.cause import likely_cause
from alerting.render.chart import chart
from alerting.render.effects import split_in_words
from alerting.render.message import Fixed, Part
from alerting.render.plain import plain
from alerting.render.rareness import rareness
from alerting.render.spans import step
from alerting.render.title import is_found_late


def late(anomaly: Anomaly) -> Iterator[tuple[str, str]]:
    """What late charges have to do with it: a label and a sentence."""
    if anomaly.state == "retracted":
        yield "Retracted", "late or corrected charges brought spend back to its forecast"
        return
    if is_found_late(anomaly):
        yield "Found late", "it was over when late charges showed it"
    if anomaly.restated:
        amount = signed_money(anomaly.restated, anomaly.currency)
        yield "Restated", f"{amount} of the impact came with late charges"


def unusual(anomaly: Anomaly) -> Iterator[tuple[str, str]]:
    """How rare it is."""
    rare = rareness(anomaly.once_in_days, anomaly.never_in_days)
    if rare is not None:
        yield "How unusual", f"{rare} for this series"


def reasons(anomaly: Anomaly) -> Iterator[tuple[str, str]]:
    """Its likely cause, and the split of the money by cause."""
    cause = likely_cause(anomaly)
    if cause is not None:
        yield "Likely cause", cause
    split = split_in_words(anomaly)
    if split is not None:
        yield "Why", split


def drawn(anomaly: Anomaly) -> Iterator[Part]:
    """The chart in characters; nothing without buckets."""
    lines, merged = chart(anomaly.recent, anomaly.started_at, anomaly.ended_at)
    if lines:
        every = step(anomaly.bucket_seconds * merged)
        yield Fixed(f"Cost in {plain(anomaly.currency, 12)}, every {every}", lines)
