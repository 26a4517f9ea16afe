"""The forms that ask for what a button cannot say, as Slack's views."""

import re
from typing import Any, Final

from alerting.render.message import Subject
from alerting.render.mrkdwn import cut
from stream.slack.presses import PREFIX, FormKind, Press, memo_of

UNTIL, DATE, COMMENT, REASON, MATCHERS, FOR = (
    "until",
    "date",
    "comment",
    "reason",
    "matchers",
    "for",
)
FOR_GOOD: Final = "for_good"
EXPECTED_FOR: Final = (
    ("1 day", "86400"),
    ("1 week", "604800"),
    ("1 month", "2592000"),
    ("For good: this is the new normal", FOR_GOOD),
)
SILENCED_FOR: Final = (
    ("1 hour", "3600"),
    ("4 hours", "14400"),
    ("1 day", "86400"),
    ("1 week", "604800"),
)
REASONS: Final = (
    ("It is not unusual", "not unusual"),
    ("The forecast was off", "forecast was off"),
    ("The data was wrong", "data was wrong"),
    ("We knew it already", "known already"),
    ("Something else", "other"),
)
MAX_COMMENT: Final = 300
MAX_MATCHERS: Final = 1500
_MAX_NAMED: Final = 100
_SPECIAL: Final = re.compile(r"([\\.+*?()|\[\]{}^$])")
_CUT: Final = "…"

Block = dict[str, Any]


def view_of(kind: FormKind, press: Press) -> dict[str, Any]:
    """The form of a kind, for what was pressed."""
    title, hand_in, blocks = {
        "expected": ("It is expected", "Note it", _expected),
        "wrong": ("It is no anomaly", "Note it", _wrong),
        "silence": ("Silence", "Silence", _silence),
    }[kind]
    return {
        "type": "modal",
        "callback_id": f"{PREFIX}{kind}",
        "private_metadata": memo_of(press),
        "title": _plain(title),
        "submit": _plain(hand_in),
        "close": _plain("Cancel"),
        "blocks": [_about(press.subject), *blocks(press.subject)],
    }


def prefilled(subject: Subject) -> list[str]:
    """Matchers of the series' team, service and environment; a name that was cut is matched by its beginning."""
    named = (
        ("team", subject.team),
        ("service", subject.service),
        ("environment", subject.environment),
    )
    matchers = [_matcher(label, value) for label, value in named if value]
    while len("\n".join(matchers)) > MAX_MATCHERS:
        matchers.pop()
    return matchers


def _matcher(label: str, value: str) -> str:
    if value.endswith(_CUT):
        beginning = _SPECIAL.sub(r"\\\1", value.removesuffix(_CUT))
        return f'{label}=~"{_quoted(beginning)}.*"'
    return f'{label}="{_quoted(value)}"'


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _expected(_: Subject) -> list[Block]:
    return [
        _menu(UNTIL, "For how long?", EXPECTED_FOR, EXPECTED_FOR[1]),
        _input(
            DATE, "Or until the end of a day", {"type": "datepicker", "action_id": DATE}, need=False
        ),
        _text(COMMENT, "Why is it expected?", need=False),
    ]


def _wrong(_: Subject) -> list[Block]:
    return [
        _menu(REASON, "Why should it not have alerted?", REASONS, REASONS[0]),
        _text(COMMENT, "Anything else?", need=False),
    ]


def _silence(subject: Subject) -> list[Block]:
    matchers = "\n".join(prefilled(subject))
    hint = "One a line; all must match. One names a team of yours: team=search"
    return [
        _text(MATCHERS, "What?", need=True, value=matchers, most=MAX_MATCHERS, hint=hint),
        _menu(FOR, "For how long?", SILENCED_FOR, SILENCED_FOR[2]),
        _text(COMMENT, "Why?", need=True),
    ]


def _about(subject: Subject) -> Block:
    named = " · ".join(
        cut(name, _MAX_NAMED)
        for name in (subject.team, subject.service, subject.environment, subject.anomaly_id)
        if name
    )
    return {"type": "context", "elements": [_plain(named)]}


def _menu(
    block: str, label: str, choices: tuple[tuple[str, str], ...], first: tuple[str, str]
) -> Block:
    element = {
        "type": "static_select",
        "action_id": block,
        "options": [_option(each) for each in choices],
        "initial_option": _option(first),
    }
    return _input(block, label, element, need=True)


def _option(choice: tuple[str, str]) -> dict[str, Any]:
    said, value = choice
    return {"text": _plain(said), "value": value}


def _text(
    block: str, label: str, *, need: bool, value: str = "", most: int = MAX_COMMENT, hint: str = ""
) -> Block:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": block,
        "multiline": True,
        "max_length": most,
    }
    if value:
        element["initial_value"] = value
    found = _input(block, label, element, need=need)
    return {**found, "hint": _plain(hint)} if hint else found


def _input(block: str, label: str, element: dict[str, Any], *, need: bool) -> Block:
    return {
        "type": "input",
        "block_id": block,
        "label": _plain(label),
        "element": element,
        "optional": not need,
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
