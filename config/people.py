"""People and what they are reached by: ids of Slack, mail addresses, links, names of webhooks."""

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

_SLACK_ID: Final = r"[SUW][A-Z0-9]{3,20}"
_MAIL: Final = r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+"
_NAME: Final = r"[A-Za-z0-9._-]{1,60}"
_LINK: Final = r"https?://[^\s<>|]+"


def _of_form(form: str, what: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(form, text):
            raise ValueError(f"{text!r} is {what}")
        return text

    return AfterValidator(check)


def one_or_several(value: object) -> object:
    """A text as a list of one; a list as it is."""
    return (value,) if isinstance(value, str) else value


def _several(one: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [one, {"type": "array", "items": one}]}


SlackId = Annotated[
    str,
    _of_form(
        _SLACK_ID,
        "no id of Slack; copy it from the profile: U... of a person, S... of a user group",
    ),
    WithJsonSchema({"type": "string", "pattern": f"^{_SLACK_ID}$"}),
]
MailAddress = Annotated[
    str, _of_form(_MAIL, "no mail address; write one a list entry, such as leads@example.com")
]
Hook = Annotated[
    str,
    _of_form(_NAME, "no name of a webhook; write letters, digits, `.`, `_` and `-`, up to 60"),
]
Link = Annotated[str, _of_form(_LINK, "no link; write for example https://wiki.example.com/spend")]

SlackIds = Annotated[
    tuple[SlackId, ...],
    BeforeValidator(one_or_several),
    WithJsonSchema(_several({"type": "string", "pattern": f"^{_SLACK_ID}$"})),
]
MailAddresses = Annotated[
    tuple[MailAddress, ...],
    BeforeValidator(one_or_several),
    WithJsonSchema(_several({"type": "string"})),
]
