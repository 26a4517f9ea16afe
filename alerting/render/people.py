"""What people did about a case, in words, and what keeps it quiet."""

from collections.abc import Iterator
from typing import Final

from alerting.cases.acts import Act, Actor
from alerting.cases.case import Case, Happening
from alerting.cases.record import Quiet
from alerting.render.plain import plain
from alerting.render.spans import clock
from alerting.render.view import View

_MOST_OF_NOTE: Final = 200
_MOST_OF_HISTORY: Final = 6
_SHOWN_AS_ACT: Final = {"snoozed", "acknowledged", "expected", "wrong"}
_JUDGED: Final = {"expected": "Expected", "wrong": "Marked wrong", "right": "Confirmed"}
_DID: Final = {
    "acknowledge": "acknowledged it",
    "snooze": "snoozed it",
    "expected": "said that it is expected",
    "wrong": "said that it is no anomaly",
    "right": "said that it is an anomaly",
    "reopen": "took it up again",
}
_DONE: Final = {
    "acknowledge": "acknowledged",
    "snooze": "snoozed",
    "expected": "expected",
    "wrong": "marked wrong",
    "right": "confirmed",
    "reopen": "taken up again",
    "recovered": "back to normal",
}


def name_of(actor: Actor | None) -> str:
    """Who did it, as it is shown."""
    return "somebody" if actor is None else plain(actor.name or actor.id, 60)


def stands(case: Case, view: View) -> Iterator[tuple[str, str]]:
    """How the case stands among people: a label and a value each."""
    if case.acknowledged is not None:
        yield "Acknowledged", _by(case.acknowledged, view.now)
    snoozed = case.snoozed
    if snoozed is not None and snoozed.until is not None and snoozed.until > view.now:
        yield "Snoozed", f"until {clock(snoozed.until, view.now)}, {_by(snoozed, view.now)}"
    if case.judged is not None and case.judged.kind in _JUDGED:
        yield _JUDGED[case.judged.kind], _until(case.judged, view.now)
    if view.quiet is not None and view.quiet.kind not in _SHOWN_AS_ACT:
        yield "Quiet", quiet_in_words(view.quiet, view.now)
    if view.owner:
        yield "Owner", plain(view.owner)
    if view.is_told_in:
        yield "Also told in", ", ".join(plain(place, 60) for place in view.is_told_in[:5])


def quiet_in_words(quiet: Quiet, now: int) -> str:
    """Such as ``planned: Black Friday load test, until 18:00 UTC``."""
    by, note = plain(quiet.by), plain(quiet.note, _MOST_OF_NOTE) if quiet.note else ""
    if quiet.kind == "inhibited":
        said = f"held back while {by} is open{f': {note}' if note else ''}"
    elif quiet.kind in _SHOWN_AS_ACT:
        said = f"{quiet.kind} by {by}{f': {note}' if note else ''}"
    else:
        said = f"{quiet.kind}: {f'{note} ({by})' if note else by}"
    return said if quiet.until is None else f"{said}, until {clock(quiet.until, now)}"


def did(happening: Happening, now: int) -> str:
    """What somebody did, as a sentence: ``Ann acknowledged it: "on it"``."""
    said = f"{name_of(happening.by)} {_DID.get(happening.kind, plain(happening.kind))}"
    said = said[:1].upper() + said[1:]
    if happening.until is not None:
        said += f", until {clock(happening.until, now)}"
    elif happening.kind == "expected":
        said += ", from now on"
    return f'{said}: "{plain(happening.note, _MOST_OF_NOTE)}"' if happening.note else f"{said}."


def history(case: Case, now: int) -> str | None:
    """What happened when, in a line, the newest last; None where there is no more than the opening."""
    if len(case.history) < 2:
        return None
    shown = case.history[-_MOST_OF_HISTORY:]
    said = [f"{_happened(one)} {clock(one.at, now)}" for one in shown]
    left_out = len(case.history) - len(shown)
    return " · ".join([*([f"{left_out} before"] if left_out else []), *said])


def _happened(one: Happening) -> str:
    said = _DONE.get(one.kind, plain(one.kind, 40))
    return said if one.by is None else f"{said} by {name_of(one.by)}"


def _until(act: Act, now: int) -> str:
    if act.kind != "expected":
        return _by(act, now)
    until = "from now on" if act.until is None else f"until {clock(act.until, now)}"
    return f"{until}, {_by(act, now)}"


def _by(act: Act, now: int) -> str:
    said = f"by {name_of(act.by)}, {clock(act.at, now)}"
    return f"{said}: {plain(act.note, _MOST_OF_NOTE)}" if act.note else said
