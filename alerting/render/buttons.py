"""Buttons as Slack's Block Kit: what was pressed comes back with the names that are needed to act on it."""

from typing import Any, Final

import msgspec

from alerting.render.message import Actions, Button, Subject
from alerting.render.mrkdwn import length
from alerting.render.plain import cut

SNOOZES: Final = (("1 hour", "3600"), ("1 day", "86400"), ("Until Monday", "monday"))
PREFIX: Final = "spendwatch."
BLOCK_PREFIX: Final = "spendwatch|"
_MAX_BLOCK_ID: Final = 255
_MAX_LABEL: Final = 75
_LABELS: Final[dict[Button, str]] = {
    "acknowledge": "Acknowledge",
    "snooze": "Snooze",
    "expected": "Expected…",
    "wrong": "Not an anomaly…",
    "silence": "Silence…",
    "reopen": "Reopen",
}
_NAMES: Final = (200, 100, 60, 40, 30, 20, 12, 6, 2)  # characters of a name, until all fit
_encode = msgspec.json.Encoder().encode


def actions_block(actions: Actions) -> dict[str, Any] | None:
    """The row of buttons; None if there are none, or the anomaly's id is none that fits."""
    value = value_of(actions.subject, _MAX_BLOCK_ID - len(BLOCK_PREFIX))
    if value is None or not actions.buttons:
        return None
    elements = [_element(button, value) for button in dict.fromkeys(actions.buttons)]
    return {"type": "actions", "block_id": f"{BLOCK_PREFIX}{value}", "elements": elements}


def value_of(subject: Subject, most: int) -> str | None:
    """Compact JSON of at most ``most`` characters. Names that are too long are cut and end in an ellipsis.

    The team, by which it is known who may act, is cut last.
    """
    sizes = [(_NAMES[0], each) for each in _NAMES] + [(each, _NAMES[-1]) for each in _NAMES]
    for team, others in sizes:
        shorter = msgspec.structs.replace(
            subject,
            team=cut(subject.team, team),
            service=cut(subject.service, others),
            environment=cut(subject.environment, others),
            source=cut(subject.source, others),
        )
        value = _encode(shorter).decode()
        if length(value) <= most:
            return value
    return None


def _element(button: Button, value: str) -> dict[str, Any]:
    label = _text(_LABELS[button])
    if button == "snooze":
        options = [{"text": _text(said), "value": seconds} for said, seconds in SNOOZES]
        return {
            "type": "static_select",
            "action_id": f"{PREFIX}{button}",
            "placeholder": label,
            "options": options,
        }
    element = {"type": "button", "action_id": f"{PREFIX}{button}", "text": label, "value": value}
    return element | {"style": "primary"} if button == "acknowledge" else element


def _text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text[:_MAX_LABEL], "emoji": False}
