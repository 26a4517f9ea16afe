"""A case as a message: right on a phone, the first line says all, what matters most comes next."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from alerting.anomaly import Anomaly
from alerting.cases.case import Case, CaseState
from alerting.freshness import CHANNEL as FRESHNESS
from alerting.render.amounts import moment
from alerting.render.anomaly_month import leads_to, month_facts
from alerting.render.facts import against, evidence, where
from alerting.render.freshness import render_freshness
from alerting.render.message import Facts, Heading, Links, Listing, Mentions, Message, Note, Part
from alerting.render.moved import moved
from alerting.render.offered import actions
from alerting.render.people import history, stands
from alerting.render.spans import ago, lasted
from alerting.render.story import drawn, late, reasons, unusual
from alerting.render.title import graver, is_found_late, title
from alerting.render.view import View

_MOST_MOVED: Final = 5
_WORDS: Final[dict[CaseState, str]] = {
    "opened": "Opened",
    "growing": "Growing",
    "acknowledged": "Acknowledged",
    "snoozed": "Snoozed",
    "expected": "Expected",
    "wrong": "Marked wrong",
    "recovered": "Back to normal",
    "resolved": "Resolved",
    "retracted": "Retracted",
    "reopened": "Open again",
}


def render_case(case: Case, view: View) -> Message:
    """The message of a case as it stands; each replaces the one before."""
    anomaly = case.anomaly
    if anomaly.channel == FRESHNESS:
        stopped = render_freshness(anomaly)
        return Message(
            stopped.text, (*stopped.parts, *_among_people(case, view), *_acts(case, view))
        )
    text = title(anomaly, word(case, view.state))
    parts: list[Part] = [Heading(text), Facts(tuple(_facts(anomaly, view.now)), in_lines=True)]
    parts += _among_people(case, view)
    if anomaly.contributors and anomaly.state != "retracted":
        parts.append(Listing("What moved (share of the impact)", _moved(anomaly)))
    if view.links:
        parts.append(Links(view.links))
    parts += _acts(case, view)
    return Message(text, (*parts, *drawn(anomaly), Note(tuple(_small_print(case, view.now)))))


def _among_people(case: Case, view: View) -> list[Part]:
    """What people did about it, and who is called."""
    people = tuple(stands(case, view))
    calls = [Mentions("Calls", view.mentions)] if view.mentions else []
    return [*([Facts(people, in_lines=True)] if people else []), *calls]


def _acts(case: Case, view: View) -> list[Part]:
    """The buttons, where the place has any."""
    row = actions(case, view.state)
    return [row] if view.can_act and row.buttons else []


def word(case: Case, state: CaseState) -> str:
    """The state in a word or two, with the severity where that is a reason to hurry."""
    if state == "resolved" and is_found_late(case.anomaly):
        return "Found late"
    return graver(_WORDS[state], case.anomaly)


def _facts(anomaly: Anomaly, now: int) -> Iterator[tuple[str, str]]:
    yield "So far" if anomaly.ended_at is None else "In all", against(anomaly)
    yield _time(anomaly.started_at, anomaly.ended_at, now)
    leads = leads_to(anomaly)
    if leads is not None and anomaly.ended_at is None:
        yield "At this pace", leads  # the pace itself stands in the title
    yield from late(anomaly)
    if anomaly.state != "retracted":
        yield from reasons(anomaly)


def _time(started: datetime, ended: datetime | None, now: int) -> tuple[str, str]:
    if ended is None:
        return "Since", f"{moment(started)}, {ago(started.timestamp(), now)}"
    span = lasted((ended - started).total_seconds())
    return "Lasted", f"{span}, from {moment(started)} to {moment(ended)}"


def _moved(anomaly: Anomaly) -> tuple[str, ...]:
    lines = moved(anomaly)
    if len(lines) <= _MOST_MOVED + 1:
        return lines
    return (*lines[:_MOST_MOVED], f"and {len(lines) - _MOST_MOVED:,} more")


def _small_print(case: Case, now: int) -> Iterator[str]:
    anomaly = case.anomaly
    yield f"{where(anomaly)} · severity {anomaly.severity}"
    for label, said in (*unusual(anomaly), *month_facts(anomaly)):
        yield f"{label}: {said}"
    happened = history(case, now)
    if happened is not None:
        yield happened
    yield from evidence(anomaly)
