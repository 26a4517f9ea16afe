"""An anomaly as a message by itself, without what people do about it: for backtests, the demo and `score`."""

from alerting.anomaly import Anomaly
from alerting.freshness import CHANNEL as FRESHNESS
from alerting.render.amounts import moment
from alerting.render.anomaly_month import month_facts
from alerting.render.facts import against, charges, evidence, newest, pace
from alerting.render.freshness import render_freshness
from alerting.render.message import Facts, Heading, Listing, Message, Note, Paragraph, Part
from alerting.render.moved import moved
from alerting.render.plain import plain
from alerting.render.story import drawn, late, reasons, unusual
from alerting.render.title import state_word, title


def render_anomaly(anomaly: Anomaly) -> Message:
    """The message of an anomaly at this moment of its life; each revision replaces the one before."""
    if anomaly.channel == FRESHNESS:
        return render_freshness(anomaly)
    text = title(anomaly, state_word(anomaly))
    parts: list[Part] = [Heading(text), Facts(_facts(anomaly))]
    said = [*late(anomaly)]
    if anomaly.state != "retracted":
        said += [*unusual(anomaly), *reasons(anomaly)]
    parts += [Paragraph(sentence, f"{label}:") for label, sentence in said]
    if anomaly.state != "retracted" and anomaly.contributors:
        parts.append(Listing("What moved (share of the impact)", moved(anomaly)))
    return Message(text, (*parts, *drawn(anomaly), Note(evidence(anomaly))))


def _facts(anomaly: Anomaly) -> tuple[tuple[str, str], ...]:
    ended = anomaly.ended_at
    since = moment(anomaly.started_at)
    return (
        ("State", f"{state_word(anomaly)}, severity {anomaly.severity}"),
        ("Team", plain(anomaly.team)),
        ("Service", plain(anomaly.service)),
        ("Environment", plain(anomaly.environment) if anomaly.environment else "not known"),
        ("Charges", charges(anomaly)),
        ("Since", since) if ended is None else ("From, to", f"{since} to {moment(ended)}"),
        ("Impact so far" if ended is None else "Impact", against(anomaly)),
        *pace(anomaly),
        *month_facts(anomaly),
        ("Newest anomalous bucket", newest(anomaly)),
    )
