"""A source that stopped, as a message: since when, what is usual, and where to look."""

from typing import Final

from alerting.anomaly import Anomaly
from alerting.render.amounts import moment
from alerting.render.message import Facts, Heading, Listing, Message, Note, Paragraph
from alerting.render.plain import plain
from alerting.render.spans import span

_LOOK_AT: Final = (
    "the publisher: does it run, and what does its log say? A bill comes from an export, usage from a gateway",
    "the topic: does its newest message agree? A wrong prefix or a cleared topic looks the same",
    "the consumers: `spendwatch topics check`; lag is none of the reasons, since this is the time at which messages come",
)


def render_freshness(anomaly: Anomaly) -> Message:
    """The message of a record that `alerting.freshness.anomaly_of` made."""
    source = plain(anomaly.source, 40)
    silent = span(int((anomaly.updated_at - anomaly.started_at).total_seconds()))
    usual = f"usually every {span(anomaly.bucket_seconds)}"
    if anomaly.state == "open":
        title = f"Stopped: source {source} · nothing came since {moment(anomaly.started_at)} ({silent}; {usual})"
        said = Paragraph(
            "nothing that is spent is seen meanwhile: no anomaly, no month's end and no digest knows of it",
            "What it means:",
        )
        parts = (
            Heading(title),
            _facts(anomaly, silent, usual),
            said,
            Listing("What to look at", _LOOK_AT),
        )
        return Message(title, (*parts, _note(anomaly)))
    title = f"Back: source {source} · messages come again, after {silent} ({usual})"
    said = Paragraph(
        "what comes late is counted in the hours in which it was spent, within the source's horizon",
        "What it means:",
    )
    return Message(title, (Heading(title), _facts(anomaly, silent, usual), said, _note(anomaly)))


def _facts(anomaly: Anomaly, silent: str, usual: str) -> Facts:
    state = "Open" if anomaly.state == "open" else "Resolved"
    return Facts(
        (
            ("State", f"{state}, severity {anomaly.severity}"),
            ("Source", plain(anomaly.source)),
            ("Newest message before", moment(anomaly.started_at)),
            ("Silent for", f"{silent}, {usual}"),
        )
    )


def _note(anomaly: Anomaly) -> Note:
    return Note(
        (
            f"as of {moment(anomaly.updated_at)}",
            f"{plain(anomaly.anomaly_id)}, revision {anomaly.revision}",
        )
    )
