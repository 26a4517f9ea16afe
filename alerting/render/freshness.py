"""A source that stopped, as a message: since when, what is usual, and where to look."""

from typing import Final

from alerting.anomaly import Anomaly
from alerting.render.amounts import moment
from alerting.render.message import Facts, Heading, Listing, Message, Note, Paragraph
from alerting.render.plain import plain

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
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


def span(seconds: int) -> str:
    """A length of time at a glance: ``40 s``, ``35 min``, ``2 h 5 min``, ``3 days 4 h``.

    >>> [span(seconds) for seconds in (40, 2100, 7500, 7200, 86_400, 273_600)]
    ['40 s', '35 min', '2 h 5 min', '2 h', '1 day', '3 days 4 h']
    """
    if seconds < _MINUTE:
        return f"{max(seconds, 0)} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        hours, rest = divmod(seconds, _HOUR)
        return f"{hours} h" + (f" {rest // _MINUTE} min" if rest >= _MINUTE else "")
    days, rest = divmod(seconds, _DAY)
    named = f"{days} day" if days == 1 else f"{days} days"
    return named + (f" {rest // _HOUR} h" if rest >= _HOUR else "")


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
