"""A notice as a mail."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from alerting_examples import NOON, anomaly, notice
from hypothesis import given
from hypothesis import strategies as st

from alerting.notices.notice import Attachment
from alerting.render.message import Heading, Message, Paragraph
from alerting.sinks.mail_message import Picture, mail_of

PNG = b"\x89PNG\r\n\x1a\n..."


def mail(
    number: int = 1, to: tuple[str, ...] = ("ann@example.com",), **changes: Any
) -> EmailMessage:
    """The mail as its reader gets it."""
    picture = changes.pop("picture", None)
    told = notice(anomaly(), **changes)
    made = mail_of(told, to, "spendwatch@example.com", number, NOON, picture)
    read = message_from_bytes(made.as_bytes(), policy=SMTP)
    assert isinstance(read, EmailMessage)
    return read


def kinds(of: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in of.walk()]


def test_headers() -> None:
    """A mail says who it is from and to, what it is about, and that a machine wrote it."""
    headers = mail(to=("ann@example.com", "bob@example.com"))

    assert headers["From"] == "Spendwatch <spendwatch@example.com>"
    assert headers["To"] == "ann@example.com, bob@example.com"
    assert headers["Subject"].startswith("Opened ▲ rose +$480.00 a day · search")
    assert headers["Date"].datetime == NOON
    assert headers["Auto-Submitted"] == "auto-generated"


def test_mails_of_a_notice_are_a_thread() -> None:
    """Each later mail answers the one before and names the first, by ids that depend on nothing else."""
    first, second, third = (mail(number) for number in (1, 2, 3))

    ids = [one["Message-ID"] for one in (first, second, third)]
    assert len(set(ids)) == 3
    assert ids[1] == mail(2, reason="resolved")["Message-ID"]
    assert (first["In-Reply-To"], first["References"]) == (None, None)
    assert (second["In-Reply-To"], second["References"]) == (ids[0], ids[0])
    assert (third["In-Reply-To"], third["References"]) == (ids[1], f"{ids[0]} {ids[1]}")


def test_other_notices_and_addresses_have_ids_of_their_own() -> None:
    """Two that are told different things never get the same id."""
    ids = {
        mail()["Message-ID"],
        mail(key="other")["Message-ID"],
        mail(to=("bob@example.com",))["Message-ID"],
    }

    assert len(ids) == 3


def test_text_and_html_say_the_same() -> None:
    """A mail is readable without HTML, and its first line is the subject in both."""
    told = mail()
    text, html = told.get_body(("plain",)), told.get_body(("html",))

    assert text is not None
    assert html is not None
    assert kinds(told) == ["multipart/alternative", "text/plain", "text/html"]
    assert text.get_content().startswith("Opened ▲ rose")
    assert text.get_content().count("Opened ▲ rose") == 1
    assert "<h1" in html.get_content()
    for said in ("Impact so far", "A-EXAMPLE234, revision 1", "█"):
        assert said in text.get_content()
        assert said in html.get_content()


def test_the_chart_comes_with_the_mail() -> None:
    """A picture is part of the mail and shown by its id; nothing is fetched from elsewhere."""
    told = mail(picture=Picture(PNG, "spend & forecast"))
    html = told.get_body(("html",))
    (image,) = [part for part in told.walk() if part.get_content_maintype() == "image"]

    assert html is not None
    page = html.get_content()
    assert f'src="cid:{image["Content-ID"][1:-1]}"' in page
    assert 'alt="spend &amp; forecast"' in page
    assert "█" not in page
    assert "http" not in page
    assert image.get_content() == PNG
    assert image.get_content_disposition() == "inline"


def test_files_are_attached() -> None:
    """What goes with a notice is a file of the mail, whatever its name holds."""
    csv = Attachment("spend\r\nBcc: x@evil.test.csv", "text/csv", "team,cost\né,1\n".encode())

    told = mail(attachments=(csv,))
    (file,) = told.iter_attachments()

    assert kinds(told)[0] == "multipart/mixed"
    assert (file.get_content_type(), file.get_content_disposition()) == ("text/csv", "attachment")
    assert file.get_payload(decode=True) == csv.content
    assert file.get_filename() == "spend Bcc: x@evil.test.csv"
    assert told["Bcc"] is None


@pytest.mark.parametrize("size", [10, 100_000])
def test_long_names_stay_within_lines(size: int) -> None:
    """No line of a mail is longer than SMTP allows, and the subject is short."""
    text = "é" * size
    made = mail_of(
        notice(anomaly(), message=Message(text, (Paragraph(text),))),
        ["ann@example.com"],
        "spendwatch@example.com",
        1,
        NOON,
    )

    assert max(map(len, made.as_bytes().splitlines())) <= 998
    assert len(made["Subject"]) <= 200


@given(st.text(max_size=200))
def test_no_text_gets_into_the_headers(text: str) -> None:
    """Whatever a name is, the mail has the headers that it has for any other, and its subject is one line."""
    expected = sorted(mail().keys())
    told = mail(key=text, message=Message(text, (Heading(text), Paragraph(text))))

    assert expected == sorted(told.keys())
    assert "\n" not in told["Subject"]
