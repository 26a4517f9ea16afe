"""The other way in: Slack calls an address of ours, and signs what it sends."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from stream.slack.presses import payload_of

logger = logging.getLogger(__name__)

Handle = Callable[[object], Awaitable[dict[str, Any] | None]]

PATH: Final = "/slack/interactivity"
_MAX_BODY: Final = (
    1 << 20
)  # a press brings its message along: 50 blocks of 3,000 characters, percent-encoded


def make_app(signing_secret: str, handle: Handle) -> web.Application:
    """The web application.

    Args:
        signing_secret: the app's.
        handle: is given each payload and answers at once.
    """
    verifier = SignatureVerifier(signing_secret)

    async def pressed(request: web.Request) -> web.Response:
        body = await request.read()
        if not _is_signed(verifier, body, dict(request.headers)):
            logger.warning("a request to %s is not signed by Slack", PATH)
            return web.Response(status=401, text="not signed by Slack, or too long ago")
        try:
            (text,) = parse_qs(body.decode(), strict_parsing=True)["payload"]
            payload = payload_of(text)
        except (ValueError, KeyError):  # msgspec's errors and those of Unicode are ValueErrors
            return web.Response(status=400, text="no payload")
        answer = await handle(payload)
        return web.Response() if answer is None else web.json_response(answer)

    async def healthy(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application(client_max_size=_MAX_BODY)
    app.router.add_post(PATH, pressed)
    app.router.add_get("/healthz", healthy)
    return app


def _is_signed(verifier: SignatureVerifier, body: bytes, headers: dict[str, str]) -> bool:
    try:
        return verifier.is_valid_request(body, headers)
    except (
        ValueError,
        TypeError,
    ):  # a time that is no number, a signature or a body that is no text
        return False
