"""Mail."""

import asyncio
import logging
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
import trustme
from alerting_examples import anomaly, notice
from mail_peers import MailPeer, Tls, mail_peer

from alerting.notices.notice import Attachment
from alerting.sinks.base import Receipt
from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.mail import MailSink
from config.mail_server import Encryption, MailServer

SENDER = "spendwatch@example.com"
ANN, BOB = "ann@example.com", "bob@example.com"
USERS = {"user": "s3cret"}


@pytest.fixture(scope="module")
def authority() -> Iterator[trustme.CA]:
    """An authority that only these tests trust."""
    return trustme.CA()


def server_context(authority: trustme.CA, host: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def sent(
    *addresses: str,
    peer_options: dict[str, Any] | None = None,
    encryption: Encryption = "none",
    login: tuple[str, str] | tuple[None, None] = (None, None),
    tls: ssl.SSLContext | None = None,
) -> MailPeer:
    """Send the example anomaly to each of the addresses, by one sink."""

    async def run() -> MailPeer:
        async with mail_peer(**peer_options or {}) as peer:
            server = MailServer("127.0.0.1", peer.port, encryption, *login)
            sink = MailSink(server, SENDER, timeout=2, tls=tls)
            try:
                for address in addresses:
                    await sink.deliver(notice(anomaly()), address, None)
            finally:
                await sink.close()
            return peer

    return asyncio.run(run())


def refusal(**options: Any) -> Permanent:
    with pytest.raises(Permanent) as caught:
        sent(options.pop("address", ANN), **options)
    return caught.value


def test_one_mail_to_all_recipients() -> None:
    """All addresses of a place get one mail, each of them once."""
    peer = sent(f" {ANN}, {BOB},{ANN}, ")

    assert peer.recipients == [[ANN, BOB]]
    assert peer.mails[0]["To"] == f"{ANN}, {BOB}"


def test_receipts_number_the_mails_of_a_thread() -> None:
    """What is told later follows in the thread, also after a restart, and a foreign receipt begins a new one."""

    async def run() -> MailPeer:
        async with mail_peer() as peer:
            before: Receipt | None = None
            for _ in range(3):
                sink = MailSink(MailServer("127.0.0.1", peer.port, "none"), SENDER)
                before = await sink.deliver(notice(anomaly()), ANN, before)
            foreign = Receipt("C012", "1700000000.1")
            await sink.deliver(notice(anomaly()), ANN, foreign)
            return peer

    first, second, third, anew = asyncio.run(run()).mails

    assert second["In-Reply-To"] == first["Message-ID"]
    assert third["In-Reply-To"] == second["Message-ID"]
    assert anew["Message-ID"] == first["Message-ID"]


def test_a_digest_brings_its_file() -> None:
    """The exact amounts of a digest come with the mail."""

    async def run() -> MailPeer:
        async with mail_peer() as peer:
            csv = Attachment("spend-2026-03-02.csv", "text/csv", b"day,currency\n")
            digest = notice(None)
            one = type(digest)(
                key=digest.key, message=digest.message, is_firing=False, attachments=(csv,)
            )
            sink = MailSink(MailServer("127.0.0.1", peer.port, "none"), SENDER)
            await sink.deliver(one, ANN, None)
            return peer

    (mail,) = asyncio.run(run()).mails
    (file,) = mail.iter_attachments()
    assert mail["Subject"] == "the digest"
    assert file.get_filename() == "spend-2026-03-02.csv"


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_encrypted_and_logged_in(authority: trustme.CA, tls: Tls) -> None:
    """User and password go to a server whose certificate is trusted, over TLS."""
    options = {"tls": tls, "context": server_context(authority)}
    if tls == "starttls":
        options["users"] = USERS

    peer = sent(
        ANN,
        peer_options=options,
        encryption=tls,
        login=("user", "s3cret") if tls == "starttls" else (None, None),
        tls=trusting(authority),
    )

    assert peer.encrypted == [True]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize("host", ["127.0.0.1", "other.example.com"])
def test_a_certificate_that_is_not_trusted(authority: trustme.CA, tls: Tls, host: str) -> None:
    """Nothing is told to a server that may be another: neither by an unknown authority nor of another name."""
    trusted = trusting(authority) if host != "127.0.0.1" else None
    error = refusal(
        peer_options={"tls": tls, "context": server_context(authority, host)},
        encryption=tls,
        tls=trusted,
    )

    assert error.whole_sink
    assert "certificate is not trusted" in str(error)


def test_no_password_without_encryption() -> None:
    """A server without STARTTLS gets no password, where the settings do not say that it may."""
    error = refusal(peer_options={"users": USERS}, encryption="starttls", login=("user", "s3cret"))

    assert error.whole_sink
    assert "STARTTLS" in str(error)
    assert "SPENDWATCH_SMTP_URL" in str(error)


def test_a_wrong_password() -> None:
    """A login that is refused stops every mail, and the line shows neither user nor password."""
    error = refusal(peer_options={"users": USERS}, login=("user", "wr0ng"))

    assert error.whole_sink
    assert "535" in str(error)
    assert "wr0ng" not in str(error)


def test_a_login_that_is_missing() -> None:
    """A server that asks for a login says so before anything is sent."""
    error = refusal(peer_options={"users": USERS})

    assert error.whole_sink
    assert "530" in str(error)


@pytest.mark.parametrize(
    ("answers", "whole_sink", "of_channel", "said"),
    [
        ({"to_sender": "550 5.7.60 not yours"}, True, False, "SPENDWATCH_MAIL_FROM"),
        ({"to_sender": "552 too large"}, False, False, "552 too large"),
        ({"to_mail": "554 looks like spam"}, False, False, "554 looks like spam"),
        ({"refused": {ANN: ["550 no such user"]}}, False, True, f"{ANN} (550 no such user)"),
    ],
)
def test_refusals(
    answers: dict[str, Any], *, whole_sink: bool, of_channel: bool, said: str
) -> None:
    """What a server will refuse again is permanent: for all, for the address, or for the mail alone."""
    error = refusal(peer_options=answers)

    assert (whole_sink, of_channel) == (error.whole_sink, error.of_channel)
    assert said in str(error)


@pytest.mark.parametrize(
    "answers",
    [
        {"to_sender": "451 try later"},
        {"to_sender": "421 going down"},
        {"to_mail": "452 disk full"},
        {"refused": {ANN: ["450 greylisted"]}},
    ],
)
def test_what_the_server_cannot_do_now(answers: dict[str, Any]) -> None:
    """Answers that begin with 4 may be tried again."""
    with pytest.raises(Transient, match=r"4\d\d "):
        sent(ANN, peer_options=answers)


def test_one_of_several_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    """Those who can be reached get the mail; who cannot is named in the log."""
    with caplog.at_level(logging.ERROR):
        peer = sent(f"{ANN},{BOB}", peer_options={"refused": {BOB: ["550 no such user"]}})

    assert peer.recipients == [[ANN]]
    assert f"mail to {BOB} is not taken (550 no such user)" in caplog.text


def tries(answers: list[str]) -> tuple[list[list[str]], list[str]]:
    """Deliver until it is done, where a second recipient is answered so: who got it, and what was said."""

    async def run() -> tuple[list[list[str]], list[str]]:
        async with mail_peer(refused={BOB: answers}) as peer:
            sink = MailSink(MailServer("127.0.0.1", peer.port, "none"), SENDER)
            errors: list[str] = []
            while True:
                try:
                    await sink.deliver(notice(anomaly()), f"{ANN},{BOB}", None)
                except Transient as error:
                    errors.append(str(error))
                else:
                    assert sink._partly == {}
                    return peer.recipients, errors

    return asyncio.run(run())


def test_who_comes_later_gets_it_alone() -> None:
    """A mail that one recipient takes later is not sent again to those who have it."""
    recipients, errors = tries(["450 greylisted", "450 greylisted", "250 OK"])

    assert recipients == [[ANN], [BOB]]
    assert len(errors) == 2
    assert ANN not in errors[0]


def test_a_full_mailbox_does_not_hold_up_the_others(caplog: pytest.LogCaptureFixture) -> None:
    """After some tries a mail is told although one recipient does not take it; the log names them."""
    recipients, errors = tries(["452 mailbox full"])

    assert recipients == [[ANN]]
    assert len(errors) == 4
    assert f"mail to {BOB} is not taken (452 mailbox full)" in caplog.text


@pytest.mark.parametrize(
    "address", ["", " , ", "#search-alerts", "a@b@c", f"{ANN}\nBcc: x@evil.test", "Ann <a@b.test>"]
)
def test_what_is_no_address(address: str) -> None:
    """What cannot be an address is said before a server is asked, in one line."""
    error = refusal(address=address)

    assert error.of_channel
    assert "no mail address" in str(error)
    assert "\n" not in str(error)


def test_check_logs_in() -> None:
    """A wrong password is found before the first mail."""

    async def run() -> None:
        async with mail_peer(users=USERS) as peer:
            await MailSink(
                MailServer("127.0.0.1", peer.port, "none", "user", "s3cret"), SENDER
            ).check()
            await MailSink(
                MailServer("127.0.0.1", peer.port, "none", "user", "wr0ng"), SENDER
            ).check()

    with pytest.raises(Permanent, match="refused the login"):
        asyncio.run(run())
