"""Between Slack and the topic `alerts`: answers at once, and does the work behind the answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from alerting.inbox import Heard
from alerting.render.message import Subject
from alerting.sinks.errors import Permanent, Transient
from stream.slack.acts import act_of_press, form_of, said_by, team_asked_for
from stream.slack.answers import ParseMatcher, WrongAnswer
from stream.slack.modals import view_of
from stream.slack.presses import Ignored, Press, Submission, read
from stream.slack.rights import Rights
from stream.slack.workspace import LateError, Workspace

logger = logging.getLogger(__name__)

Send = Callable[[Heard], Awaitable[None]]  # returns once it is kept
TimezoneOf = Callable[[Subject], str]

NOT_NOTED: Final = "Spendwatch could not note that; try again."
_TOO_LATE: Final = "That took too long for Slack; press again."
_PATIENCE: Final = 20.0  # seconds until a send counts as failed


class Handler:
    """Takes payloads of either way in. An answer never waits for Kafka or Slack.

    Args:
        workspace: the way back to Slack.
        rights: who may press.
        timezone_of: the time zone of what a button is about.
        parse: reads a matcher.
        send: puts on the topic `alerts`.
        now: epoch seconds, wall clock.
        patience: seconds until a send counts as failed.
    """

    def __init__(
        self,
        workspace: Workspace,
        rights: Rights,
        timezone_of: TimezoneOf,
        parse: ParseMatcher,
        send: Send,
        now: Callable[[], float],
        patience: float = _PATIENCE,
    ) -> None:
        self._workspace = workspace
        self._rights = rights
        self._timezone_of = timezone_of
        self._parse = parse
        self._send = send
        self._now = now
        self._patience = patience
        self._at_work: set[asyncio.Task[None]] = set()

    async def handle(self, payload: object) -> dict[str, Any] | None:
        """Take one payload.

        Returns:
            What to answer Slack with, at once: what is wrong with a form, or None.
        """
        given = read(payload)
        if isinstance(given, Ignored):
            logger.info("from Slack, passed over: %s", given.why)
            return None
        if isinstance(given, Press):
            self._later(given, self._pressed(given))
            return None
        return self._handed_in(given)

    async def settle(self, patience: float) -> None:
        """Let what is at work end, and cancel what takes longer than ``patience`` seconds."""
        if self._at_work:
            _, late = await asyncio.wait(self._at_work, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _pressed(self, press: Press) -> None:
        if not await self._may(press, press.subject.team):
            return
        form = form_of(press.kind)
        if form is not None:
            await self._workspace.open_form(press.trigger_id, view_of(form, press))
            return
        act = act_of_press(press, int(self._now()), self._timezone_of(press.subject))
        if act is None:
            logger.warning("from Slack, passed over: no such choice: %.40r", press.choice)
        else:
            await self._note(act)

    def _handed_in(self, form: Submission) -> dict[str, Any] | None:
        try:
            said = said_by(form, int(self._now()), self._timezone_of(form.subject), self._parse)
            team = team_asked_for(form, said, self._parse)
        except WrongAnswer as wrong:
            return {"response_action": "errors", "errors": {wrong.block: str(wrong)}}
        self._later(form, self._note_for(form, team, said))
        return None

    async def _note_for(self, form: Submission, team: str, said: Heard) -> None:
        if await self._may(form, team):
            await self._note(said)

    async def _may(self, given: Press | Submission, team: str) -> bool:
        denial = await self._rights.denial(team, given.by.id)
        if denial is not None:
            logger.info("%s may not %s for %r", given.by.id, given.kind, team)
            await self._tell(given, denial)
        return denial is None

    async def _note(self, said: Heard) -> None:
        await asyncio.wait_for(self._send(said), self._patience)

    async def _tell(self, given: Press | Submission, text: str) -> None:
        url = given.response_url if isinstance(given, Press) else ""
        await self._workspace.tell(given.by.id, given.channel, text, url)

    def _later(self, given: Press | Submission, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(self._guarded(given, work))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def _guarded(self, given: Press | Submission, work: Coroutine[Any, Any, None]) -> None:
        """Do the work; whatever fails, the person is told, and so is the log."""
        try:
            await work
        except LateError:
            await self._tell(given, _TOO_LATE)
        except (Permanent, Transient, TimeoutError) as error:
            why = str(error) or "no answer"
            logger.error("%s of %r failed: %s", given.kind, given.subject.anomaly_id, why)  # noqa: TRY400 - a line, no trace
            await self._tell(given, NOT_NOTED)
        except Exception:  # whatever Kafka's client raises
            logger.exception("%s of %r failed", given.kind, given.subject.anomaly_id)
            await self._tell(given, NOT_NOTED)
