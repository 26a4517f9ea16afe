"""Slack's Web API: each request stands alone, and fails in one of the two ways that sinks know."""

import json
import logging
from collections.abc import Awaitable, Collection
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from alerting.sinks.errors import Transient
from alerting.sinks.slack_errors import POSTING, Doing, classified, code_of, not_slack

QUIET: Final = logging.getLogger(
    f"{__name__}.client"
)  # at debug, slack-sdk writes addresses that are secrets
QUIET.setLevel(logging.WARNING)

TIMEOUT: Final = 15  # seconds; Slack answers within one


class Handled(Exception):  # noqa: N818 - not an error: the caller knows the next step
    """Slack refused with a code that the caller makes something of."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class FormClient(AsyncWebClient):
    """Sends arguments in the body always: slack-sdk puts those of some methods into the URL, which proxies log."""

    async def api_call(  # noqa: D102 - of slack-sdk
        self,
        api_method: str,
        *,
        http_verb: str = "POST",
        params: dict[str, Any] | None = None,
        **arguments: Any,  # noqa: ANN401 - of slack-sdk
    ) -> AsyncSlackResponse:
        if params is not None and not {"data", "json", "files"} & arguments.keys():
            given = {
                name: str(int(value)) if isinstance(value, bool) else value
                for name, value in params.items()
                if value is not None
            }
            return await super().api_call(api_method, data=given, **arguments)
        return await super().api_call(api_method, http_verb=http_verb, params=params, **arguments)


def web_client(token: str, base_url: str, timeout: int = TIMEOUT) -> AsyncWebClient:
    """A client that never tries again: one that does it by itself would post twice."""
    return FormClient(
        token=token, base_url=base_url, timeout=timeout, retry_handlers=[], logger=QUIET
    )


async def answer_of(
    call: Awaitable[AsyncSlackResponse],
    channel: str,
    doing: Doing = POSTING,
    handled: Collection[str] = (),
) -> AsyncSlackResponse:
    """What Slack answers to a call of slack-sdk's.

    Args:
        call: the call, begun.
        channel: the channel that it is about, as the rules say; for the texts of errors.
        doing: what is asked, for the same.
        handled: codes that the caller makes something of.

    Raises:
        Handled: if Slack refused with one of those.
        Transient: if it may be tried again.
        Permanent: if a person has to mend something first.
    """
    try:
        return await call
    except SlackApiError as error:
        if code_of(error) in handled:
            raise Handled(code_of(error)) from error
        raise classified(error, channel, doing) from error
    except (aiohttp.InvalidURL, SlackClientError) as error:
        raise not_slack(type(error).__name__) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Transient(f"Slack does not answer ({type(error).__name__})") from error
    except (AttributeError, TypeError, json.JSONDecodeError) as error:  # slack-sdk, given no object
        raise not_slack("an answer that is no object") from error
