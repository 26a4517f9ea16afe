"""Slack's error codes as one line that says what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from slack_sdk.errors import SlackApiError

from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.http import retry_after

_REMEDY: Final = "set SPENDWATCH_SLACK_TOKEN to the bot token (xoxb-...) of the installed app"
_TOKEN_ERRORS: Final = {
    "invalid_auth": "the token is not valid",
    "not_authed": "there is no token",
    "account_inactive": "the token belongs to a deleted user or app",
    "token_revoked": "the token was revoked",
    "token_expired": "the token has expired",
    "not_allowed_token_type": "the token is of the wrong type",
}
_ACCESS_ERRORS: Final = {
    "ekm_access_denied": "an administrator has suspended the app's access: ask them to allow it",
    "org_login_required": "the workspace is being moved: ask a workspace administrator",
}
_SET_ANOTHER: Final = "or set another channel in the rules (routing.routes, routing.default_channel or digest.channel)"
_CHANNEL_ERRORS: Final = {
    "channel_not_found": "does not exist or the bot is not in it: invite it there with /invite @ and the"
    f" bot's name, {_SET_ANOTHER}",
    "not_in_channel": f"does not have the bot in it: invite it there with /invite @ and the bot's name, {_SET_ANOTHER}",
    "is_archived": f"is archived: unarchive it, {_SET_ANOTHER}",
    "restricted_action": f"does not let the bot post: ask a workspace administrator to allow it, {_SET_ANOTHER}",
}
_PASSING: Final = {
    "ratelimited",
    "rate_limited",
    "message_limit_exceeded",
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
    "accesslimited",
}
NO_SUCH_MESSAGE: Final = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"}
)
NO_SUCH_THREAD: Final = frozenset(
    {"thread_not_found", "cannot_reply_to_message", "message_not_found"}
)
NOT_SHOWABLE: Final = frozenset(  # of the blocks: the text alone may still be taken
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)


@dataclass(frozen=True, slots=True)
class Doing:
    """What is asked of Slack, for the text of its refusal."""

    what: str  # what Slack refused, up to the channel's name
    scope: str  # the permission that it takes
    method: str
    is_all: bool = False  # whether nothing can be told without it
    remedy: str = _REMEDY  # of a token that Slack refuses


POSTING: Final = Doing("a message to", "chat:write", "chat.postMessage", is_all=True)
ATTACHING: Final = Doing("a picture to", "files:write", "files.completeUploadExternal")
LOOKING: Final = Doing(
    "a look into", "channels:history (private channels: groups:history)", "conversations.history"
)
LISTING: Final = Doing(
    "to find", "channels:read (private channels: groups:read)", "conversations.list"
)


def code_of(error: SlackApiError) -> str:
    """Slack's word for the error; ``""`` where the answer holds none."""
    answer = getattr(error.response, "data", None)
    return str(answer.get("error", "")) if isinstance(answer, Mapping) else ""


def classified(error: SlackApiError, channel: str, doing: Doing = POSTING) -> Transient | Permanent:
    """The error as one that may be tried again, or one that a person has to mend."""
    code, status = code_of(error), _status(error.response)
    if status == 429 or code in _PASSING or status >= 500 or status == 408:
        said = code or f"status {status}"
        return Transient(
            f"Slack is busy or out of order ({said})", retry_after(error.response.headers)
        )
    of_bot = _of_bot(code, doing)
    if of_bot is not None:
        return of_bot
    if code in _CHANNEL_ERRORS:
        return Permanent(f"Slack: channel {channel} {_CHANNEL_ERRORS[code]}", of_channel=True)
    if not code:
        return not_slack(f"status {status}, no JSON of Slack's")
    return Permanent(
        f"Slack refused {doing.what} {channel}: {code};"
        f" see https://docs.slack.dev/reference/methods/{doing.method}"
    )


def _of_bot(code: str, doing: Doing) -> Permanent | None:
    """What is wrong with the token or the app, wherever it writes."""
    if code in _TOKEN_ERRORS:
        return Permanent(f"Slack: {_TOKEN_ERRORS[code]}: {doing.remedy}", whole_sink=True)
    if code in _ACCESS_ERRORS:
        return Permanent(f"Slack: {_ACCESS_ERRORS[code]}", whole_sink=True)
    return lacks(doing) if code == "missing_scope" else None


def lacks(doing: Doing) -> Permanent:
    """The error of an app without the permission for what is asked."""
    return Permanent(
        f"Slack: the app lacks a permission: add the scope {doing.scope} and install it again",
        whole_sink=doing.is_all,
    )


def not_slack(what: str) -> Permanent:
    """The error of an address at which something else answers."""
    remedy = "set SPENDWATCH_SLACK_URL to the base of the Web API, https://slack.com/api/"
    return Permanent(
        f"Slack: what answers is not Slack's Web API ({what}): {remedy}", whole_sink=True
    )


def _status(response: object) -> int:
    """The HTTP status; slack-sdk hands on its own response or, for a broken body, aiohttp's."""
    found = getattr(response, "status_code", None) or getattr(response, "status", None)
    return int(found or 0)
