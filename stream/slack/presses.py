"""What Slack sends when somebody presses a button or hands in a form: one of two things, or nothing of ours."""

from typing import Any, Final, Literal

import msgspec

from alerting.cases.acts import Actor
from alerting.render.message import Subject
from stream.slack.payloads import Actions, Handed

PressKind = Literal["acknowledge", "snooze", "expected", "wrong", "silence", "reopen"]
FormKind = Literal["expected", "wrong", "silence"]

PREFIX: Final = "spendwatch."
BLOCK_PREFIX: Final = "spendwatch|"
PRESS_KINDS: Final[dict[str, PressKind]] = {
    f"{PREFIX}acknowledge": "acknowledge",
    f"{PREFIX}snooze": "snooze",
    f"{PREFIX}expected": "expected",
    f"{PREFIX}wrong": "wrong",
    f"{PREFIX}silence": "silence",
    f"{PREFIX}reopen": "reopen",
}
FORM_KINDS: Final[dict[str, FormKind]] = {
    f"{PREFIX}expected": "expected",
    f"{PREFIX}wrong": "wrong",
    f"{PREFIX}silence": "silence",
}


class Memo(msgspec.Struct, frozen=True, kw_only=True):
    """What a form carries along, unseen."""

    subject: Subject = msgspec.field(name="v")
    channel: str = msgspec.field(name="c")


class Press(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody pressed a button, or chose from a menu."""

    kind: PressKind
    subject: Subject
    by: Actor
    channel: str  # id; "" where Slack does not say it
    trigger_id: str  # opens a form within three seconds; another one for each press
    choice: str = ""  # of a menu
    response_url: str = ""  # answers where the bot is not in the channel


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody handed in a form."""

    kind: FormKind
    subject: Subject
    by: Actor
    channel: str
    view_id: str  # of this form, opened once
    answers: dict[str, str]  # by block; what was left empty is missing


class Ignored(msgspec.Struct, frozen=True):
    """Nothing to do, and why."""

    why: str


def read(payload: object) -> Press | Submission | Ignored:
    """What a payload of Slack's says; what is not ours, or not as Slack documents it, is ignored."""
    kind = payload.get("type") if isinstance(payload, dict) else None
    try:
        if kind == "block_actions":
            return _press(msgspec.convert(payload, Actions))
        if kind == "view_submission":
            return _submission(msgspec.convert(payload, Handed))
    except msgspec.MsgspecError as error:
        return Ignored(f"{kind} that cannot be read: {error}")
    return Ignored(f"not of a kind that is listened to: {str(kind)[:40]}")


def memo_of(press: Press) -> str:
    """What the form of a press carries along."""
    return msgspec.json.encode(Memo(subject=press.subject, channel=press.channel)).decode()


def _press(given: Actions) -> Press | Ignored:
    if len(given.actions) != 1:
        return Ignored(f"{len(given.actions)} actions at once")
    (action,) = given.actions
    kind = PRESS_KINDS.get(action.action_id)
    if kind is None:
        return Ignored(f"no button of ours: {action.action_id[:80]}")
    is_menu = action.selected_option is not None
    value = action.block_id.removeprefix(BLOCK_PREFIX) if is_menu else action.value or ""
    return Press(
        kind=kind,
        subject=msgspec.json.decode(value, type=Subject),
        by=given.user.actor(),
        channel=given.channel.id,
        trigger_id=given.trigger_id,
        choice=action.held() if is_menu else "",
        response_url=given.response_url,
    )


def _submission(given: Handed) -> Submission | Ignored:
    view = given.view
    kind = FORM_KINDS.get(view.callback_id)
    if kind is None:
        return Ignored(f"no form of ours: {view.callback_id[:80]}")
    memo = msgspec.json.decode(view.private_metadata, type=Memo)
    held = {
        block: element.held()
        for block, elements in view.state.values.items()
        for element in elements.values()
    }
    return Submission(
        kind=kind,
        subject=memo.subject,
        by=given.user.actor(),
        channel=memo.channel,
        view_id=view.id,
        answers={block: text for block, text in held.items() if text},
    )


def payload_of(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds; `read` makes sense of it
    """The payload that a form field holds as JSON.

    Raises:
        ValueError: if it is no JSON; msgspec's errors are ValueErrors.
    """
    return msgspec.json.decode(text)
