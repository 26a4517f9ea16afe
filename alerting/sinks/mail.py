"""Mail, by SMTP: each thing worth telling is a mail of its own, and the mails of a notice are one thread."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Final

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPRecipientsRefused
from aiosmtplib.response import SMTPResponse

from alerting.notices.notice import Notice
from alerting.sinks.base import Receipt, Sink
from alerting.sinks.errors import Permanent
from alerting.sinks.mail_errors import all_refused, classified, passes, said
from alerting.sinks.mail_message import mail_of
from alerting.sinks.mail_picture import picture_of
from config.mail_server import MailServer, is_mail_address, read_mail_server
from config.settings import Settings

logger = logging.getLogger(__name__)

_TIMEOUT: Final = 20.0  # seconds for one answer; servers that look at mail take some
_ANSWERS: Final = 4  # times the timeout: a whole delivery
_GOODBYE: Final = 2.0  # seconds; the mail is there already
_TRIES: Final = 5  # for recipients that are not taken now, where others were


def from_settings(settings: Settings) -> Sink | None:
    """Mail, if there is a server for it."""
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return MailSink(read_mail_server(settings.smtp_url.get_secret_value()), settings.mail_from)


class MailSink:
    """Sends mails; the address is one or more mail addresses with commas between.

    A mail that some recipients take is delivered: those that never will are named in the log, and for those that
    may later (greylisting) it is sent again to them alone, a few times.

    Args:
        server: where to. Its password is in no error.
        sender: a bare address.
        timeout: seconds for one answer of the server.
        tls: how its certificate is checked; by default against the system's authorities.
    """

    name = "email"
    edits = False

    def __init__(
        self,
        server: MailServer,
        sender: str,
        timeout: float = _TIMEOUT,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._sender = sender
        self._timeout = timeout
        self._tls = tls
        self._partly: dict[str, _Partly] = {}  # by Message-ID

    async def deliver(self, notice: Notice, address: str, before: Receipt | None) -> Receipt:
        """Send a mail; it follows the one before in its thread."""
        recipients = _recipients(address)
        number = _number(before)
        picture = await asyncio.to_thread(picture_of, notice)
        mail = mail_of(notice, recipients, self._sender, number, datetime.now(UTC), picture)
        partly = self._partly.setdefault(mail["Message-ID"], _Partly())
        left = [one for one in recipients if one not in partly.done]
        try:
            refused = await self._send(mail, left)
            self._note(partly, left, refused)
        finally:
            if not partly.done or partly.done.issuperset(recipients):
                del self._partly[mail["Message-ID"]]
        return Receipt(address, str(number))

    async def check(self) -> None:
        """Say hello and log in."""
        async with self._open():
            pass

    async def close(self) -> None:
        """Nothing is kept open between mails."""

    def _note(
        self, partly: "_Partly", left: Iterable[str], refused: dict[str, SMTPResponse]
    ) -> None:
        """Note who took the mail.

        Raises:
            Transient: if it is to be sent again to those that are left.
            Permanent: if nobody took it, and nobody will.
        """
        taken = set(left) - refused.keys()
        if not taken and not partly.done:
            raise all_refused(refused, self._where)
        partly.done |= taken
        partly.tries += 1
        for one, answer in refused.items():
            if passes(answer.code) and partly.tries < _TRIES:
                continue
            partly.done.add(one)
            logger.error("mail to %s is not taken (%s); others took it", one, said(answer))
        if not partly.done.issuperset(left):
            raise all_refused({one: refused[one] for one in set(left) - partly.done}, self._where)

    async def _send(self, mail: EmailMessage, to: list[str]) -> dict[str, SMTPResponse]:
        """Who does not take it, and what the server says of them."""
        async with self._open() as client:
            try:
                refused, _ = await client.send_message(mail, sender=self._sender, recipients=to)
            except SMTPRecipientsRefused as error:
                return {
                    one.recipient: SMTPResponse(one.code, one.message) for one in error.recipients
                }
        return refused

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[SMTP]:
        """A server that has let us in; what goes wrong meanwhile becomes one of the two errors."""
        client = self._client()
        try:
            async with asyncio.timeout(_ANSWERS * self._timeout):
                await client.connect()
                yield client
        except (SMTPException, OSError, TimeoutError, ValueError) as error:
            raise classified(error, self._where) from None  # it may show what was sent
        else:
            with suppress(SMTPException, OSError, TimeoutError):
                await client.quit(timeout=_GOODBYE)
        finally:
            client.close()

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            timeout=self._timeout,
            use_tls=server.encryption == "tls",
            start_tls=server.encryption == "starttls",
            tls_context=self._tls,
        )

    @property
    def _where(self) -> str:
        return f"{self._server.host}:{self._server.port}"


class _Partly:
    """A mail on its way: for whom nothing is left to do, and how often it was sent."""

    def __init__(self) -> None:
        self.done: set[str] = set()
        self.tries = 0


def _recipients(address: str) -> list[str]:
    """The addresses, each once.

    Raises:
        Permanent: if one of them is none.
    """
    found = list(dict.fromkeys(one.strip() for one in address.split(",") if one.strip()))
    wrong = [one for one in found if not is_mail_address(one)]
    if wrong or not found:
        named = ", ".join(map(repr, wrong)) or "nothing"
        text = f"{named} is no mail address: write name@example.com in the rules, several with commas between"
        raise Permanent(text, of_channel=True)
    return found


def _number(before: Receipt | None) -> int:
    """Which mail of its thread comes next; a receipt of something else begins a new one."""
    return int(before.ts) + 1 if before is not None and before.ts.isdecimal() else 1
