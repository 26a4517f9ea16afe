"""Slack's buttons as a service of a worker: what the settings ask for, started and stopped."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from aiohttp import web

from alerting.render.message import Subject
from alerting.sinks.slack_api import web_client
from config.calendars import calendar_for
from config.rules import Rules
from config.settings import Settings
from stream.errors import RefusedError
from stream.slack.answers import ParseMatcher
from stream.slack.handler import Handler, Send
from stream.slack.members import Members
from stream.slack.rights import ActorsOf, MayAct, Rights
from stream.slack.socket import Socket
from stream.slack.web import PATH, make_app
from stream.slack.workspace import Workspace

logger = logging.getLogger(__name__)

_PATIENCE: Final = 3  # seconds for a request of Slack's Web API: a form must open within as many
_SETTLE: Final = 5.0  # seconds for what is at work when the worker stops


def has_buttons(settings: Settings) -> bool:
    """Whether the settings ask for a way in: without one, messages show no buttons."""
    by_http = settings.slack_signing_secret is not None and settings.interactivity_port
    return settings.slack_app_token is not None or bool(by_http)


class Interactivity:
    """Listens to Slack's buttons, by Socket Mode, by HTTP, by both or not at all.

    Args:
        settings: tokens and the port.
        rules: calendars, for the time zones of teams.
        send: puts on the topic `alerts`, and returns once it is kept there.
        may_act: whether somebody may act for a team.
        actors_of: ids of the user groups and people who may act for a team.
        parse: reads a matcher of a silence; raises ValueError.
        now: epoch seconds, wall clock.
    """

    def __init__(
        self,
        settings: Settings,
        rules: Rules,
        send: Send,
        may_act: MayAct,
        actors_of: ActorsOf,
        parse: ParseMatcher,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._rules = rules
        token = settings.slack_token
        secret = "" if token is None else token.get_secret_value()
        workspace = Workspace(web_client(secret, settings.slack_url, _PATIENCE))
        rights = Rights(may_act, actors_of, Members(workspace.users_of))
        self._handler = Handler(workspace, rights, self._timezone_of, parse, send, now)
        self._socket: asyncio.Task[None] | None = None
        self._web: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            RefusedError: if the port is taken.
        """
        settings = self._settings
        if settings.slack_app_token is not None:
            token = settings.slack_app_token.get_secret_value()
            socket = Socket(token, settings.slack_url, self._handler.handle)
            self._socket = asyncio.ensure_future(socket.run())
        if settings.slack_signing_secret is None:
            return
        if settings.interactivity_port is None:
            logger.warning(
                "SPENDWATCH_SLACK_SIGNING_SECRET is set without a port; set SPENDWATCH_INTERACTIVITY_PORT"
            )
            return
        await self._serve(
            settings.slack_signing_secret.get_secret_value(), settings.interactivity_port
        )

    async def stop(self) -> None:
        """Take nothing more, and let what is at work end."""
        if self._socket is not None:
            self._socket.cancel()
            await asyncio.gather(self._socket, return_exceptions=True)
            self._socket = None
        if self._web is not None:
            await self._web.cleanup()
            self._web = None
        await self._handler.settle(_SETTLE)

    async def _serve(self, signing_secret: str, port: int) -> None:
        runner = web.AppRunner(make_app(signing_secret, self._handler.handle), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, port=port).start()
        except OSError as error:
            await runner.cleanup()
            said = f"port {port} cannot be listened on ({error.strerror})"
            raise RefusedError(f"{said}: set another SPENDWATCH_INTERACTIVITY_PORT") from None
        self._web = runner
        logger.info("listening to Slack's buttons on port %s, at %s", port, PATH)

    def _timezone_of(self, subject: Subject) -> str:
        """Of the calendar that fits the names on the button, which do not say the kind of charge."""
        return calendar_for(
            self._rules.calendars,
            source=subject.source,
            team=subject.team,
            service=subject.service,
            environment=subject.environment,
            charge_kind="",
        ).timezone
