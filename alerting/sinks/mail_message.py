"""A notice as a mail: text, HTML, the chart and files, under headers that no name can get into."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import blake2b
from typing import Final

from alerting.notices.notice import Attachment, Notice
from alerting.render.mail_html import mail_html
from alerting.render.mail_text import mail_text
from alerting.render.plain import plain
from alerting.sinks.why import title

_MAX_SUBJECT: Final = 200
_MAX_FILE_NAME: Final = 100
_SENDER_NAME: Final = "Spendwatch"


@dataclass(frozen=True, slots=True)
class Thread:
    """The mails of one notice to one address: they follow each other, as clients show them.

    Ids are made of what they are about alone. So a mail that is sent again, because nobody knows whether it
    arrived, has its id again, and most servers and clients show it once.
    """

    key: str  # of the notice
    address: str
    host: str  # of the sender's address

    def message_id(self, number: int) -> str:
        """The id of the mail of a number, the first one being 1."""
        name = f"{self.key}\n{self.address}".encode()
        return f"<{blake2b(name, digest_size=12).hexdigest()}.{number}@{self.host}>"

    def references(self, number: int) -> tuple[str, ...]:
        """Ids of the first mail and of the one before; none for the first."""
        return tuple(dict.fromkeys(map(self.message_id, (1, number - 1)))) if number > 1 else ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as PNG, and what it shows in words."""

    png: bytes
    alt_text: str


def mail_of(
    notice: Notice,
    recipients: Sequence[str],
    sender: str,
    number: int,
    sent_at: datetime,
    picture: Picture | None = None,
) -> EmailMessage:
    """The mail, ready to be sent.

    Args:
        notice: what it says.
        recipients: bare addresses, all of which are shown.
        sender: a bare address.
        number: which of the notice's mails to these recipients it is, from 1 on.
        sent_at: its date, with a time zone.
        picture: stands in the HTML instead of the chart of characters.
    """
    thread = Thread(notice.key, ",".join(recipients), sender.rpartition("@")[2])
    line = plain(title(notice), _MAX_SUBJECT)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(_SENDER_NAME, addr_spec=sender)
    mail["To"] = [Address(addr_spec=one) for one in recipients]
    mail["Subject"] = line
    mail["Date"] = sent_at
    mail["Message-ID"] = thread.message_id(number)
    if references := thread.references(number):
        mail["In-Reply-To"] = references[-1]
        mail["References"] = " ".join(references)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps notes of absence away
    mail["X-Auto-Response-Suppress"] = "All"  # the same, for Exchange
    mail.set_content(mail_text(line, notice.message))
    _add_html(mail, notice, line, thread.message_id(number), picture)
    for one in notice.attachments:
        _attach(mail, one)
    return mail


def _add_html(
    mail: EmailMessage, notice: Notice, line: str, message_id: str, picture: Picture | None
) -> None:
    if picture is None:
        mail.add_alternative(mail_html(line, notice.message), subtype="html")
        return
    cid = f"chart.{message_id[1:-1]}"
    page = mail_html(line, notice.message, cid, picture.alt_text)
    mail.add_alternative(page, subtype="html")
    *_, html = mail.iter_parts()
    assert isinstance(html, EmailMessage)  # noqa: S101 - it was added above
    html.add_related(
        picture.png, "image", "png", cid=f"<{cid}>", disposition="inline", filename="chart.png"
    )


def _attach(mail: EmailMessage, file: Attachment) -> None:
    main, _, sub = file.media_type.partition("/")
    name = plain(file.name, _MAX_FILE_NAME)
    mail.add_attachment(file.content, maintype=main, subtype=sub, filename=name)
