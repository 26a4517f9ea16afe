"""What a Slack channel holds: looked through for a message that was posted, but not noted."""

import re
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from alerting.sinks.slack_api import answer_of
from alerting.sinks.slack_errors import LOOKING
from alerting.sinks.slack_said import is_of

_PAGE: Final = 200
_MOST_PAGES: Final = 10
_TS: Final = re.compile(r"\d{1,12}\.\d{1,9}")


async def newest_of(
    client: AsyncWebClient, key: str, channel: str, address: str, oldest: float
) -> str | None:
    """The ``ts`` of the newest message of a notice's key; None if there is none.

    Whose message it is is not asked: one of somebody else is refused to be edited, and posted anew.

    Args:
        client: of the Web API.
        key: of the notice.
        channel: the channel's id.
        address: the channel as the rules say, for the texts of errors.
        oldest: epoch seconds; what is older is not looked at.

    Raises:
        Transient: if it may be tried again.
        Permanent: if the app may not look.
    """
    found: list[str] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        call = client.conversations_history(
            channel=channel,
            oldest=f"{oldest:.6f}",
            limit=_PAGE,
            cursor=cursor,
            include_all_metadata=True,
        )
        answer = await answer_of(call, address, LOOKING)
        messages: list[dict[str, Any]] = answer.get("messages") or []
        found += [str(one.get("ts")) for one in messages if is_of(one, key)]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    new = [ts for ts in found if _TS.fullmatch(ts) and float(ts) >= oldest]
    return max(new, key=float, default=None)
