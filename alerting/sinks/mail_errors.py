"""What a mail server refuses, as one line that says what to do."""

import ssl
from collections.abc import Iterator, Mapping
from typing import Final

from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPSenderRefused,
)
from aiosmtplib.response import SMTPResponse

from alerting.render.plain import plain
from alerting.sinks.errors import Permanent, Transient

_URL: Final = "correct SPENDWATCH_SMTP_URL"
_TOO_LARGE: Final = 552  # said of one mail, whenever the server learns its size
_MOST_SAID: Final = 160


def classified(error: Exception, server: str) -> Transient | Permanent:
    """The error as one that may be tried again, or one that a person has to mend."""
    untrusted = next((one for one in _causes(error) if _is_untrusted(one)), None)
    if untrusted is not None:
        why = plain(str(getattr(untrusted, "verify_message", "")), _MOST_SAID)
        remedy = f"{_URL}, or name the authority's certificate by SSL_CERT_FILE"
        return Permanent(
            f"mail server {server}: its certificate is not trusted ({why}): {remedy}",
            whole_sink=True,
        )
    if isinstance(error, SMTPResponseException) and error.code > 0:  # -1: no answer of SMTP's
        return _answered(error, server)
    if isinstance(error, (OSError, TimeoutError)):
        return Transient(f"mail server {server} does not answer ({type(error).__name__})")
    if isinstance(error, SMTPException):  # it cannot do what the address asks for
        why = plain(str(error), _MOST_SAID)
        return Permanent(f"mail server {server}: {why}: {_URL}", whole_sink=True)
    return Permanent(f"mail server {server}: {type(error).__name__}: {_URL}", whole_sink=True)


def all_refused(refused: Mapping[str, SMTPResponse], server: str) -> Transient | Permanent:
    """The error of a mail that no recipient takes."""
    named = "; ".join(f"{one} ({said(answer)})" for one, answer in refused.items())
    if any(passes(answer.code) for answer in refused.values()):
        return Transient(f"mail server {server} does not take mail now for {named}")
    remedy = "correct the addresses in the rules, or have the mailboxes made"
    return Permanent(f"mail server {server} takes no mail for {named}: {remedy}", of_channel=True)


def passes(code: int) -> bool:
    """Whether the server says to try again later."""
    return code < 500


def said(answer: SMTPResponse | SMTPResponseException) -> str:
    """The answer in short, on one line."""
    return plain(f"{answer.code} {answer.message}", _MOST_SAID)


def _answered(error: SMTPResponseException, server: str) -> Transient | Permanent:
    is_login = isinstance(error, SMTPAuthenticationError)
    # of a login only the number is shown: what servers say about it may repeat it
    answer = str(error.code) if is_login else said(error)
    if passes(error.code):
        return Transient(f"mail server {server} is busy or out of order ({answer})")
    if is_login:
        text = f"mail server {server} refused the login ({answer}): correct user and password in SPENDWATCH_SMTP_URL"
        return Permanent(text, whole_sink=True)
    if isinstance(error, SMTPSenderRefused) and error.code != _TOO_LARGE:
        text = f"mail server {server} refused the sender ({answer}): correct SPENDWATCH_MAIL_FROM, or {_URL}"
        return Permanent(text, whole_sink=True)
    text = f"mail server {server} refused a mail ({answer}): ask whoever runs it"
    return Permanent(text)


def _is_untrusted(error: BaseException) -> bool:
    return isinstance(error, ssl.SSLCertVerificationError)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
