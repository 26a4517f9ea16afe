"""Mail servers that sinks talk to in tests: real SMTP, with answers that a test sets."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as MAIL
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Tls = Literal["none", "starttls", "tls"]


@dataclass
class MailPeer:
    """A running server: the mails that it took, and whom for."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    connections: int = 0
    # what it answers: by recipient, and to a sender and to a mail; the first is used up, the last stays
    refused: dict[str, list[str]] = field(default_factory=dict)
    to_sender: str = ""
    to_mail: str = ""

    async def handle_MAIL(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        del options
        envelope.mail_from = sender
        return self.to_sender or "250 OK"

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        recipient: str,
        options: list[str],
    ) -> str:
        del options
        waiting = self.refused.get(recipient, ["250 OK"])
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if answer.startswith("250"):
            envelope.rcpt_tos.append(recipient)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        if self.to_mail:
            return self.to_mail
        content = envelope.original_content
        assert content is not None
        mail = message_from_bytes(content, policy=MAIL)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.append(list(envelope.rcpt_tos))
        over = server.transport.get_extra_info("sslcontext")
        self.encrypted.append(session.ssl is not None or over is not None)
        return "250 taken"


@asynccontextmanager
async def mail_peer(
    tls: Tls = "none",
    context: ssl.SSLContext | None = None,
    users: Mapping[str, str] | None = None,
    **answers: Any,
) -> AsyncIterator[MailPeer]:
    """A server on 127.0.0.1; it asks for a login where there are ``users`` (their passwords)."""
    here = MailPeer(**answers)
    options: dict[str, Any] = {}
    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if users is not None:
        options |= {"auth_required": True, "auth_require_tls": tls == "starttls"}
        options["authenticator"] = _authenticator(users)

    def connected() -> SMTP:
        here.connections += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of logins without TLS
            return SMTP(here, hostname="mail.test", loop=asyncio.get_running_loop(), **options)

    loop = asyncio.get_running_loop()
    over = context if tls == "tls" else None
    server = await loop.create_server(connected, "127.0.0.1", 0, ssl=over)
    here.port = server.sockets[0].getsockname()[1]
    async with server:
        yield here


def _authenticator(users: Mapping[str, str]) -> Any:
    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        known = users.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=known, handled=False)

    return authenticate
