"""Why a message comes, in the word that its first line begins with where nothing is edited."""

from typing import Final

from alerting.cases.case import Reason
from alerting.notices.notice import Notice

_WORDS: Final[dict[Reason, str]] = {
    "opened": "Opened",
    "worse": "Worse",
    "doubled": "Doubled",
    "recovered": "Recovered",
    "reopened": "Opened again",
    "resolved": "Resolved",
    "retracted": "Retracted",
    "reminder": "Reminder",
    "escalated": "Escalated",
}


def why(notice: Notice) -> str | None:
    """The word; None where there is no reason, or the message itself begins with the word."""
    word = None if notice.reason is None else _WORDS[notice.reason]
    said = notice.message.text.casefold()
    return None if word is None or said.startswith(word.casefold()) else word


def title(notice: Notice) -> str:
    """The message in one line, its reason first."""
    word = why(notice)
    return notice.message.text if word is None else f"{word}: {notice.message.text}"
