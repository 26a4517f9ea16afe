"""Calls of people and user groups: the only place that writes a mention, and only from ids that are ones."""

import re
from collections.abc import Iterable
from typing import Final

_PERSON: Final = re.compile(r"[UW][A-Z0-9]{2,20}")
_GROUP: Final = re.compile(r"S[A-Z0-9]{2,20}")


def mention(slack_id: str) -> str | None:
    """``<@U0123>`` for a person, ``<!subteam^S0123>`` for a user group; None for what is no id.

    >>> mention("U0123"), mention("S0123"), mention("!channel")
    ('<@U0123>', '<!subteam^S0123>', None)
    """
    if _PERSON.fullmatch(slack_id):
        return f"<@{slack_id}>"
    return f"<!subteam^{slack_id}>" if _GROUP.fullmatch(slack_id) else None


def mentions(slack_ids: Iterable[str]) -> str:
    """All of them, each once; ``""`` where there is none."""
    called = (mention(one) for one in dict.fromkeys(slack_ids))
    return " ".join(one for one in called if one is not None)
