"""Cases and what people did about them, in a few words for a terminal. What others wrote is made harmless."""

from datetime import tzinfo

from alerting.anomaly import Anomaly
from alerting.cases.acts import Act
from alerting.cases.case import Happening
from alerting.cases.record import CaseRecord, Quiet, ToldIn
from alerting.render.amounts import signed_money
from alerting.render.plain import plain
from stream.alerts.times import shown

_MOST_OF_A_NOTE = 300
_DONE = {
    "acknowledge": "acknowledged",
    "snooze": "snoozed",
    "expected": "expected",
    "wrong": "judged wrong",
    "right": "judged right",
    "reopen": "reopened by a person",
}


def subject(anomaly: Anomaly) -> str:
    """Whose spend on what, and where."""
    names = [anomaly.team, anomaly.service, anomaly.environment]
    return " · ".join(plain(name, 40) for name in names if name)


def moved(anomaly: Anomaly) -> str:
    """In which direction, and how much so far."""
    word = "rose" if anomaly.direction == "up" else "fell"
    return f"{word} {signed_money(anomaly.impact, anomaly.currency)}"


def done(act: Act, zone: tzinfo | None = None) -> str:
    """``acknowledged by Ann: "on it"``."""
    return _said(act.kind, act.by.name, act.until, act.note, zone)


def happened(one: Happening, zone: tzinfo | None = None) -> str:
    """``acknowledged by Ann via slack: "on it"``, ``worse``."""
    by = "" if one.by is None else f"{one.by.name} via {one.by.via}"
    return _said(one.kind, by, one.until, one.note, zone)


def _said(kind: str, by: str, until: int | None, note: str, zone: tzinfo | None) -> str:
    words = _DONE.get(kind, plain(kind)) if by else plain(kind)
    words += f" by {plain(by)}" if by else ""
    words += f" until {shown(until, zone)}" if until is not None else ""
    return words + noted(note)


def noted(note: str) -> str:
    """A note as it is put behind something; nothing if there is none."""
    return f': "{plain(note, _MOST_OF_A_NOTE)}"' if note.strip() else ""


def quiet(why: Quiet, zone: tzinfo | None = None) -> str:
    """``silenced by S-1234567890 until 2026-11-22 08:00 CET: "maintenance"``."""
    until = f" until {shown(why.until, zone)}" if why.until is not None else ""
    by = f" by {plain(why.by)}" if why.by else ""
    return f"{why.kind}{by}{until}{noted(why.note)}"


def last_act(case: CaseRecord) -> Act | None:
    """What somebody did last, of what still holds."""
    acts = [one for one in (case.acknowledged, case.snoozed, case.judged) if one is not None]
    return max(acts, key=lambda act: act.at, default=None)


def told(one: ToldIn) -> str:
    """Where it was told, with a link to it where that is known, or why it could not be."""
    where = f"{plain(one.sink)} {plain(one.address)}".rstrip()
    link, why = slack_link(one), plain(one.problem, _MOST_OF_A_NOTE) if one.problem else ""
    if why and one.receipt is not None:
        return f"{where}: told in {link or plain(one.receipt[0])}: {why}"
    if why:
        return f"{where}: not told: {why}"
    return f"{where}: {link}" if link else where


def told_together(case: CaseRecord) -> list[str]:
    """Keys of messages that tell of it among others."""
    keys = dict.fromkeys(one.notice for one in case.told)
    return [key for key in keys if key != case.anomaly.anomaly_id]


def slack_link(one: ToldIn) -> str:
    """Where Slack shows the message, in the workspace in which the reader is; empty if it is not in Slack."""
    if one.sink != "slack" or one.receipt is None:
        return ""
    channel, ts = one.receipt
    whole, _, part = ts.partition(".")
    if not (channel.isalnum() and channel.isascii() and whole.isdecimal() and part.isdecimal()):
        return ""
    return f"https://slack.com/archives/{channel}/p{whole}{part}"


def state_line(case: CaseRecord, zone: tzinfo | None = None) -> str:
    """A case in one line, after something was done about it."""
    anomaly, act = case.anomaly, last_act(case)
    said = [f"{plain(anomaly.anomaly_id)} is {case.state}", subject(anomaly), moved(anomaly)]
    return " · ".join([*said, *([] if act is None else [done(act, zone)])])
